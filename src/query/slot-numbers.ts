const pageBits = 14;
const pageSize = 1 << pageBits;

/** A number for each slot of the State, 0 at first. Grows in pages, so that it never stops to copy a million of them. */
export class SlotNumbers {
  readonly #pages: Int32Array[] = [];

  get(slot: number): number {
    return this.#pages[slot >> pageBits]?.[slot & (pageSize - 1)] ?? 0;
  }

  set(slot: number, value: number): void {
    const index = slot >> pageBits;
    while (this.#pages.length <= index) this.#pages.push(new Int32Array(pageSize));
    const page = this.#pages[index];
    if (page !== undefined) page[slot & (pageSize - 1)] = value;
  }
}
