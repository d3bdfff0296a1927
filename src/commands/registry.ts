import { callOptions } from '../config/call-options.ts';
import type { CommonConfig, ConfigOf } from '../config/config.ts';
import { type Flags, loadConfig } from '../config/load-config.ts';
import type { Option } from '../config/option.ts';
import { commonOptions, eventsOptions } from '../config/options.ts';
import { listOptions, migrateOptions, purgeOptions } from '../config/queue-options.ts';
import { forgetOptions, reportOptions, resultOptions } from '../config/result-options.ts';
import type { UsageCommand } from '../config/usage.ts';
import type { CommandContext } from './command-context.ts';

/** One subcommand; its code is loaded when it is run. */
export interface Command extends UsageCommand {
  /** Returns the exit status. Throws a StalkError for what a person should read. */
  readonly run: (flags: Flags, surroundings: Omit<CommandContext, 'config'>) => Promise<number>;
}

/** In the order of the help. */
export const commands: readonly Command[] = [
  command({
    name: 'events',
    words: '[tasks|workers]',
    summary: 'Watch tasks and workers live, and send them commands',
    examples: [
      ['stalk events -b redis://cache-1:6379/0', 'Watch a cluster on Redis'],
      ['stalk events -b amqp://rabbit-1/orders --readonly', 'Watch, and make sure to change nothing'],
      ['stalk events --once workers --json', 'Print the workers once, for a script'],
      ['stalk events --dump', 'Print events as they come, one a line'],
      ['stalk events -b demo://', 'Look at a made-up cluster'],
    ],
    options: eventsOptions,
    run: async (context) => (await import('./events.ts')).runEvents(context),
  }),
  command({
    name: 'result',
    words: 'ID',
    summary: 'Print what a task or a group returned',
    examples: [
      ['stalk result 5e2b9a1c-33f1-4c39-a1b4-0e6fd2c6d1a7', 'Print the value, or the traceback of a failure'],
      [
        'stalk result --wait --timeout 5m 5e2b9a1c-33f1-4c39-a1b4-0e6fd2c6d1a7',
        'Wait for it at most five minutes',
      ],
      [
        'stalk result -j --result-backend redis://cache-1:6379/1 5e2b9a1c',
        'Print all that is stored, for a script',
      ],
    ],
    details:
      'Exit status: 0 a result, 1 a failure or revoked, 75 no result yet, 69 nothing can be read from there.',
    options: resultOptions,
    run: async (context) => (await import('./result.ts')).runResult(context),
  }),
  command({
    name: 'forget',
    words: 'ID…',
    summary: 'Delete what tasks and groups returned',
    examples: [
      ['stalk forget 5e2b9a1c-33f1-4c39-a1b4-0e6fd2c6d1a7', 'Say what is stored, ask, delete it'],
      ['stalk forget --yes 5e2b9a1c 9d0c7f52', 'Delete two without asking'],
    ],
    details: 'Exit status: 0 it is gone, or nothing was there, 1 the answer was no.',
    options: forgetOptions,
    run: async (context) => (await import('./forget.ts')).runForget(context),
  }),
  command({
    name: 'report',
    words: '',
    summary: 'Show what belongs into a bug report',
    examples: [
      ['stalk report -b redis://cache-1:6379/0', 'Versions of this program, the broker and every worker'],
      ['stalk report -j', 'The same as JSON'],
    ],
    options: reportOptions,
    run: async (context) => (await import('./report.ts')).runReport(context),
  }),
  command({
    name: 'purge',
    words: '',
    summary: 'Delete the messages that wait in task queues',
    examples: [
      ['stalk purge', 'Show what waits in the queues of the workers, ask, delete it'],
      ['stalk purge -Q orders,mail', 'Only these queues'],
      ['stalk purge -f -X orders', 'All but one, without asking, in a script'],
    ],
    details:
      'Tasks that workers hold already are not touched. There is no undo.\n' +
      'Exit status: 0 done, 1 not confirmed, 69 the broker does not serve.',
    options: purgeOptions,
    run: async (context) => (await import('./purge.ts')).runPurge(context),
  }),
  command({
    name: 'migrate',
    words: 'SOURCE DESTINATION',
    summary: 'Copy or move task messages from one broker to another',
    examples: [
      ['stalk migrate --dry-run amqp://rabbit-1 redis://cache-1:6379/0', 'Look at what would be migrated'],
      ['stalk migrate -a amqp://rabbit-1 redis://cache-1:6379/0', 'Move everything, after asking'],
      [
        'stalk migrate -a --yes -Q orders,mail:post amqp://rabbit-1 amqp://rabbit-2',
        'Move two queues, the second to post',
      ],
      ['stalk migrate -n 10 -T proj.send redis://a:6379/0 redis://b:6379/0', 'Copy ten messages of one task'],
    ],
    details:
      'A message is deleted from the source only when the destination has confirmed it. A run that is cut off loses none\n' +
      'and can be repeated; a few may then be on both sides. Messages that workers hold already stay.\n' +
      'Exit status: 0 done, 1 not confirmed or interrupted, 69 a broker does not serve.',
    options: migrateOptions,
    run: async (context) => (await import('./migrate.ts')).runMigrate(context),
  }),
  command({
    name: 'call',
    words: 'NAME',
    summary: 'Send a task',
    examples: [
      ["stalk call proj.add -a '[2, 2]'", 'Send it to the queue celery, print its id'],
      [
        `stalk call proj.mail -k '{"to": "ops"}' -Q mail --countdown 10m`,
        'In ten minutes, through another queue',
      ],
      ["stalk call proj.add -a '[2, 2]' --wait --timeout 5m", 'Print what it returns'],
    ],
    details:
      'Exit status: 0 sent, 1 no queue takes it, 69 the broker does not serve; with --wait that of stalk result.',
    options: callOptions,
    run: async (context) => (await import('./call.ts')).runCall(context),
  }),
  command({
    name: 'list',
    words: 'bindings',
    summary: 'List which queue is bound to which exchange',
    examples: [['stalk list bindings -b redis://cache-1:6379/0', 'What kombu has noted in Redis']],
    details:
      'RabbitMQ tells bindings only through its management plugin: there the queues that workers consume are listed.',
    options: listOptions,
    run: async (context) => (await import('./list.ts')).runList(context),
  }),
];

/** Reads the settings by the command's own table of options, so that its code finds them with their types. */
function command<const Table extends readonly Option[]>(
  declared: UsageCommand & {
    readonly options: Table;
    readonly run: (context: CommandContext<CommonConfig & ConfigOf<Table>>) => Promise<number>;
  },
): Command {
  return {
    ...declared,
    run: (flags, surroundings) => {
      const common = loadConfig(commonOptions, flags, surroundings.env);
      const own = loadConfig(declared.options, flags, surroundings.env);
      return declared.run({ ...surroundings, config: { ...common, ...own } });
    },
  };
}
