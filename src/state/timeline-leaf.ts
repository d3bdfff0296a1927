/** Entries of one leaf at most: a piece that moves in less than a microsecond when something comes into its middle. */
export const leafCapacity = 4096;

const firstCapacity = 64;

/** A stretch of the timeline: numbers of entries in time order. */
export class TimelineLeaf {
  length = 0;
  #entries: Uint32Array = new Uint32Array(firstCapacity);

  get isFull(): boolean {
    return this.length >= leafCapacity;
  }

  /** 0 outside of the leaf. */
  at(place: number): number {
    return this.#entries[place] ?? 0;
  }

  get last(): number {
    return this.at(this.length - 1);
  }

  append(entry: number): void {
    this.insert(this.length, entry);
  }

  insert(place: number, entry: number): void {
    if (this.length >= this.#entries.length) this.#grow();
    if (place < this.length) this.#entries.copyWithin(place + 1, place, this.length);
    this.#entries[place] = entry;
    this.length += 1;
  }

  copied(): Uint32Array {
    return this.#entries.slice(0, this.length);
  }

  clone(): TimelineLeaf {
    const copy = new TimelineLeaf();
    // Room that was made and is not used is left out: a leaf that was cleaned is half empty.
    copy.#entries = this.#entries.slice(0, Math.max(firstCapacity, this.length));
    copy.length = this.length;
    return copy;
  }

  placeOf(entry: number): number {
    const place = this.#entries.indexOf(entry);
    return place < this.length ? place : -1;
  }

  /** Keeps the entries that are wanted, in their order. */
  keep(isWanted: (entry: number) => boolean): void {
    let kept = 0;
    for (let place = 0; place < this.length; place += 1) {
      const entry = this.#entries[place] ?? 0;
      if (!isWanted(entry)) continue;
      this.#entries[kept] = entry;
      kept += 1;
    }
    this.length = kept;
  }

  /** Takes the second half out. */
  split(): TimelineLeaf {
    const middle = this.length >>> 1;
    const half = new TimelineLeaf();
    for (let place = middle; place < this.length; place += 1) half.append(this.at(place));
    this.length = middle;
    return half;
  }

  /** Takes in all entries of the leaf that follows. */
  join(next: TimelineLeaf): void {
    for (let place = 0; place < next.length; place += 1) this.append(next.at(place));
  }

  #grow(): void {
    const entries = new Uint32Array(Math.min(leafCapacity, this.#entries.length * 2));
    entries.set(this.#entries);
    this.#entries = entries;
  }
}
