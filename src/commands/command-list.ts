import { signatureOf } from '../control/command-words.ts';
import { offeredCommands } from '../control/remote-commands.ts';

/** When a call ends, for the help; more of it is in docs/commands.md. */
export const patience: string = `It is over as soon as all that can answer have answered. RabbitMQ does not tell how many that are: there a
silence of 15 % of the timeout ends it, unless a worker is missing that answered before and is connected.`;

/** The commands under `inspect` or `control` for their help. */
export function commandHelp(kind: 'inspect' | 'control'): string {
  return `${commandList(kind)}\n\n${patience}`;
}

/** The commands under `inspect` or `control` as `--list` shows them, one a line. */
export function commandList(kind: 'inspect' | 'control'): string {
  const rows = offeredCommands(kind).map((command) => [signatureOf(command), command.help] as const);
  const width = Math.min(34, Math.max(...rows.map(([signature]) => signature.length)));
  const title = kind === 'inspect' ? 'Inspect Commands' : 'Control Commands';
  return [`${title}:`, ...rows.map(([signature, help]) => listed(signature, help, width))].join('\n');
}

/** A signature that is longer than the column has its help on the next line. */
function listed(signature: string, help: string, width: number): string {
  const isLong = signature.length > width;
  const margin = ' '.repeat(width + 4);
  return isLong ? `  ${signature}\n${margin}${help}` : `  ${signature.padEnd(width)}  ${help}`;
}
