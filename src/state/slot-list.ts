import { PairColumn } from './column.ts';

/** Slots in an order, each at most once: a doubly linked list in eight bytes a slot. Slot 0 is none. */
export class SlotList {
  /** 0 when the list is empty. */
  first = 0;
  #last = 0;
  /** By slot: the one before it and the one after it. */
  readonly #links = new PairColumn();

  append(slot: number): void {
    this.#links.set(slot, this.#last, 0);
    if (this.#last === 0) this.first = slot;
    else this.#links.setRight(this.#last, slot);
    this.#last = slot;
  }

  /** The slot must be in the list. */
  remove(slot: number): void {
    const before = this.#links.left(slot);
    const after = this.#links.right(slot);
    if (before === 0) this.first = after;
    else this.#links.setRight(before, after);
    if (after === 0) this.#last = before;
    else this.#links.setLeft(after, before);
  }

  moveToEnd(slot: number): void {
    if (slot === this.#last) return;
    this.remove(slot);
    this.append(slot);
  }

  /** For a new list: the same slots in the same order. */
  copyFrom(other: SlotList): void {
    this.first = other.first;
    this.#last = other.#last;
    this.#links.copyFrom(other.#links);
  }

  /** 0 after the last one. */
  after(slot: number): number {
    return this.#links.right(slot);
  }
}
