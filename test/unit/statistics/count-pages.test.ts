import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CountPages } from '../../../src/statistics/count-pages.ts';
import { bucketCount } from '../../../src/statistics/duration-buckets.ts';
import { DurationCounts } from '../../../src/statistics/duration-counts.ts';

function filled(pages: CountPages, buckets: readonly number[]): number {
  return buckets.reduce((chain, bucket) => pages.add(chain, bucket), 0);
}

/** What a chain holds, bucket by bucket. */
function held(pages: CountPages, chain: number): Record<number, number> {
  const found: Record<number, number> = {};
  const counts = new DurationCounts();
  counts.add = (bucket, words, from, length) => {
    for (const [offset, count] of words.subarray(from, from + length).entries()) {
      if (count > 0) found[bucket + offset] = count;
    }
  };
  pages.read(chain, counts);
  return found;
}

function tally(buckets: readonly number[]): Record<number, number> {
  const found: Record<number, number> = {};
  for (const bucket of buckets) found[bucket] = (found[bucket] ?? 0) + 1;
  return found;
}

const anyBuckets = fc.array(fc.integer({ min: 0, max: bucketCount - 1 }), { maxLength: 200 });

describe('pages of counts', () => {
  it('hold what was counted, also after chains were merged and their pages used again', () => {
    fc.assert(
      fc.property(anyBuckets, anyBuckets, anyBuckets, (one, other, third) => {
        const pages = new CountPages(1_000);
        const bystander = filled(pages, third);
        const merged = pages.merge(filled(pages, one), filled(pages, other));

        expect(held(pages, merged)).toEqual(tally([...one, ...other]));
        pages.release(merged);
        const again = filled(pages, other);
        expect(held(pages, again)).toEqual(tally(other));
        expect(held(pages, bystander)).toEqual(tally(third));
      }),
    );
  });

  it('give every page back', () => {
    const pages = new CountPages(1_000);
    const everywhere = Array.from({ length: bucketCount }, (_, bucket) => bucket);
    for (let round = 0; round < 100; round += 1) {
      pages.release(pages.merge(filled(pages, everywhere), filled(pages, everywhere)));
    }

    expect(pages.room).toBe(999);
    expect(pages.bytes).toBeLessThan(1_000 * 4 * 34);
  });

  it('count nothing more in a new bucket when they are full, and never grow beyond their limit', () => {
    const pages = new CountPages(3);
    const chain = filled(pages, [0, 40, 80, 1_000]);

    expect(held(pages, filled(pages, [5]))).toEqual({});
    expect(held(pages, pages.add(chain, 41))).toEqual({ 0: 1, 40: 1, 41: 1 });
    expect(pages.room).toBe(0);
    expect(pages.bytes).toBeLessThanOrEqual(3 * 4 * 34);
  });
});
