interface Entry {
  key: string;
  text: string;
  older: Entry;
  newer: Entry;
}

/**
 * Texts by key, as many as there is room for. Which one goes mirrors kombu/utils/functional.py:LRUCache: one that is read
 * becomes the newest, one that is set again does not, and setting one in a full store always drops the oldest.
 *
 * The order is a ring of links. A Map alone would do, deleting and setting again what is read; but it keeps the places
 * of what was deleted, and looks through thousands of them for its oldest.
 */
export class RecentTexts {
  readonly #limit: number;
  readonly #entries = new Map<string, Entry>();
  /** Closes the ring: the oldest entry is its newer neighbour, the newest its older one. */
  readonly #end: Entry = endOfRing();

  /** @param limit 1 or more */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: string): string | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    unlink(entry);
    this.#append(entry);
    return entry.text;
  }

  set(key: string, text: string): void {
    if (this.#entries.size >= this.#limit) this.#drop(this.#end.newer);
    const known = this.#entries.get(key);
    if (known !== undefined) {
      known.text = text;
      return;
    }
    const entry = { key, text, older: this.#end, newer: this.#end };
    this.#append(entry);
    this.#entries.set(key, entry);
  }

  #drop(entry: Entry): void {
    unlink(entry);
    this.#entries.delete(entry.key);
  }

  #append(entry: Entry): void {
    entry.older = this.#end.older;
    entry.newer = this.#end;
    entry.older.newer = entry;
    this.#end.older = entry;
  }
}

function unlink({ older, newer }: Entry): void {
  older.newer = newer;
  newer.older = older;
}

function endOfRing(): Entry {
  const end = { key: '', text: '' } as Entry;
  end.older = end;
  end.newer = end;
  return end;
}
