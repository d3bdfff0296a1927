import { jsonOption, yesOption } from './shared-options.ts';

/** How queues lie in Redis; nothing on the server tells. */
const redisQueueOptions = [
  {
    key: 'sep',
    flag: 'sep',
    type: 'string',
    placeholder: 'TEXT',
    group: 'Cluster settings',
    help: 'Redis: sep of broker_transport_options, where it is not the default',
  },
  {
    key: 'prioritySteps',
    flag: 'priority-steps',
    type: 'string',
    placeholder: 'N,N',
    group: 'Cluster settings',
    help: 'Redis: priority_steps of broker_transport_options, 0,3,6,9 by default',
  },
] as const;

/** What `stalk list` takes, and the others too. */
export const listOptions: readonly [typeof jsonOption, ...typeof redisQueueOptions] = [
  jsonOption,
  ...redisQueueOptions,
];

const ownPurgeOptions = [
  {
    key: 'queues',
    flag: 'queues',
    alias: 'Q',
    env: [],
    type: 'string',
    placeholder: 'QUEUE,QUEUE',
    group: 'Queues',
    help: 'Only these; otherwise those that workers consume, and celery',
  },
  {
    key: 'excludeQueues',
    flag: 'exclude-queues',
    alias: 'X',
    env: [],
    type: 'string',
    placeholder: 'QUEUE,QUEUE',
    group: 'Queues',
    help: 'But not these',
  },
  {
    key: 'force',
    flag: 'force',
    alias: 'f',
    env: [],
    type: 'boolean',
    default: false,
    group: 'Safety',
    help: "Celery's name of --yes",
  },
] as const;

const ownMigrateOptions = [
  {
    key: 'queues',
    flag: 'queues',
    alias: 'Q',
    env: [],
    type: 'string',
    placeholder: 'QUEUE,QUEUE:OTHER',
    group: 'Queues',
    help: 'Only these, QUEUE:OTHER under another name; otherwise those that workers of the source consume, and celery',
  },
  {
    key: 'tasks',
    flag: 'tasks',
    alias: 'T',
    env: [],
    type: 'string',
    placeholder: 'TASK,TASK',
    group: 'Queues',
    help: 'Only tasks of these names',
  },
  {
    key: 'limit',
    flag: 'limit',
    alias: 'n',
    env: [],
    type: 'integer',
    min: 1,
    max: 1_000_000_000,
    placeholder: 'N',
    group: 'Queues',
    help: 'At most so many messages',
  },
  {
    key: 'ackMessages',
    flag: 'ack-messages',
    alias: 'a',
    env: [],
    type: 'boolean',
    default: false,
    group: 'Queues',
    help: 'Move: delete each message from the source when the destination has it; otherwise it is copied',
  },
  {
    key: 'timeout',
    flag: 'timeout',
    alias: 't',
    env: [],
    type: 'seconds',
    default: 0,
    min: 0,
    max: 604_800,
    placeholder: 'SECONDS',
    group: 'Queues',
    help: 'How long to wait for more messages when the queues are empty',
  },
  {
    key: 'forever',
    flag: 'forever',
    alias: 'F',
    env: [],
    type: 'boolean',
    default: false,
    group: 'Queues',
    help: 'Wait for more messages until Ctrl-C',
  },
  {
    key: 'dryRun',
    flag: 'dry-run',
    env: [],
    type: 'boolean',
    default: false,
    group: 'Safety',
    help: 'Say what would be migrated, and change nothing',
  },
] as const;

/** What `stalk purge` takes. */
export const purgeOptions: readonly [...typeof ownPurgeOptions, typeof yesOption, ...typeof listOptions] = [
  ...ownPurgeOptions,
  yesOption,
  ...listOptions,
];

/** What `stalk migrate` takes. */
export const migrateOptions: readonly [...typeof ownMigrateOptions, typeof yesOption, ...typeof listOptions] =
  [...ownMigrateOptions, yesOption, ...listOptions];
