import { namedBytes, textBytes } from './memory-size.ts';

/** The process that an event came from. */
export interface Origin {
  readonly id: string;
  /** Its number in the table when it was met last: saves looking for it. */
  number: number;
}

/** Names of the processes that events come from, each with a number for as long as an entry of the timeline has it. */
export class OriginTable {
  readonly #numbers: Map<string, number> = new Map();
  #names: string[] = [];
  /** Entries that have the number. */
  #uses: number[] = [];
  #free: number[] = [];
  #bytes = 0;

  /** What the names take in memory. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The number of the name, one use more. @param hint the number it had the last time, which saves looking for it */
  use(name: string, hint: number): number {
    const known = this.#names[hint] === name ? hint : this.#numbers.get(name);
    if (known !== undefined) {
      this.#uses[known] = (this.#uses[known] ?? 0) + 1;
      return known;
    }
    const number = this.#free.pop() ?? this.#names.length;
    this.#names[number] = name;
    this.#uses[number] = 1;
    this.#numbers.set(name, number);
    this.#bytes += namedBytes + textBytes(name);
    return number;
  }

  /** One use less; the name is forgotten with the last. */
  release(number: number): void {
    const uses = (this.#uses[number] ?? 0) - 1;
    this.#uses[number] = uses;
    if (uses > 0) return;
    const name = this.nameOf(number);
    this.#numbers.delete(name);
    this.#bytes -= namedBytes + textBytes(name);
    this.#names[number] = '';
    this.#free.push(number);
  }

  /** For a new table: the same names with the same numbers. */
  copyFrom(other: OriginTable): void {
    for (const [name, number] of other.#numbers) this.#numbers.set(name, number);
    this.#names = other.#names.slice();
    this.#uses = other.#uses.slice();
    this.#free = other.#free.slice();
    this.#bytes = other.#bytes;
  }

  nameOf(number: number): string {
    return this.#names[number] ?? '';
  }
}
