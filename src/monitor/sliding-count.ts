import { ForwardTime } from '../statistics/forward-time.ts';

/** How many things happened in the last `span` seconds, in one-second slots, also when the clock is set back. */
export class SlidingCount {
  readonly span: number;
  readonly #slots: Uint32Array;
  readonly #time = new ForwardTime();
  #second = 0;
  /** What is counted comes in lists of one time. */
  #lastTime = Number.NaN;

  constructor(span: number) {
    this.span = span;
    this.#slots = new Uint32Array(span);
  }

  add(now: number, count = 1): void {
    this.#advance(now);
    const slot = this.#second % this.span;
    this.#slots[slot] = (this.#slots[slot] ?? 0) + count;
  }

  clone(): SlidingCount {
    const copy = new SlidingCount(this.span);
    copy.#slots.set(this.#slots);
    copy.#time.copyFrom(this.#time);
    copy.#second = this.#second;
    copy.#lastTime = this.#lastTime;
    return copy;
  }

  /** The whole window, the second under way included. */
  total(now: number): number {
    this.#advance(now);
    let total = 0;
    for (const count of this.#slots) total += count;
    return total;
  }

  /** Whole seconds only, so that the second under way does not pull the figure down. */
  totalOfFullSeconds(now: number): number {
    return this.total(now) - (this.#slots[this.#second % this.span] ?? 0);
  }

  #advance(now: number): void {
    if (now === this.#lastTime) return;
    this.#lastTime = now;
    const second = Math.max(0, Math.floor(this.#time.at(now)));
    if (second <= this.#second) return;
    if (second - this.#second >= this.span) this.#slots.fill(0);
    else for (let gone = this.#second + 1; gone <= second; gone += 1) this.#slots[gone % this.span] = 0;
    this.#second = second;
  }
}
