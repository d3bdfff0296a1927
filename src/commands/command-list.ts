import { signatureOf } from '../control/command-words.ts';
import { offeredCommands } from '../control/remote-commands.ts';

/** The commands under `inspect` or `control` as `--list` and `--help` show them, one a line. */
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
