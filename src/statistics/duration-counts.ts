import { bucketCount, bucketEnd, bucketStart } from './duration-buckets.ts';

/** How durations are spread from the shortest to the longest, in seconds: each part is as many times as long as the one before. */
export interface Spread {
  readonly shortest: number;
  readonly longest: number;
  readonly parts: readonly number[];
}

/** Durations of several slots, added up bucket by bucket to be read. One is enough: it is cleared for each reading. */
export class DurationCounts {
  readonly #counts = new Float64Array(bucketCount);
  #total = 0;
  #longest = 0;
  #low = bucketCount;
  /** After the last bucket that may hold anything. */
  #end = 0;

  get total(): number {
    return this.#total;
  }

  clear(): void {
    this.#counts.fill(0, this.#low, this.#end);
    this.#total = 0;
    this.#longest = 0;
    this.#low = bucketCount;
    this.#end = 0;
  }

  /** Adds `length` counts that stand in `words` from `from` on, the first of them of `bucket`. */
  add(bucket: number, words: Uint32Array, from: number, length: number): void {
    const counts = this.#counts;
    let sum = 0;
    for (let offset = 0; offset < length; offset += 1) {
      const count = words[from + offset] ?? 0;
      counts[bucket + offset] = (counts[bucket + offset] ?? 0) + count;
      sum += count;
    }
    this.#total += sum;
    if (bucket < this.#low) this.#low = bucket;
    if (bucket + length > this.#end) this.#end = bucket + length;
  }

  /** The longest of those added may have been this long, in seconds. */
  atMost(longest: number): void {
    if (longest > this.#longest) this.#longest = longest;
  }

  /** As `percentiles`, for one share. */
  percentile(share: number): number | undefined {
    return this.percentiles([share])[0];
  }

  /**
   * For each of the shares, which grow: seconds within which so much of the durations lies, by the nearest rank: at least
   * as much as is true, and at most 2 % more. Empty when there are no durations.
   */
  percentiles(shares: readonly number[]): readonly number[] {
    if (this.#total === 0) return [];
    let bucket = this.#low;
    let seen = this.#counts[bucket] ?? 0;
    return shares.map((share) => {
      // 0.99 * 100 is 99 exactly, but 0.07 * 100 is not 7.
      const rank = Math.max(1, Math.ceil(share * this.#total - 1e-6));
      while (seen < rank && bucket < this.#end) {
        bucket += 1;
        seen += this.#counts[bucket] ?? 0;
      }
      return Math.min(bucketEnd(bucket), this.#longest);
    });
  }

  /** Undefined when there are none, and when all are alike. */
  spread(parts: number): Spread | undefined {
    const isHeld = (count: number): boolean => count > 0;
    const low = this.#counts.findIndex(isHeld);
    const high = this.#counts.findLastIndex(isHeld);
    if (low === high) return undefined;
    const width = (high - low + 1) / parts;
    const sums = Array.from({ length: parts }, () => 0);
    for (let bucket = low; bucket <= high; bucket += 1) {
      const part = Math.min(parts - 1, Math.floor((bucket - low) / width));
      sums[part] = (sums[part] ?? 0) + (this.#counts[bucket] ?? 0);
    }
    return { shortest: Math.min(bucketStart(low), this.#longest), longest: this.#longest, parts: sums };
  }
}
