import type { AppendedFile } from '../config/appended-file.ts';
import type { Output } from './command-context.ts';

type Done = (error?: Error) => void;

/**
 * Of a process without a terminal: what a camera prints, and what the process dies of, goes to the log file. Celery sends
 * both nowhere. The file is written past the streams, so that SIGHUP can open it anew.
 *
 * @returns gives the streams back what they were
 */
export function printIntoLog(file: AppendedFile, streams: readonly Output[]): () => void {
  const before = streams.map((stream) => ({ stream, write: stream.write }));
  const append = (text: string): void => {
    try {
      file.write(text);
    } catch {
      // A full disk is no reason to end, and there is no place to say it.
    }
  };
  const write = (chunk: string | Uint8Array, encoding?: unknown, callback?: Done): boolean => {
    append(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
    const done = typeof encoding === 'function' ? (encoding as Done) : callback;
    if (done !== undefined) queueMicrotask(done);
    return true;
  };
  for (const stream of streams) stream.write = write as Output['write'];
  const noteDeath = (error: unknown): void =>
    append(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.on('uncaughtExceptionMonitor', noteDeath);
  return () => {
    process.off('uncaughtExceptionMonitor', noteDeath);
    for (const { stream, write: own } of before) stream.write = own;
  };
}
