import { jsonOption, waitTimeout, yesOption } from './shared-options.ts';

/** Where results are kept. */
export const resultBackendOptions = [
  {
    key: 'resultBackend',
    flag: 'result-backend',
    env: ['STALK_RESULT_BACKEND', 'CELERY_RESULT_BACKEND'],
    type: 'string',
    placeholder: 'URL',
    group: 'Broker',
    help: 'result_backend of the cluster: redis, rediss, redis+socket; without it a worker is asked',
    secret: true,
  },
  {
    key: 'resultKeyprefix',
    flag: 'result-keyprefix',
    type: 'string',
    placeholder: 'TEXT',
    group: 'Cluster settings',
    help: 'global_keyprefix of result_backend_transport_options',
  },
] as const;

const ownResultOptions = [
  {
    key: 'task',
    flag: 'task',
    alias: 't',
    env: [],
    type: 'string',
    placeholder: 'NAME',
    group: 'Other',
    help: 'Name of the task; a warning when the result is of another one',
  },
  {
    key: 'wait',
    flag: 'wait',
    env: [],
    type: 'boolean',
    default: false,
    group: 'Limits',
    help: 'Wait until the task, or every task of the group, is done',
  },
  {
    key: 'traceback',
    flag: 'traceback',
    env: [],
    type: 'boolean',
    default: false,
    group: 'Output',
    help: 'Print the traceback instead',
  },
] as const;

/** What `stalk result` takes. */
export const resultOptions: readonly [
  ...typeof resultBackendOptions,
  ...typeof ownResultOptions,
  typeof waitTimeout,
  typeof jsonOption,
] = [...resultBackendOptions, ...ownResultOptions, waitTimeout, jsonOption];

/** What `stalk forget` takes. */
export const forgetOptions: readonly [...typeof resultBackendOptions, typeof yesOption, typeof jsonOption] = [
  ...resultBackendOptions,
  yesOption,
  jsonOption,
];

const repliesTimeout = {
  key: 'timeout',
  flag: 'timeout',
  alias: 't',
  env: ['STALK_TIMEOUT'],
  type: 'seconds',
  default: 1,
  min: 0.1,
  max: 3600,
  placeholder: 'SECONDS',
  group: 'Workers',
  help: 'How long workers have to answer',
} as const;

/** What `stalk report` takes. */
export const reportOptions: readonly [
  ...typeof resultBackendOptions,
  typeof repliesTimeout,
  typeof jsonOption,
] = [...resultBackendOptions, repliesTimeout, jsonOption];

/** What `stalk shell` takes. */
export const shellOptions = [
  {
    key: 'code',
    flag: 'eval',
    alias: 'e',
    env: [],
    type: 'string',
    placeholder: 'CODE',
    group: 'Other',
    help: 'Run this, print its value as JSON and exit',
  },
] as const;

const ownGraphOptions = [
  {
    key: 'queues',
    flag: 'queues',
    env: [],
    type: 'boolean',
    default: false,
    group: 'Output',
    help: 'Draw the queues between workers and broker too',
  },
] as const;

/** What `stalk graph` takes. */
export const graphOptions: readonly [
  ...typeof resultBackendOptions,
  ...typeof ownGraphOptions,
  typeof repliesTimeout,
] = [...resultBackendOptions, ...ownGraphOptions, repliesTimeout];
