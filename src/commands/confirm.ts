import { UsageError } from '../errors.ts';
import type { CommandContext } from './command-context.ts';

type Asking = Pick<CommandContext<unknown>, 'stdin' | 'stderr'>;

/** Whether there is a person to ask: the question goes to stderr, so that the output may be a pipe. */
export function canAsk({ stdin, stderr }: Asking): boolean {
  return stdin.isTTY === true && stderr.isTTY === true;
}

/**
 * Asks a person, and takes nothing but `y` or `yes` for a yes. Ctrl-C and the end of the input are a no.
 *
 * @throws UsageError where there is no terminal to ask on
 */
export async function confirm(question: string, asking: Asking, signal: AbortSignal): Promise<boolean> {
  if (!canAsk(asking)) {
    throw new UsageError('there is no terminal to ask on: --yes goes ahead without asking');
  }
  const { stdin, stderr } = asking;
  stderr.write(`${question} [y/N] `);
  const answer = await firstLine(stdin, signal);
  if (answer === undefined) stderr.write('\n');
  return /^y(es)?$/i.test(answer?.trim() ?? '');
}

/** Undefined when the input ends, or `signal` aborts, before there is a line. */
function firstLine(stdin: NodeJS.ReadableStream, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = '';
    const onData = (chunk: Uint8Array | string): void => {
      text += chunk.toString();
      const [line, ...rest] = text.split(/[\r\n]/);
      if (rest.length > 0) end(line);
    };
    const onEnd = (): void => end(undefined);
    const end = (line: string | undefined): void => {
      stdin.off('data', onData);
      stdin.off('end', onEnd);
      signal.removeEventListener('abort', onEnd);
      stdin.pause();
      resolve(line);
    };
    if (signal.aborted) {
      resolve(undefined);
      return;
    }
    stdin.on('data', onData);
    stdin.on('end', onEnd);
    signal.addEventListener('abort', onEnd);
    stdin.resume();
  });
}
