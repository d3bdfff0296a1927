import { jsonOption, yesOption } from './shared-options.ts';

const askingOptions = [
  {
    key: 'timeout',
    flag: 'timeout',
    alias: 't',
    env: ['STALK_TIMEOUT'],
    type: 'seconds',
    min: 0.01,
    max: 3600,
    placeholder: 'SECONDS',
    group: 'Workers',
    help: 'How long replies are waited for at most, 1 by default; over sooner when all have answered',
  },
  {
    key: 'destination',
    flag: 'destination',
    alias: 'd',
    env: [],
    type: 'list',
    placeholder: 'NODE,NODE',
    group: 'Workers',
    help: 'Only these nodes',
  },
  {
    key: 'pattern',
    flag: 'pattern',
    env: [],
    type: 'string',
    placeholder: 'PATTERN',
    group: 'Workers',
    help: 'Only nodes whose name matches',
  },
  {
    key: 'matcher',
    flag: 'matcher',
    env: [],
    type: 'string',
    choices: ['glob', 'pcre'],
    group: 'Workers',
    help: 'How --pattern is meant; glob unless given',
  },
] as const;

const quietOptions = [
  {
    key: 'quiet',
    flag: 'quiet',
    alias: 'q',
    env: [],
    type: 'boolean',
    default: false,
    group: 'Output',
    help: "As Celery's: no arrows, and no count after inspect",
  },
] as const;

/** What `stalk status` takes, and inspect and control too. */
export const statusOptions: readonly [...typeof askingOptions, typeof jsonOption, ...typeof quietOptions] = [
  ...askingOptions,
  jsonOption,
  ...quietOptions,
];

/** What `stalk inspect` and `stalk control` take beside that. */
export const requestOptions = [
  {
    key: 'list',
    flag: 'list',
    env: [],
    type: 'boolean',
    default: false,
    group: 'Output',
    help: 'List the commands and exit',
  },
  {
    key: 'named',
    flag: 'arg',
    env: [],
    type: 'list',
    placeholder: 'NAME=VALUE',
    group: 'Workers',
    help: 'An argument by its name',
  },
  {
    key: 'custom',
    flag: 'custom',
    env: [],
    type: 'boolean',
    default: false,
    group: 'Workers',
    help: "The command is one of your workers' own",
  },
] as const;

/** What only `stalk control` takes. */
export const safetyOptions: readonly [typeof yesOption] = [yesOption];

/** What `stalk inspect` takes. */
export const inspectOptions: readonly [...typeof statusOptions, ...typeof requestOptions] = [
  ...statusOptions,
  ...requestOptions,
];

/** What `stalk control` takes. */
export const controlOptions: readonly [...typeof inspectOptions, ...typeof safetyOptions] = [
  ...inspectOptions,
  ...safetyOptions,
];
