import type { Output } from './command-context.ts';

export interface LineQueueOptions {
  /** Characters that may wait for a slow reader; 4 Mi unless given. */
  readonly limit?: number;
  /** Lines that were dropped since it was told last: at most once a second, and at the end. */
  readonly onDropped: (count: number) => void;
}

interface Chunk {
  readonly text: string;
  readonly lines: number;
}

/** Collected before it is written: each write to a file or pipe costs as much as several lines. */
const chunkLength = 65_536;
const defaultLimit = 4 * 1024 * 1024;
const reportMs = 1000;

/**
 * Lines on their way to a reader that may be slow. What comes within one turn of the event loop is written at once. When the
 * reader is behind, whole lines wait, and beyond the limit they are dropped and counted; none is ever cut.
 */
export class LineQueue {
  readonly #output: Output & { readonly writableLength?: number };
  readonly #limit: number;
  readonly #onDropped: (count: number) => void;
  /** Full ones, in order. */
  readonly #chunks: Chunk[] = [];
  #text = '';
  #lines = 0;
  /** Characters of `#chunks`. */
  #waiting = 0;
  /** Lines that the stream has taken and not yet passed on. */
  #inFlight = 0;
  #isStalled = false;
  #isScheduled = false;
  #isClosed = false;
  #unreported = 0;
  #droppedCount = 0;
  #report: NodeJS.Timeout | undefined;
  #onEmpty: (() => void) | undefined;
  readonly #drained = (): void => {
    this.#isStalled = false;
    this.#flush();
  };

  constructor(output: Output, { limit = defaultLimit, onDropped }: LineQueueOptions) {
    this.#output = output;
    this.#limit = limit;
    this.#onDropped = onDropped;
    output.on('drain', this.#drained);
  }

  get droppedCount(): number {
    return this.#droppedCount;
  }

  /**
   * @param text of one event, with its line feed
   * @returns whether it was taken
   */
  push(text: string): boolean {
    if (this.#isClosed) return false;
    if (this.#isStalled && this.#waiting + this.#text.length + text.length > this.#limit) {
      this.#drop(1);
      return false;
    }
    this.#text += text;
    this.#lines += 1;
    if (this.#text.length >= chunkLength) {
      this.#cut();
      this.#flush();
    } else if (!this.#isScheduled && !this.#isStalled) {
      this.#isScheduled = true;
      setImmediate(() => {
        this.#isScheduled = false;
        this.#flush();
      });
    }
    return true;
  }

  /** The reader went away: there is nobody left to write or to tell to. */
  abandon(): void {
    this.#isClosed = true;
    this.#chunks.length = 0;
    this.#text = '';
    this.#lines = this.#waiting = this.#inFlight = this.#unreported = 0;
    this.#stop();
  }

  /** Resolves when the reader has taken everything, or when `signal` aborts: what is left then counts as dropped. */
  async end(signal: AbortSignal): Promise<void> {
    this.#flush();
    if (!this.#isEmpty && !signal.aborted && !this.#isClosed) {
      await new Promise<void>((resolve) => {
        this.#onEmpty = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#drop(this.#chunks.reduce((sum, { lines }) => sum + lines, this.#lines + this.#inFlight));
    this.#stop();
    this.#tell();
  }

  get #isEmpty(): boolean {
    return this.#chunks.length === 0 && this.#lines === 0 && this.#inFlight === 0;
  }

  #cut(): void {
    if (this.#lines === 0) return;
    this.#chunks.push({ text: this.#text, lines: this.#lines });
    this.#waiting += this.#text.length;
    this.#text = '';
    this.#lines = 0;
  }

  #flush(): void {
    if (this.#isClosed || this.#isStalled) return;
    this.#cut();
    for (let chunk = this.#chunks.shift(); chunk !== undefined; chunk = this.#chunks.shift()) {
      const { text, lines } = chunk;
      this.#waiting -= text.length;
      this.#inFlight += lines;
      const isTaken = this.#output.write(text, () => this.#passed(lines));
      // A file says that it is full although it has everything already.
      this.#isStalled = !isTaken && this.#output.writableLength !== 0;
      if (this.#isStalled) return;
    }
  }

  #passed(lines: number): void {
    if (this.#isClosed) return;
    this.#inFlight -= lines;
    if (this.#isEmpty) this.#onEmpty?.();
  }

  #drop(count: number): void {
    if (count === 0) return;
    this.#droppedCount += count;
    this.#unreported += count;
    this.#report ??= setTimeout(() => {
      this.#report = undefined;
      this.#tell();
    }, reportMs);
  }

  #tell(): void {
    if (this.#unreported > 0) this.#onDropped(this.#unreported);
    this.#unreported = 0;
  }

  #stop(): void {
    clearTimeout(this.#report);
    this.#report = undefined;
    this.#output.off('drain', this.#drained);
    this.#onEmpty?.();
  }
}
