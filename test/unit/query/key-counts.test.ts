import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyCounts } from '../../../src/query/key-counts.ts';

function counted(keys: readonly string[]): ReadonlyMap<string, number> {
  const counts = new KeyCounts(keys.length);
  for (const key of keys) counts.add(key);
  return new Map(counts.keys.map((key, index) => [key, counts.countOf(index)]));
}

function expected(keys: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

describe('counts by key', () => {
  it('are what a Map counts, whatever the keys are', () => {
    const key = fc.oneof(
      fc.string({ unit: fc.constantFrom('a', 'é', '日', '\ud800'), maxLength: 12 }),
      fc.integer({ min: 0, max: 99 }).map((number) => `root-${number}`),
      fc.constantFrom('', '__proto__', 'constructor'),
    );
    fc.assert(
      fc.property(fc.array(key, { maxLength: 200 }), (keys) => {
        expect(counted(keys)).toEqual(expected(keys));
      }),
    );
  });

  it('are right for keys that all belong in one place', () => {
    const keys = Array.from(
      { length: 3_000 },
      (_, index) => `${String(index % 900).padStart(4, '0')}-the same end`,
    );

    expect(counted(keys)).toEqual(expected(keys));
  });
});
