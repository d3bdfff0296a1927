import type { Timers } from '../../timers.ts';

/** Takes some of the bytes and says how many; throws EAGAIN when the terminal takes none now. */
export type WriteSome = (bytes: Uint8Array, offset: number) => number;

const firstRetryMs = 1;
const lastRetryMs = 16;

/** What leaving may cost: a terminal that was stopped with Ctrl-S must not hold up an exit. */
const leaveMs = 200;

/**
 * Writes to a terminal opened non-blocking. A Linux pty takes about 12 kB at once, so a large frame needs a second
 * attempt; a stalled terminal is asked again and again without ever blocking the process.
 */
export class TerminalWriter {
  readonly #writeSome: WriteSome;
  readonly #timers: Timers;
  #cancelRetry: (() => void) | undefined;
  #isWriting = false;

  constructor(writeSome: WriteSome, timers: Timers) {
    this.#writeSome = writeSome;
    this.#timers = timers;
  }

  write(text: string, done: (error?: Error) => void): void {
    if (this.#isWriting) throw new Error('a frame was written before the one under way was taken');
    this.#isWriting = true;
    this.#continue(Buffer.from(text), 0, firstRetryMs, done);
  }

  writeNow(text: string): boolean {
    this.#cancelRetry?.();
    this.#isWriting = false;
    const bytes = Buffer.from(text);
    const endMs = this.#timers.nowMs() + leaveMs;
    let offset = 0;
    while (offset < bytes.length && this.#timers.nowMs() < endMs) {
      try {
        offset += this.#writeSome(bytes, offset);
      } catch (error) {
        if (!isBusy(error)) return false;
        pause(firstRetryMs);
      }
    }
    return offset === bytes.length;
  }

  #continue(bytes: Uint8Array, from: number, retryMs: number, done: (error?: Error) => void): void {
    let offset = from;
    let waitMs = retryMs;
    try {
      while (offset < bytes.length) {
        offset += this.#writeSome(bytes, offset);
        waitMs = firstRetryMs;
      }
    } catch (error) {
      if (isBusy(error)) {
        const nextMs = Math.min(lastRetryMs, waitMs * 2);
        this.#cancelRetry = this.#timers.after(waitMs, () => this.#continue(bytes, offset, nextMs, done));
        return;
      }
      this.#isWriting = false;
      done(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    this.#isWriting = false;
    done();
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAGAIN';
}

/** Sleeps without the event loop: only on the way out. */
function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
