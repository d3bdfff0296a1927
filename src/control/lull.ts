/** A worker that answers after four times what the slowest so far took is the exception. */
const factor = 4;

/** Calls back once no answer has come for a while: some seconds, or more where the answers themselves took longer. */
export class Lull {
  readonly #leastMs: number;
  readonly #onLull: () => void;
  #slowestMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(seconds: number, onLull: () => void) {
    this.#leastMs = seconds * 1000;
    this.#onLull = onLull;
    this.#start();
  }

  /** An answer came, so many milliseconds after the question. From now on a `share` of the least silence is enough. */
  heard(latencyMs: number, share: number = 1): void {
    this.#slowestMs = Math.max(this.#slowestMs, latencyMs);
    this.#start(share);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #start(share: number = 1): void {
    clearTimeout(this.#timer);
    // A latency is measured to fractions, of which a timer drops what it has: 799.99 ms would end a millisecond early.
    const ms = Math.round(Math.max(share * this.#leastMs, factor * this.#slowestMs));
    this.#timer = setTimeout(this.#onLull, ms);
  }
}
