import type { ArgumentKindName } from './argument-kinds.ts';

export interface RemoteArgument {
  /** Celery's keyword. */
  readonly name: string;
  readonly type: ArgumentKindName;
  readonly required: boolean;
  /** What the worker takes when it is missing. */
  readonly default?: string | number | boolean | null;
  /** Never given by position on a command line. */
  readonly keywordOnly?: true;
  readonly help: string;
}

/** What a command does to a running cluster: nothing, something that can be undone, or something that cannot. */
export type Danger = 'none' | 'changes' | 'destructive';

export interface RemoteCommand {
  /** The method name on the wire. */
  readonly name: string;
  /** Older method names that workers also know. */
  readonly aliases: readonly string[];
  /** Under which of Celery's two commands it is offered; workers make no difference. */
  readonly kind: 'inspect' | 'control';
  /** In the order of a command line. */
  readonly args: readonly RemoteArgument[];
  /** The name of the argument that takes the rest of a command line as a list. */
  readonly variadic?: string;
  /** One sentence. */
  readonly help: string;
  /** Seconds that replies are waited for by default. */
  readonly timeout: number;
  readonly danger: Danger;
  /** False when a worker that obeys never answers. */
  readonly replies: boolean;
  /** Not offered to people. */
  readonly hidden: boolean;
  /** Why it is never sent; undefined for all that are. */
  readonly refused?: string;
}

type Plain = { name: string; help: string } & Partial<RemoteCommand>;

function inspect(command: Plain): RemoteCommand {
  return { kind: 'inspect', ...defaults, ...command };
}

function control(command: Plain): RemoteCommand {
  return { kind: 'control', ...defaults, danger: 'changes', ...command };
}

const defaults = { aliases: [], args: [], timeout: 1, danger: 'none', replies: true, hidden: false } as const;

const taskName: RemoteArgument = {
  name: 'task_name',
  type: 'taskName',
  required: true,
  help: 'The type of task, for example proj.add.',
};

const taskIds: RemoteArgument = {
  name: 'task_id',
  type: 'taskIds',
  required: true,
  help: 'The tasks, by id.',
};

const terminateOption: RemoteArgument = {
  name: 'terminate',
  type: 'boolean',
  required: false,
  default: false,
  keywordOnly: true,
  help: 'Also kill the process that runs it.',
};

const signalOption: RemoteArgument = {
  name: 'signal',
  type: 'signal',
  required: false,
  default: 'SIGTERM',
  keywordOnly: true,
  help: 'What to kill it with.',
};

const poolStep: RemoteArgument = {
  name: 'n',
  type: 'processes',
  required: false,
  default: 1,
  help: 'By how many processes.',
};

const queue: RemoteArgument = {
  name: 'queue',
  type: 'queue',
  required: true,
  help: 'The name of the queue.',
};

/**
 * Every remote command of a worker, declared once: typed methods, command lines, palette, validation and docs derive
 * from it. Mirrors celery/worker/control.py:Panel.meta (5.6). Celery's own default for `ping` is 0.2 s, which its
 * command line never uses.
 */
