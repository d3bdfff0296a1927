/** Entries of one chunk. A column grows by whole chunks, so that growth copies nothing, however long it is. */
const chunkSize = 4096;
const chunkShift = 12;
const chunkMask = chunkSize - 1;

/** Whole numbers from 0 to 2³² − 1 by place; 0 where nothing was set. */
export class Uint32Column {
  #chunks: Uint32Array[] = [];

  get(place: number): number {
    return this.#chunks[place >>> chunkShift]?.[place & chunkMask] ?? 0;
  }

  set(place: number, value: number): void {
    (this.#chunks[place >>> chunkShift] ?? this.#grow(place))[place & chunkMask] = value;
  }

  clear(): void {
    this.#chunks = [];
  }

  #grow(place: number): Uint32Array {
    let chunk = new Uint32Array(0);
    while (this.#chunks.length <= place >>> chunkShift) {
      chunk = new Uint32Array(chunkSize);
      this.#chunks.push(chunk);
    }
    return chunk;
  }
}

/** Numbers by place; 0 where nothing was set. */
export class Float64Column {
  #chunks: Float64Array[] = [];

  get(place: number): number {
    return this.#chunks[place >>> chunkShift]?.[place & chunkMask] ?? 0;
  }

  set(place: number, value: number): void {
    (this.#chunks[place >>> chunkShift] ?? this.#grow(place))[place & chunkMask] = value;
  }

  clear(): void {
    this.#chunks = [];
  }

  #grow(place: number): Float64Array {
    let chunk = new Float64Array(0);
    while (this.#chunks.length <= place >>> chunkShift) {
      chunk = new Float64Array(chunkSize);
      this.#chunks.push(chunk);
    }
    return chunk;
  }
}
