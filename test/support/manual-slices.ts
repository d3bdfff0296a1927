import { Slices } from '../../src/query/slices.ts';

/** Slices by hand: each look at the clock takes a millisecond, and nothing goes on before `next`. */
export class ManualSlices {
  nowMs = 0;
  /** Slices that were done later than at once. */
  count = 0;
  readonly slices: Slices;
  #callback: (() => void) | undefined;

  constructor() {
    this.slices = new Slices({
      nowMs: () => this.nowMs++,
      defer: (callback) => {
        this.#callback = callback;
        return () => {
          this.#callback = undefined;
        };
      },
    });
  }

  get isWaiting(): boolean {
    return this.#callback !== undefined;
  }

  /** The next slice; false when there is nothing to do. */
  next(): boolean {
    const callback = this.#callback;
    this.#callback = undefined;
    callback?.();
    if (callback !== undefined) this.count += 1;
    return callback !== undefined;
  }

  finish(): void {
    while (this.next());
  }
}
