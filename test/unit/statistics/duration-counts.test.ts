import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketCount, bucketEnd, bucketOf } from '../../../src/statistics/duration-buckets.ts';
import { DurationCounts } from '../../../src/statistics/duration-counts.ts';

const shares = [0.5, 0.95, 0.99];

const one = Uint32Array.of(1);

function counted(values: readonly number[]): DurationCounts {
  const counts = new DurationCounts();
  for (const value of values) {
    counts.add(bucketOf(value), one, 0, 1);
    counts.atMost(value);
  }
  return counts;
}

/** The smallest of the values that at least this share of them does not exceed. */
function exact(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length - 1e-6) - 1)] ?? Number.NaN;
}

/** The same numbers at every run. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return (state + 1) / 4_294_967_297;
  };
}

function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
}

const count = 20_000;
const random = randomOf(7);
const distributions: Readonly<Record<string, readonly number[]>> = {
  'log-normal': Array.from({ length: count }, () => Math.exp(gaussian(random) - 1)),
  bimodal: Array.from({ length: count }, () => (random() < 0.7 ? 0.004 : 30) * (1 + random() / 10)),
  uniform: Array.from({ length: count }, () => 0.2 + random()),
  constant: Array.from({ length: count }, () => 0.312),
  'of microseconds': Array.from({ length: count }, () => 1e-6 * (1 + 40 * random())),
  'of weeks': Array.from({ length: count }, () => 604_800 * (1 + random())),
  'over all orders': Array.from({ length: count }, () => 10 ** (-6 + 13 * random())),
  'heavy-tailed': Array.from({ length: count }, () => 0.01 / random() ** 1.5),
  'of few': [3.2, 0.1, 7.7],
};

describe('the percentiles of durations', () => {
  // By name alone: the title of a test must not print 20,000 numbers.
  it.each(Object.keys(distributions))(
    'that are %s are at most a fiftieth too high and never too low',
    (name) => {
      const values = distributions[name] ?? [];
      const counts = counted(values);

      for (const share of shares) {
        const truth = exact(values, share);
        const found = counts.percentile(share) ?? Number.NaN;
        expect(found).toBeGreaterThanOrEqual(truth * (1 - 1e-9));
        expect(found).toBeLessThanOrEqual(truth * 1.02);
      }
    },
  );

  it('are exact for durations that are all the same, so that none of them is above', () => {
    expect(shares.map((share) => counted([5, 5, 5]).percentile(share))).toEqual([5, 5, 5]);
  });

  it('take what clocks that differ make negative, and what is no number, for nothing', () => {
    const counts = counted([-3, -0.5, 0, 1e-9, Number.NaN, 2]);

    expect([counts.total, counts.percentile(0.5), counts.percentile(0.99)]).toEqual([6, 0, 2]);
  });

  it('are the longest where durations exceed every bucket', () => {
    expect(counted([1, 1e12]).percentile(0.99)).toBe(1e12);
  });

  it('do not exist without durations, also after others were cleared away', () => {
    const counts = counted([1, 2, 3]);
    counts.clear();

    expect([counts.total, counts.percentile(0.5)]).toEqual([0, undefined]);
  });
});

describe('the spread of durations', () => {
  it('counts them in parts that are equal times as long, from the shortest to the longest', () => {
    const spread = counted([1, 1, 9, 11, 100]).spread(4);

    expect(spread?.parts).toEqual([2, 1, 1, 1]);
    expect(spread?.shortest).toBeLessThanOrEqual(1);
    expect(spread?.shortest).toBeGreaterThan(0.98);
    expect(spread?.longest).toBe(100);
  });

  it('has every duration in one of its parts', () => {
    for (const values of Object.values(distributions)) {
      const parts = counted(values).spread(10)?.parts ?? [values.length];
      expect(parts.reduce((sum, part) => sum + part, 0)).toBe(values.length);
    }
  });

  it('begins at nothing where some take no time, and is none where all are alike', () => {
    expect(counted([0, 0, 5]).spread(2)).toMatchObject({ shortest: 0, longest: 5, parts: [2, 1] });
    expect([counted([]), counted([3, 3])].map((counts) => counts.spread(3))).toEqual([undefined, undefined]);
  });
});

it('every duration lies in a bucket that ends at most 2 % after it', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 1e8, noNaN: true }), (seconds) => {
      const bucket = bucketOf(seconds);
      expect(bucket).toBeLessThan(bucketCount);
      expect(bucketEnd(bucket)).toBeGreaterThanOrEqual(seconds * (1 - 1e-9));
      expect(bucketEnd(bucket)).toBeLessThanOrEqual(seconds * 1.02);
    }),
  );
});
