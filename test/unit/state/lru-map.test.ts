import { describe, expect, it } from 'vitest';
import { LruMap } from '../../../src/state/lru-map.ts';

function filled(limit: number, ...keys: string[]): { map: LruMap<string>; evicted: string[] } {
  const evicted: string[] = [];
  const map = new LruMap<string>(limit, (value) => evicted.push(value));
  for (const key of keys) map.add(key, key);
  return { map, evicted };
}

describe('LruMap', () => {
  it('drops the oldest key for a new one when it is full', () => {
    const { map, evicted } = filled(2, 'a', 'b', 'c', 'd');

    expect([...map.entries.keys()]).toEqual(['c', 'd']);
    expect(evicted).toEqual(['a', 'b']);
  });

  it('spares a key that was touched, not one that was read', () => {
    const { map, evicted } = filled(3, 'a', 'b', 'c');

    map.get('a');
    map.touch('b');
    for (const key of ['d', 'e', 'f']) map.add(key, key);

    expect(evicted).toEqual(['a', 'c', 'b']);
  });

  it('goes on in the right order after deletions and after it was emptied', () => {
    const { map, evicted } = filled(2, 'a', 'b', 'c');
    map.delete('b');
    map.add('d', 'd');
    map.clear();
    for (const key of ['e', 'f', 'g', 'h', 'i']) map.add(key, key);

    expect([...map.entries.keys()]).toEqual(['h', 'i']);
    expect(evicted).toEqual(['a', 'e', 'f', 'g']);
  });
});
