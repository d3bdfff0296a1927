import type { CommonConfig, ConfigOf } from '../config/config.ts';
import { type Flags, loadConfig } from '../config/load-config.ts';
import type { Option } from '../config/option.ts';
import { commonOptions, eventsOptions } from '../config/options.ts';
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
