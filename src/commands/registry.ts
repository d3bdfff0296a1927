import { callOptions } from '../config/call-options.ts';
import type { CommonConfig, ConfigOf } from '../config/config.ts';
import { type Flags, loadConfig } from '../config/load-config.ts';
import type { Option } from '../config/option.ts';
import { commonOptions, eventsOptions } from '../config/options.ts';
import { listOptions, migrateOptions, purgeOptions } from '../config/queue-options.ts';
import { recordOptions } from '../config/record-options.ts';
import { controlOptions, inspectOptions, statusOptions } from '../config/remote-options.ts';
import {
  forgetOptions,
  graphOptions,
  reportOptions,
  resultOptions,
  shellOptions,
} from '../config/result-options.ts';
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
      ['stalk events -c ./cam.mjs#Cam -F 10', 'Show the state to a class of your own every ten seconds'],
      ['stalk events --dump --type task-failed --json', 'Print failures as JSON, for a script'],
      ['stalk events -b demo://', 'Look at a made-up cluster'],
    ],
    options: eventsOptions,
    run: async (context) => (await import('./events.ts')).runEvents(context),
  }),
  command({
    name: 'record',
    words: 'FILE',
    summary: 'Write down what is received, to be looked at later',
    examples: [
      ['stalk record night.jsonl.gz', 'Record until Ctrl-C'],
      [
        'stalk record night.jsonl.gz --record-size 256M --record-keep 10',
        'At most eleven files of that size',
      ],
      ["stalk record night.jsonl.gz --redact args --redact '*token*'", 'Without arguments and tokens'],
      ['zcat night.jsonl.gz | jq', 'It is lines of JSON'],
    ],
    options: recordOptions,
    run: async (context) => (await import('./record.ts')).runRecord(context),
  }),
  command({
    name: 'status',
    words: '',
    summary: 'Tell which workers are online',
    examples: [
      ['stalk status', 'Who is there'],
      ['stalk status -d celery@web-1,celery@web-2', 'Whether these two are there'],
      ['stalk status --json', 'The same for a script'],
    ],
    details: async () => (await import('./command-list.ts')).patience,
    options: statusOptions,
    run: async (context) => (await import('./status.ts')).runStatus(context),
  }),
  command({
    name: 'inspect',
    words: '<command> [arguments]',
    summary: 'Ask workers what they do',
    examples: [
      ['stalk inspect active', 'The tasks that run now'],
      ['stalk inspect stats -d celery@web-1 --json', 'One worker in JSON'],
      ['stalk inspect registered rate_limit', 'The task types with one of their attributes'],
      ['stalk inspect query_task $ID', 'Which worker has a task'],
      ['stalk inspect disk_usage --custom --arg path=/var', "A command of your workers' own"],
    ],
    details: async () => (await import('./command-list.ts')).commandHelp('inspect'),
    options: inspectOptions,
    run: async (context) => (await import('./request.ts')).runRequest('inspect', context),
  }),
  command({
    name: 'control',
    words: '<command> [arguments]',
    summary: 'Tell workers what to do',
    examples: [
      ['stalk control rate_limit proj.add 10/m', 'Ten of these tasks a minute on each worker'],
      ['stalk control revoke $ID', 'Never run this task'],
      ['stalk control revoke $ID --arg terminate=true', 'Stop it if it runs'],
      ['stalk control pool_grow 2 -d celery@web-1', 'Two more processes'],
      ['stalk control add_consumer mail -d celery@web-1', 'Consume from one more queue'],
      ['stalk control shutdown -d celery@web-1 --yes', 'Stop a worker, and see that it is gone'],
    ],
    details: async () => (await import('./command-list.ts')).commandHelp('control'),
    options: controlOptions,
    run: async (context) => (await import('./request.ts')).runRequest('control', context),
  }),
  command({
    name: 'result',
    words: 'ID',
    summary: 'Print what a task or a group returned',
    examples: [
      ['stalk result 5e2b9a1c-33f1-4c39-a1b4-0e6fd2c6d1a7', 'Print the value, or the traceback of a failure'],
      ['stalk result --wait --timeout 5m $ID', 'Wait for it at most five minutes'],
      [
        'stalk result -j --result-backend redis://cache-1:6379/1 $ID',
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
      ['stalk forget --yes $ID $OTHER', 'Delete two without asking'],
    ],
    details: 'Exit status: 0 it is gone, or nothing was there, 1 the answer was no.',
    options: forgetOptions,
    run: async (context) => (await import('./forget.ts')).runForget(context),
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
    name: 'shell',
    words: '',
    summary: 'Open a JavaScript prompt with the cluster at hand',
    examples: [
      ['stalk shell -b redis://cache-1:6379/0', 'Prompt with broker, control, inspect, state and receiver'],
      ['stalk shell -e "await inspect.ping()"', 'Print one value as JSON'],
      ['stalk shell --readonly < look.js', 'Run a script, and make sure to change nothing'],
    ],
    options: shellOptions,
    run: async (context) => (await import('./shell.ts')).runShell(context),
  }),
  command({
    name: 'graph',
    words: 'workers [wmax:N] [tmax:N] [generic] [enumerate]',
    summary: 'Draw the workers, the broker and the result backend in DOT',
    examples: [
      ['stalk graph workers | dot -Tsvg > cluster.svg', 'Draw four workers and three processes of each'],
      ['stalk graph workers --queues wmax:0 tmax:0', 'Draw all of them, and the queues'],
    ],
    details: 'wmax and tmax are how many workers and processes of one are drawn at most, 0 for all.',
    options: graphOptions,
    run: async (context) => (await import('./graph.ts')).runGraph(context),
  }),
  command({
    name: 'completion',
    words: 'bash|zsh|fish',
    summary: 'Print a script that completes commands, options and names',
    examples: [
      ['source <(stalk completion bash)', 'Complete in this bash'],
      ['stalk completion zsh > ~/.zfunc/_stalk', 'Complete in every zsh that has ~/.zfunc in its fpath'],
      ['stalk completion fish > ~/.config/fish/completions/stalk.fish', 'Complete in every fish'],
    ],
    options: [],
    run: async (context) => (await import('./completion.ts')).runCompletion(context, commands, commonOptions),
  }),
  command({
    name: '__complete',
    words: 'nodes|queues|tasks -- WORD LINE…',
    summary: 'Print names that a word may become, for the scripts of completion',
    hidden: true,
    examples: [],
    options: [],
    run: async (context) => (await import('./complete.ts')).runComplete(context),
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
