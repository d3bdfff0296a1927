import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecentTexts } from '../../../src/presentation/recent-texts.ts';

/** kombu/utils/functional.py:LRUCache, as it is written there. */
class PlainCache {
  readonly #limit: number;
  readonly #data = new Map<string, string>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: string): string | undefined {
    const text = this.#data.get(key);
    if (text === undefined) return undefined;
    this.#data.delete(key);
    this.#data.set(key, text);
    return text;
  }

  set(key: string, text: string): void {
    if (this.#data.size >= this.#limit) this.#data.delete([...this.#data.keys()][0] ?? '');
    this.#data.set(key, text);
  }
}

describe('RecentTexts', () => {
  it('keeps what was read when the oldest goes', () => {
    const texts = new RecentTexts(2);
    texts.set('a', '1');
    texts.set('b', '2');
    texts.get('a');
    texts.set('c', '3');

    expect([texts.get('a'), texts.get('b'), texts.get('c')]).toEqual(['1', undefined, '3']);
  });

  it("does whatever kombu's cache does", () => {
    const keys = fc.constantFrom(...'abcdefg');
    const steps = fc.array(fc.tuple(keys, fc.option(fc.string())), { maxLength: 200 });

    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), steps, (limit, all) => {
        const [ours, plain] = [new RecentTexts(limit), new PlainCache(limit)];
        for (const [key, text] of all) {
          if (text === null) expect(ours.get(key)).toBe(plain.get(key));
          else for (const cache of [ours, plain]) cache.set(key, text);
        }
      }),
    );
  });
});
