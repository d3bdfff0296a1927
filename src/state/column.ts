/** Entries of one chunk. A column grows by whole chunks, so that growth copies nothing, however long it is. */
const chunkSize = 4096;
const chunkShift = 12;
const chunkMask = chunkSize - 1;

/** Whole numbers from 0 to 2³² − 1 by place; 0 where nothing was set. */
export class Uint32Column {
  readonly #chunks: Uint32Array[] = [];

  get(place: number): number {
    return this.#chunks[place >>> chunkShift]?.[place & chunkMask] ?? 0;
  }

  set(place: number, value: number): void {
    (this.#chunks[place >>> chunkShift] ?? grown(this.#chunks, place, chunkSize))[place & chunkMask] = value;
  }

  /** For a new column: the same numbers, in chunks of its own. */
  copyFrom(other: Uint32Column): void {
    for (const chunk of other.#chunks) this.#chunks.push(chunk.slice());
  }
}

/** Two such numbers by place that are wanted together: they lie side by side. */
export class PairColumn {
  readonly #chunks: Uint32Array[] = [];

  left(place: number): number {
    return this.#chunks[place >>> chunkShift]?.[(place & chunkMask) * 2] ?? 0;
  }

  right(place: number): number {
    return this.#chunks[place >>> chunkShift]?.[(place & chunkMask) * 2 + 1] ?? 0;
  }

  setLeft(place: number, value: number): void {
    this.#chunkOf(place)[(place & chunkMask) * 2] = value;
  }

  setRight(place: number, value: number): void {
    this.#chunkOf(place)[(place & chunkMask) * 2 + 1] = value;
  }

  set(place: number, left: number, right: number): void {
    const chunk = this.#chunkOf(place);
    const at = (place & chunkMask) * 2;
    chunk[at] = left;
    chunk[at + 1] = right;
  }

  /** For a new column: the same numbers, in chunks of its own. */
  copyFrom(other: PairColumn): void {
    for (const chunk of other.#chunks) this.#chunks.push(chunk.slice());
  }

  #chunkOf(place: number): Uint32Array {
    return this.#chunks[place >>> chunkShift] ?? grown(this.#chunks, place, chunkSize * 2);
  }
}

function grown(chunks: Uint32Array[], place: number, length: number): Uint32Array {
  let chunk = new Uint32Array(0);
  while (chunks.length <= place >>> chunkShift) {
    chunk = new Uint32Array(length);
    chunks.push(chunk);
  }
  return chunk;
}
