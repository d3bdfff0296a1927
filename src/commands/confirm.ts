import type { CommandContext } from './command-context.ts';

type Streams = Pick<CommandContext<unknown>, 'stdin' | 'stderr'>;

/** Whether there is a person to ask: the question goes to stderr, so that the output may be a pipe. */
export function canAsk({ stdin, stderr }: Streams): boolean {
  return stdin.isTTY === true && stderr.isTTY === true;
}

/** Asks until a line comes; only `y` and `yes` are yes, and the end of the input or an abort is no. */
export function confirm({ stdin, stderr }: Streams, question: string, signal: AbortSignal): Promise<boolean> {
  stderr.write(`${question} [y/N] `);
  return new Promise((resolve) => {
    let typed = '';
    const settle = (answer: boolean): void => {
      stdin.off('data', onData);
      stdin.off('end', onEnd);
      signal.removeEventListener('abort', onEnd);
      stdin.pause();
      resolve(answer);
    };
    const onData = (chunk: Buffer | string): void => {
      typed += chunk.toString();
      const [line, ...rest] = typed.split(/[\r\n]/);
      if (rest.length > 0) settle(/^\s*y(es)?\s*$/i.test(line ?? ''));
    };
    const onEnd = (): void => {
      stderr.write('\n');
      settle(false);
    };
    stdin.on('data', onData);
    stdin.on('end', onEnd);
    signal.addEventListener('abort', onEnd);
    if (signal.aborted) onEnd();
  });
}
