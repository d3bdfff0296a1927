import type { Request } from './demo-request.ts';
import { PythonError } from './python-error.ts';
import { reprString } from './python-repr.ts';

const perSecond: Readonly<Record<string, number>> = { s: 1, m: 1 / 60, h: 1 / 3600 };

/**
 * Runs per second; 0 means no limit. Mirrors celery/utils/time.py:rate, with its errors.
 * @throws PythonError ValueError for a number that is none, KeyError for an unknown unit.
 */
export function parseRate(rate: unknown): number {
  if (typeof rate === 'number') return rate;
  if (typeof rate !== 'string' || rate === '') return 0;
  const slash = rate.indexOf('/');
  const operations = slash < 0 ? rate : rate.slice(0, slash);
  const unit = (slash < 0 ? '' : rate.slice(slash + 1)) || 's';
  const factor = perSecond[unit];
  if (factor === undefined) throw new PythonError(`KeyError(${reprString(unit)})`);
  if (!/^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(operations)) {
    throw new PythonError(
      `ValueError(${reprString(`could not convert string to float: ${reprString(operations)}`)})`,
    );
  }
  return Number(operations) * factor;
}

/** Holds the tasks of one type back to a rate. Mirrors kombu/utils/limits.py:TokenBucket with a capacity of one. */
export class TokenBucket {
  readonly waiting: Request[] = [];
  readonly #rate: number;
  #tokens = 1;
  #filledAt: number;

  constructor(rate: number, now: number) {
    this.#rate = rate;
    this.#filledAt = now;
  }

  take(now: number): boolean {
    this.#fill(now);
    // Waiting out exactly `secondsToNext` may leave a token short by a rounding error.
    if (this.#tokens < 1 - 1e-6) return false;
    this.#tokens -= 1;
    return true;
  }

  secondsToNext(now: number): number {
    this.#fill(now);
    return Math.max(0, 1 - this.#tokens) / this.#rate;
  }

  #fill(now: number): void {
    this.#tokens = Math.min(1, this.#tokens + this.#rate * (now - this.#filledAt));
    this.#filledAt = now;
  }
}
