import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseExactJson } from '../../../src/protocol/exact-json.ts';
import { saferepr } from '../../../src/protocol/saferepr.ts';

/** What celery.utils.saferepr of 5.6.3 makes of values of every kind, depth and length. */
const vectors: readonly { json: string; tuple: boolean; repr: string }[] = readFileSync(
  new URL('../../fixtures/saferepr.ndjson', import.meta.url),
  'utf8',
)
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

describe('saferepr', () => {
  it.each(vectors)('shows $json as Celery does', ({ json, tuple, repr }) => {
    expect(saferepr(parseExactJson(json), { tuple })).toBe(repr);
  });

  it('takes plain values too', () => {
    expect(saferepr([1, "it's", null, { a: [1, [2, [3]]] }], { tuple: true })).toBe(
      "(1, 'it\\'s', None, {'a': [1, [...]]})",
    );
    expect(saferepr({ a: true, b: 2.5 })).toBe("{'a': True, 'b': 2.5}");
  });

  it('looks at no more of a long text than it shows', () => {
    expect(saferepr(['y'.repeat(10_000_000)]).length).toBeLessThan(1100);
  });
});
