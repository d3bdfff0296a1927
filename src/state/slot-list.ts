import { Uint32Column } from './column.ts';

/** Slots in an order, each at most once: a doubly linked list in eight bytes a slot. Slot 0 is none. */
export class SlotList {
  /** 0 when the list is empty. */
  first = 0;
  #last = 0;
  readonly #before = new Uint32Column();
  readonly #after = new Uint32Column();

  append(slot: number): void {
    this.#before.set(slot, this.#last);
    this.#after.set(slot, 0);
    if (this.#last === 0) this.first = slot;
    else this.#after.set(this.#last, slot);
    this.#last = slot;
  }

  /** The slot must be in the list. */
  remove(slot: number): void {
    const before = this.#before.get(slot);
    const after = this.#after.get(slot);
    if (before === 0) this.first = after;
    else this.#after.set(before, after);
    if (after === 0) this.#last = before;
    else this.#before.set(after, before);
  }

  moveToEnd(slot: number): void {
    if (slot === this.#last) return;
    this.remove(slot);
    this.append(slot);
  }

  /** 0 after the last one. */
  after(slot: number): number {
    return this.#after.get(slot);
  }
}
