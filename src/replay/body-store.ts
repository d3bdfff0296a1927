interface Slab {
  readonly bytes: Buffer;
  /** Which one it is of all that were begun. */
  readonly number: number;
}

/** Some dozens of long lists of events. */
const slabBytes = 2 ** 18;

/**
 * Bodies of messages in memory that is used again and again. Kept as they came, they would outlive V8's young objects one
 * by one, and tens of megabytes of what was forgotten would wait for a large collection.
 */
export class BodyStore {
  /** Those that bodies are in, in order. */
  #slabs: Slab[] = [];
  #free: Buffer[] = [];
  #begun = 0;
  /** Bytes of the last slab that are taken. */
  #taken = 0;

  /** The same bytes, in a place that stays until it is given back. */
  keep(body: Uint8Array): Uint8Array {
    if (body.length > slabBytes) return Uint8Array.from(body);
    const slab = this.#withRoomFor(body.length);
    const kept = slab.subarray(this.#taken, this.#taken + body.length);
    kept.set(body);
    this.#taken += body.length;
    return kept;
  }

  /** Where the next body goes: what is kept from now on is not given back by a `giveBack` of this. */
  get place(): number {
    return this.#begun - 1;
  }

  /** What was kept before `place` is not needed any more. */
  giveBack(place: number): void {
    const count = Math.max(
      0,
      this.#slabs.findIndex(({ number }) => number >= place),
    );
    for (const { bytes } of this.#slabs.splice(0, count)) this.#free.push(bytes);
    // Whoever gives back a little at a time needs no more in advance.
    this.#free.splice(Math.max(1, count));
  }

  /** All that is kept belongs to somebody else now, and is never used again. */
  letGo(): void {
    this.#slabs = [];
  }

  #withRoomFor(length: number): Buffer {
    const last = this.#slabs.at(-1);
    if (last !== undefined && this.#taken + length <= slabBytes) return last.bytes;
    const bytes = this.#free.pop() ?? Buffer.allocUnsafeSlow(slabBytes);
    this.#slabs.push({ bytes, number: this.#begun });
    this.#begun += 1;
    this.#taken = 0;
    return bytes;
  }
}