export const remoteCommands: readonly RemoteCommand[] = [
  inspect({
    name: 'active',
    aliases: ['dump_active'],
    args: [
      {
        name: 'safe',
        type: 'boolean',
        required: false,
        default: false,
        keywordOnly: true,
        help: 'Show arguments as text.',
      },
    ],
    help: 'List the tasks that run now.',
  }),
  inspect({ name: 'active_queues', help: 'List the queues that a worker consumes from.' }),
  inspect({ name: 'clock', help: 'Show the value of the logical clock.' }),
  inspect({
    name: 'conf',
    aliases: ['dump_conf'],
    args: [
      {
        name: 'with_defaults',
        type: 'boolean',
        required: false,
        default: false,
        help: 'Also the settings that were not changed.',
      },
    ],
    help: 'Show the configuration, secrets masked.',
  }),
  inspect({
    name: 'hello',
    args: [{ name: 'from_node', type: 'text', required: true, help: 'The name of the node that asks.' }],
    help: 'Ask for what workers tell each other when they start.',
    hidden: true,
  }),
  inspect({
    name: 'memdump',
    args: [
      {
        name: 'samples',
        type: 'smallNumber',
        required: false,
        default: 10,
        help: 'How many samples to show.',
      },
    ],
    help: 'Show the memory samples that memsample took, and forget them.',
  }),
  inspect({ name: 'memsample', help: 'Take a sample of the memory in use (needs psutil on the worker).' }),
  inspect({
    name: 'objgraph',
    args: [
      {
        name: 'type',
        type: 'text',
        required: false,
        default: 'Request',
        help: 'The Python type to follow.',
      },
      { name: 'num', type: 'smallNumber', required: false, default: 200, help: 'At most so many objects.' },
      { name: 'max_depth', type: 'depth', required: false, default: 10, help: 'How far to follow them.' },
    ],
    help: 'Draw what keeps objects in memory, into a file on the worker (needs objgraph there).',
    timeout: 60,
    danger: 'changes',
  }),
  inspect({ name: 'ping', help: 'Ask who is there.' }),
  inspect({
    name: 'query_task',
    args: [{ name: 'ids', type: 'taskIds', required: true, help: 'The tasks, by id.' }],
    variadic: 'ids',
    help: 'Tell which workers hold these tasks, and in what state.',
  }),
  inspect({
    name: 'registered',
    aliases: ['dump_tasks'],
    args: [
      {
        name: 'taskinfoitems',
        type: 'names',
        required: false,
        help: 'Attributes to show; exchange, routing_key and rate_limit if none are named.',
      },
      {
        name: 'builtins',
        type: 'boolean',
        required: false,
        default: false,
        keywordOnly: true,
        help: "Also Celery's own.",
      },
    ],
    variadic: 'taskinfoitems',
    help: 'List the task types that a worker knows.',
  }),
  inspect({ name: 'report', help: 'Show versions and settings, as for a bug report.' }),
  inspect({
    name: 'reserved',
    aliases: ['dump_reserved'],
    help: 'List the tasks that were received and wait.',
  }),
  inspect({ name: 'revoked', aliases: ['dump_revoked'], help: 'List the ids of revoked tasks.' }),
  inspect({
    name: 'scheduled',
    aliases: ['dump_schedule'],
    help: 'List the tasks that wait for their ETA or countdown.',
  }),
  inspect({ name: 'stats', help: 'Show the statistics of a worker.' }),

  control({
    name: 'add_consumer',
    args: [
      queue,
      {
        name: 'exchange',
        type: 'exchange',
        required: false,
        help: 'The exchange to bind it to; named as the queue by default.',
      },
      {
        name: 'exchange_type',
        type: 'exchangeType',
        required: false,
        default: 'direct',
        help: 'direct, topic or fanout.',
      },
      { name: 'routing_key', type: 'routingKey', required: false, help: 'The key to bind it with.' },
    ],
    help: 'Consume from another queue.',
  }),
  control({
    name: 'autoscale',
    args: [
      { name: 'max', type: 'mostProcesses', required: false, help: 'At most so many processes.' },
      { name: 'min', type: 'leastProcesses', required: false, help: 'At least so many processes.' },
    ],
    help: 'Change the range of a worker that scales itself.',
  }),
  control({ name: 'cancel_consumer', args: [queue], help: 'Stop consuming from a queue.' }),
  control({ name: 'disable_events', help: 'Stop sending task events.' }),
  control({
    name: 'election',
    help: 'Hold an election among the workers.',
    hidden: true,
    refused: 'an election stops workers of Celery 5.6 (gossip.py:on_elect_ack raises IndexError)',
  }),
  control({ name: 'enable_events', help: 'Start sending task events.' }),
  control({ name: 'heartbeat', help: 'Send a heartbeat event now.', danger: 'none' }),
  control({ name: 'pool_grow', args: [poolStep], help: 'Add processes to the pool.' }),
  control({
    name: 'pool_restart',
    args: [
      {
        name: 'modules',
        type: 'names',
        required: false,
        help: 'Modules to import; the configured ones by default.',
      },
      {
        name: 'reload',
        type: 'boolean',
        required: false,
        default: false,
        keywordOnly: true,
        help: 'Load modules again that are loaded.',
      },
    ],
    variadic: 'modules',
    help: 'Restart the pool (needs worker_pool_restarts).',
  }),
  control({ name: 'pool_shrink', args: [poolStep], help: 'Take processes from the pool.' }),
  control({
    name: 'rate_limit',
    args: [
      taskName,
      {
        name: 'rate_limit',
        type: 'rateLimit',
        required: true,
        help: 'N, N/s, N/m or N/h; 0 takes the limit away.',
      },
    ],
    help: 'Limit how often tasks of a type start on each worker.',
  }),
  control({
    name: 'revoke',
    args: [taskIds, terminateOption, signalOption],
    variadic: 'task_id',
    help: 'Never run these tasks; their stored result becomes REVOKED.',
    danger: 'destructive',
  }),
  control({
    name: 'revoke_by_stamped_headers',
    args: [
      { name: 'headers', type: 'stampedHeaders', required: true, help: 'name=value of the stamps.' },
      terminateOption,
      signalOption,
    ],
    variadic: 'headers',
    help: 'Never run tasks that carry these stamps.',
    danger: 'destructive',
  }),
  control({
    name: 'shutdown',
    args: [
      {
        name: 'msg',
        type: 'text',
        required: false,
        keywordOnly: true,
        help: "A line for the worker's log.",
      },
    ],
    help: 'Stop workers after the tasks that they run.',
    danger: 'destructive',
    replies: false,
  }),
  control({
    name: 'terminate',
    args: [
      { name: 'signal', type: 'signal', required: true, help: 'What to kill with, for example KILL.' },
      taskIds,
    ],
    variadic: 'task_id',
    help: 'Revoke these tasks and kill the processes that run them.',
    danger: 'destructive',
  }),
  control({
    name: 'time_limit',
    args: [
      taskName,
      {
        name: 'soft',
        type: 'seconds',
        required: false,
        default: null,
        help: 'Seconds until the task is warned.',
      },
      {
        name: 'hard',
        type: 'seconds',
        required: false,
        default: null,
        help: 'Seconds until the task is killed.',
      },
    ],
    help: 'Limit how long tasks of a type may run.',
  }),
];

const byName: ReadonlyMap<string, RemoteCommand> = new Map(
  remoteCommands.flatMap((command) =>
    [command.name, ...command.aliases].map((name) => [name, command] as const),
  ),
);

/** The command of that name or alias; undefined for a custom one, which workers may know all the same. */
export function findRemoteCommand(name: string): RemoteCommand | undefined {
  return byName.get(name);
}

/** What people are offered under `inspect` or `control`. */
export function offeredCommands(kind: RemoteCommand['kind']): readonly RemoteCommand[] {
  return remoteCommands.filter((command) => command.kind === kind && !command.hidden);
}
