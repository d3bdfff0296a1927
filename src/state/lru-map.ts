/**
 * A bounded map in order of insertion: a new key in a full map drops the oldest one. Reading does not refresh a
 * key (a screen that reads must not decide what is forgotten), only `touch` does.
 * Mirrors kombu/utils/functional.py:LRUCache as celery/events/state.py uses it.
 */
export class LruMap<Value> {
  /** Oldest first. */
  readonly entries: ReadonlyMap<string, Value>;
  readonly #limit: number;
  readonly #map: Map<string, Value>;
  readonly #onEvict: ((value: Value) => void) | undefined;
  #oldest: MapIterator<string> | undefined;
  #newest: string | undefined;

  constructor(limit: number, onEvict?: (value: Value) => void) {
    this.#limit = limit;
    this.#onEvict = onEvict;
    this.#map = new Map();
    this.entries = this.#map;
  }

  get(key: string): Value | undefined {
    return this.#map.get(key);
  }

  /** Adds a key that is not there yet, dropping the oldest one if the map is full. */
  add(key: string, value: Value): void {
    if (this.#map.size >= this.#limit) this.evictOldest();
    this.#map.set(key, value);
    this.#newest = key;
  }

  /** Makes the key the newest one, as Celery does for a parent each time that a child of it reports. */
  touch(key: string): Value | undefined {
    const value = this.#map.get(key);
    if (value === undefined || this.#newest === key) return value;
    this.#map.delete(key);
    this.#map.set(key, value);
    this.#newest = key;
    return value;
  }

  delete(key: string): void {
    this.#map.delete(key);
    if (this.#newest === key) this.#newest = undefined;
  }

  clear(): void {
    this.#map.clear();
    this.#newest = undefined;
  }

  /**
   * For a new map: the same keys in the same order. The copy begins an iterator of its own at its first eviction, which
   * comes to the same: nothing is left before that of the original.
   */
  copyFrom(other: LruMap<Value>, copyOf: (value: Value) => Value): void {
    for (const [key, value] of other.#map) this.#map.set(key, copyOf(value));
    this.#newest = other.#newest;
  }

  /**
   * Returns false when the map is empty. One iterator is kept between evictions: everything before it has been evicted and new keys come after it. A fresh
   * one each time would walk over all the holes that the evicted keys have left in the table.
   */
  evictOldest(): boolean {
    let next = this.#oldest?.next();
    if (next === undefined || next.done) {
      this.#oldest = this.#map.keys();
      next = this.#oldest.next();
    }
    if (next.done) return false;
    const value = this.#map.get(next.value);
    this.delete(next.value);
    if (value !== undefined) this.#onEvict?.(value);
    return true;
  }
}
