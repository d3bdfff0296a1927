/** Headings of the help, in this order. */
export const optionGroups = [
  'Broker',
  'Screen',
  'Without a screen',
  'Limits',
  'Cluster settings',
  'Other',
] as const;

export type OptionGroup = (typeof optionGroups)[number];

/** One setting, declared once: the command line, the environment, the help and the docs are read from here. */
export interface Option {
  /** Its name in `Config`. */
  readonly key: string;
  /** Without the two dashes. */
  readonly flag: string;
  readonly alias?: string;
  /** Environment names, the first that is set wins; `STALK_<FLAG>` unless given here. */
  readonly env?: readonly string[];
  /** `seconds` reads `2`, `2s` or `500ms`; `bytes` reads `256M`, `1G`, `262144K` or a bare number. */
  readonly type: 'string' | 'number' | 'integer' | 'seconds' | 'bytes' | 'boolean';
  /** Undefined where absence itself means something. */
  readonly default?: string | number | boolean;
  readonly choices?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  /** What stands for the value in the help. */
  readonly placeholder?: string;
  readonly group: OptionGroup;
  /** One line, no full stop. */
  readonly help: string;
  /** Its value is never printed whole. */
  readonly secret?: true;
}

/** Every option of `stalk events`. */
export const options = [
  {
    key: 'broker',
    flag: 'broker',
    alias: 'b',
    env: ['STALK_BROKER_URL', 'CELERY_BROKER_URL'],
    type: 'string',
    // Celery's own `broker_url` when nothing is set.
    default: 'amqp://guest:guest@localhost:5672//',
    placeholder: 'URL',
    group: 'Broker',
    help: 'amqp, amqps, pyamqp, redis, rediss, redis+socket, or demo:// for a made-up cluster',
    secret: true,
  },
  {
    key: 'name',
    flag: 'name',
    type: 'string',
    placeholder: 'NAME',
    group: 'Broker',
    help: 'What the status line calls this cluster',
  },
  {
    key: 'view',
    flag: 'view',
    type: 'string',
    default: 'tasks',
    choices: ['tasks', 'workers'],
    group: 'Screen',
    help: 'The view to open with',
  },
  {
    key: 'rate',
    flag: 'rate',
    type: 'number',
    default: 2,
    min: 0.2,
    max: 10,
    placeholder: 'N',
    group: 'Screen',
    help: 'Frames per second while data changes; keys always paint at once',
  },
  {
    key: 'color',
    flag: 'color',
    type: 'string',
    default: 'auto',
    choices: ['never', 'auto', 'always'],
    group: 'Screen',
    help: 'When to use colour; NO_COLOR and FORCE_COLOR count under auto',
  },
  {
    key: 'noColor',
    flag: 'no-color',
    alias: 'C',
    env: [],
    type: 'boolean',
    default: false,
    group: 'Screen',
    help: 'The same as --color=never',
  },
  {
    key: 'ascii',
    flag: 'ascii',
    type: 'boolean',
    default: false,
    group: 'Screen',
    help: 'Draw with ASCII only; by itself when the locale is not UTF-8 or TERM=linux',
  },
  {
    key: 'time',
    flag: 'time',
    type: 'string',
    default: 'utc',
    choices: ['utc', 'local', 'relative'],
    group: 'Screen',
    help: 'How times are shown; T changes it',
  },
  {
    key: 'readonly',
    flag: 'readonly',
    type: 'boolean',
    default: false,
    group: 'Screen',
    help: 'Refuse every command that changes something',
  },
  {
    key: 'printKeys',
    flag: 'print-keys',
    env: [],
    type: 'boolean',
    default: false,
    group: 'Screen',
    help: 'Print the table of keys and exit',
  },
  {
    key: 'once',
    flag: 'once',
    env: [],
    type: 'boolean',
    default: false,
    group: 'Without a screen',
    help: 'Gather for a moment, print the view as one plain table and exit',
  },
  {
    key: 'gatherFor',
    flag: 'for',
    env: [],
    type: 'seconds',
    default: 2,
    min: 0,
    max: 86_400,
    placeholder: '2s',
    group: 'Without a screen',
    help: 'How long --once gathers',
  },
  {
    key: 'json',
    flag: 'json',
    alias: 'j',
    env: [],
    type: 'boolean',
    default: false,
    group: 'Without a screen',
    help: "With --once: JSON with the wire's own names",
  },
  {
    key: 'dump',
    flag: 'dump',
    env: [],
    type: 'boolean',
    default: false,
    group: 'Without a screen',
    help: "One line per event, as Celery's own --dump prints them",
  },
  {
    key: 'timeout',
    flag: 'timeout',
    alias: 't',
    type: 'seconds',
    default: 1,
    min: 0.1,
    max: 3600,
    placeholder: 'SECONDS',
    group: 'Limits',
    help: "How long to wait for workers' replies",
  },
  {
    key: 'maxTasks',
    flag: 'max-tasks',
    type: 'integer',
    default: 10_000,
    min: 1,
    max: 10_000_000,
    placeholder: 'N',
    group: 'Limits',
    help: 'Tasks kept in memory, the oldest go first',
  },
  {
    key: 'maxWorkers',
    flag: 'max-workers',
    type: 'integer',
    default: 5000,
    min: 1,
    max: 1_000_000,
    placeholder: 'N',
    group: 'Limits',
    help: 'Workers kept in memory',
  },
  {
    key: 'memory',
    flag: 'memory',
    type: 'bytes',
    // 128M: stalk itself takes 96M of it, see memory-share.ts.
    min: 134_217_728,
    max: 1_099_511_627_776,
    placeholder: '256M',
    group: 'Limits',
    help: 'Memory for all of stalk; beyond it the oldest texts go, then the oldest tasks',
  },
  {
    key: 'eventExchange',
    flag: 'event-exchange',
    type: 'string',
    default: 'celeryev',
    placeholder: 'NAME',
    group: 'Cluster settings',
    help: 'event_exchange of the cluster',
  },
  {
    key: 'controlExchange',
    flag: 'control-exchange',
    type: 'string',
    default: 'celery',
    placeholder: 'NAME',
    group: 'Cluster settings',
    help: 'control_exchange of the cluster',
  },
  {
    key: 'globalKeyprefix',
    flag: 'global-keyprefix',
    type: 'string',
    default: '',
    placeholder: 'TEXT',
    group: 'Cluster settings',
    help: 'Redis: global_keyprefix of broker_transport_options',
  },
  {
    key: 'fanoutPrefix',
    flag: 'fanout-prefix',
    type: 'string',
    default: 'true',
    placeholder: 'true|false|TEXT',
    group: 'Cluster settings',
    help: 'Redis: fanout_prefix of broker_transport_options',
  },
  {
    key: 'fanoutPatterns',
    flag: 'fanout-patterns',
    type: 'string',
    default: 'true',
    choices: ['true', 'false'],
    group: 'Cluster settings',
    help: 'Redis: fanout_patterns of broker_transport_options',
  },
  {
    key: 'utcoffset',
    flag: 'utcoffset',
    type: 'boolean',
    default: false,
    group: 'Cluster settings',
    help: "Shift times by each worker's utcoffset as Celery's own monitor does",
  },
  {
    key: 'help',
    flag: 'help',
    alias: 'h',
    env: [],
    type: 'boolean',
    default: false,
    group: 'Other',
    help: 'Print this and exit',
  },
  {
    key: 'version',
    flag: 'version',
    env: [],
    type: 'boolean',
    default: false,
    group: 'Other',
    help: 'Print the version and exit',
  },
] as const;

/** The environment names of an option, the first that is set wins. */
export function envNames(option: Option): readonly string[] {
  return option.env ?? [`STALK_${option.flag.toUpperCase().replaceAll('-', '_')}`];
}
