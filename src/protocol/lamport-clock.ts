/** Larger values would soon leave the integers of a double, where adding one changes nothing. */
const largestClock = 2 ** 52;

/** A logical clock: counts events and never runs behind what it has heard of. Mirrors kombu/clocks.py:LamportClock. */
export class LamportClock {
  #value: number;

  constructor(value = 0) {
    this.#value = value;
  }

  get value(): number {
    return this.#value;
  }

  /** Ticks on hearing of `other`; what is not a clock value cannot disturb it. */
  adjust(other: unknown): number {
    this.#value = Math.max(this.#value, isClock(other) ? other : 0) + 1;
    return this.#value;
  }

  /** Ticks before something is sent. */
  forward(): number {
    this.#value += 1;
    return this.#value;
  }
}

/** Whether a value off the wire can be a logical clock: producers also send null, text, NaN and 1e308. */
export function isClock(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= largestClock;
}
