import type { UsageCommand } from '../config/usage.ts';
import type { CommandContext } from './command-context.ts';

/** One subcommand; its code is loaded when it is run. */
export interface Command extends UsageCommand {
  /** Returns the exit status. Throws a StalkError for what a person should read. */
  readonly run: (context: CommandContext) => Promise<number>;
}

/** In the order of the help. */
export const commands: readonly Command[] = [
  {
    name: 'events',
    summary: 'Watch tasks and workers live, and send them commands',
    examples: [
      ['stalk events -b redis://cache-1:6379/0', 'Watch a cluster on Redis'],
      ['stalk events -b amqp://rabbit-1/orders --readonly', 'Watch, and make sure to change nothing'],
      ['stalk events --once workers --json', 'Print the workers once, for a script'],
      ['stalk events --dump', 'Print events as they come, one a line'],
      ['stalk events -b demo://', 'Look at a made-up cluster'],
    ],
    run: async (context) => (await import('./events.ts')).runEvents(context),
  },
];
