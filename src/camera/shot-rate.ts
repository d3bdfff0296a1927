import { parseRateLimit } from '../control/arguments.ts';
import { UsageError } from '../errors.ts';

const secondsPerUnit: ReadonlyMap<string, number> = new Map([
  ['s', 1],
  ['m', 60],
  ['h', 3600],
]);

/** A timer may be early by so much, in seconds, and its shot is still the one that was due. */
const earliness = 0.002;

/** Holds shots back to a rate. Mirrors kombu/utils/limits.py:TokenBucket with a capacity of one. */
export class ShotRate {
  readonly #perSecond: number;
  #tokens = 1;
  #filledAt: number;

  /**
   * @param rate as Celery writes it, `10/m`
   * @param now seconds from any origin
   * @throws UsageError for what is no rate, and for 0, with which Celery takes one shot and no other
   */
  constructor(rate: string, now: number) {
    this.#perSecond = perSecond(rate);
    this.#filledAt = now;
  }

  /** Whether a shot is allowed now; it is then counted. */
  take(now: number): boolean {
    this.#tokens = Math.min(1, this.#tokens + this.#perSecond * (now - this.#filledAt));
    this.#filledAt = now;
    if (this.#tokens < 1 - this.#perSecond * earliness) return false;
    this.#tokens -= 1;
    return true;
  }
}

/** @throws UsageError for what is no rate */
export function checkRate(rate: string): void {
  perSecond(rate);
}

function perSecond(rate: string): number {
  const { value, problem } = parseRateLimit(rate);
  if (problem !== undefined || value === 0) {
    throw new UsageError(
      `maxrate is N/s, N/m or N/h above 0, such as 10/m, not ${JSON.stringify(rate.slice(0, 40))}`,
    );
  }
  const [count, unit = 's'] = String(value).split('/');
  return Number(count) / (secondsPerUnit.get(unit) ?? 1);
}
