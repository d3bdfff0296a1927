import { textHash } from '../state/text-hash.ts';

/** Places looked at for one key: who makes up keys for one place ends up in a Map, which knows how to defend itself. */
const mostProbes = 24;

/**
 * How often each key was met. A table of its own, for there can be as many keys as tasks: a Map would take twice the
 * time, an object for each of them, and a pause whenever it makes itself larger.
 */
export class KeyCounts {
  /** In the order in which they were met first. */
  readonly keys: string[] = [];
  readonly #counts: Uint32Array;
  /** Two numbers a place: the hash, and the number of the key from 1 on. */
  readonly #places: Int32Array;
  readonly #mask: number;
  readonly #overflow = new Map<string, number>();

  /** @param most keys that there can be */
  constructor(most: number) {
    const size = 2 ** Math.ceil(Math.log2(Math.max(1, most) * 2));
    this.#mask = size - 1;
    this.#places = new Int32Array(size * 2);
    this.#counts = new Uint32Array(most);
  }

  countOf(index: number): number {
    return this.#counts[index] ?? 0;
  }

  /** @returns the index of the key */
  add(key: string): number {
    const index = this.#find(key);
    this.addAt(index);
    return index;
  }

  addAt(index: number): void {
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
  }

  #find(key: string): number {
    const hash = textHash(key);
    const places = this.#places;
    for (let probe = 0; probe < mostProbes; probe += 1) {
      const place = ((hash + probe) & this.#mask) * 2;
      const number = places[place + 1] ?? 0;
      if (number === 0) {
        places[place] = hash;
        places[place + 1] = this.keys.push(key);
        return this.keys.length - 1;
      }
      if (places[place] === hash && this.keys[number - 1] === key) return number - 1;
    }
    const known = this.#overflow.get(key);
    if (known !== undefined) return known;
    const index = this.keys.push(key) - 1;
    this.#overflow.set(key, index);
    return index;
  }
}
