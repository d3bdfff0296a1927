import type { Terminal, TerminalSize } from '../../src/ui/terminal/terminal.ts';

/** A terminal that remembers what it was sent, and can stop reading or hang up. */
export class FakeTerminal implements Terminal {
  size: TerminalSize;
  /** Frames, in order; what was written at once is in `sent` only. */
  readonly frames: string[] = [];
  sent = '';
  /** A stalled terminal takes a frame and never says that it is done, until `resume`. */
  isStalled = false;
  /** Writes accepted while one was still under way: there must be none. */
  queued = 0;
  error: Error | undefined;
  #waiting: (() => void) | undefined;
  readonly #listeners = new Set<() => void>();

  constructor(columns: number, rows: number) {
    this.size = { columns, rows };
  }

  onResize(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  resize(columns: number, rows: number): void {
    this.size = { columns, rows };
    for (const listener of this.#listeners) listener();
  }

  write(bytes: string, done: (error?: Error) => void): void {
    if (this.#waiting !== undefined) this.queued++;
    this.frames.push(bytes);
    this.sent += bytes;
    if (this.error !== undefined) done(this.error);
    else if (this.isStalled) this.#waiting = () => done();
    else done();
  }

  writeNow(bytes: string): boolean {
    this.#waiting = undefined;
    this.sent += bytes;
    return this.error === undefined;
  }

  /** The terminal reads again. */
  resume(): void {
    this.isStalled = false;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.();
  }
}
