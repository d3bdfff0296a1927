import { type REPLServer, start, writer } from 'node:repl';
import { StalkError } from '../errors.ts';
import type { CommandContext } from './command-context.ts';
import { keepInterrupts } from './shell-interrupts.ts';

export interface Prompt {
  readonly banner: string;
  readonly scope: Readonly<Record<string, unknown>>;
  readonly colour: boolean;
  /** Where what was typed is kept; undefined keeps nothing. */
  readonly history: string | undefined;
}

/** Node's own prompt on the terminal. Resolves when it was left, with the terminal as it was and the history written. */
export async function runPrompt(
  { stdin, stdout }: Pick<CommandContext<unknown>, 'stdin' | 'stdout'>,
  { banner, scope, colour, history }: Prompt,
): Promise<void> {
  stdout.write(banner);
  writer.options = { ...writer.options, colors: colour, showProxy: false };
  const server: REPLServer = start({
    prompt: 'stalk> ',
    input: stdin,
    output: stdout,
    terminal: true,
    useColors: colour,
    useGlobal: false,
    ignoreUndefined: true,
    // Our own errors are sentences; where they were thrown tells nobody anything.
    writer: (value) => (value instanceof StalkError ? value.message : writer.call(server, value)),
    // Ctrl-C also ends what is being awaited.
    breakEvalOnSigint: true,
  });
  keepInterrupts(server, stdin);
  const fill = (): void => {
    Object.assign(server.context, scope);
  };
  fill();
  server.on('reset', fill);
  if (history !== undefined) server.setupHistory(history, () => undefined);
  await new Promise<void>((resolve) => {
    server.once('exit', resolve);
  });
}
