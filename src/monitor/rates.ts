import { ForwardTime } from '../statistics/forward-time.ts';
import { SlidingCount } from './sliding-count.ts';

/**
 * Long enough to be calm, short enough to follow a change of load within a few glances. Six of them are whole: heartbeats
 * come every two seconds, and an idle cluster must not make the figure jump from second to second.
 */
const windowSeconds = 7;

/** Events per second as the status line shows them: a mean over whole seconds that changes once a second. */
export class Rates {
  #count = new SlidingCount(windowSeconds);
  readonly #time = new ForwardTime();
  #startedAt: number | undefined;
  /** As it was given last, and what `#time` made of it. */
  #notedAt = Number.NaN;
  #reached = 0;
  #eventsPerSecond = 0;

  /** Rates of their own, which say what these say and go on as these would. */
  clone(): Rates {
    const copy = new Rates();
    copy.#count = this.#count.clone();
    copy.#time.copyFrom(this.#time);
    copy.#startedAt = this.#startedAt;
    copy.#notedAt = this.#notedAt;
    copy.#reached = this.#reached;
    copy.#eventsPerSecond = this.#eventsPerSecond;
    return copy;
  }

  note(now: number): void {
    // Events come in lists of one time.
    if (now !== this.#notedAt) {
      this.#notedAt = now;
      this.#reached = this.#time.at(now);
      this.#startedAt ??= Math.floor(this.#reached);
    }
    this.#count.add(this.#reached);
  }

  /** Called once a second; returns true when the figure has changed. */
  refresh(now: number): boolean {
    const before = this.#eventsPerSecond;
    if (this.#startedAt !== undefined) {
      const time = this.#time.at(now);
      const seconds = Math.min(windowSeconds - 1, Math.max(1, Math.floor(time) - this.#startedAt));
      this.#eventsPerSecond = this.#count.totalOfFullSeconds(time) / seconds;
    }
    return before !== this.#eventsPerSecond;
  }

  get eventsPerSecond(): number {
    return this.#eventsPerSecond;
  }
}
