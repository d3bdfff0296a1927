/**
 * The copies of records that several others refer to: each is copied once, whoever asks first, so that those who shared
 * one share its copy.
 */
export class Copies<Item extends object> {
  readonly #made: Map<Item, Item> = new Map();
  readonly #copy: (original: Item) => Item;

  constructor(copy: (original: Item) => Item) {
    this.#copy = copy;
  }

  of(original: Item): Item {
    const known = this.#made.get(original);
    if (known !== undefined) return known;
    const copy = this.#copy(original);
    this.#made.set(original, copy);
    return copy;
  }
}
