/**
 * Durations are counted in buckets, each of which ends this many times as late as the one before, and read as the end
 * of their bucket: at most 2 % more than they were. The mapping of DDSketch (Masson, Rim, Lee: VLDB 2019).
 */
const growth = 1.0198;
const logGrowth = Math.log(growth);

/** Events tell times to the microsecond. Shorter spans, and the negative ones of clocks that differ, count as none. */
const shortest = 1e-6;

/** Enough for four years. */
export const bucketCount = 1_664;

/** @param seconds any number: NaN counts as none, too */
export function bucketOf(seconds: number): number {
  if (!(seconds >= shortest)) return 0;
  return Math.min(bucketCount - 1, 1 + Math.floor(Math.log(seconds / shortest) / logGrowth));
}

/** Seconds that no duration in the bucket exceeds: Infinity for the last one. */
export function bucketEnd(bucket: number): number {
  if (bucket === 0) return 0;
  return bucket === bucketCount - 1 ? Infinity : shortest * growth ** bucket;
}

/** Seconds that no duration in the bucket falls below. */
export function bucketStart(bucket: number): number {
  return bucket <= 1 ? 0 : shortest * growth ** (bucket - 1);
}
