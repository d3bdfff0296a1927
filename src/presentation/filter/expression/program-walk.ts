import type { Instruction } from './expression-program.ts';

/** What stands before the place that is looked at. */
export type Before = 'start' | 'word' | 'other';

const set = 0;
const start = 1;
const end = 2;
const edge = 3;
const noEdge = 4;
const jump = 5;
const match = 6;
const nowhere = 0xffff;

/** The ways through a program, all at once; in plain arrays, since it is done for each character of each text. */
export class ProgramWalk {
  /** The `set` instructions that the last walk came to, which read the next character. */
  readonly reached: Uint16Array;
  readonly #kinds: Uint8Array;
  readonly #to: Uint16Array;
  readonly #also: Uint16Array;
  readonly #open: Uint16Array;
  readonly #seen: Uint32Array;
  #walk = 0;

  constructor(program: readonly Instruction[]) {
    this.reached = new Uint16Array(program.length);
    this.#kinds = Uint8Array.from(program, kindOf);
    this.#to = Uint16Array.from(program, (instruction, at) =>
      instruction.kind === 'jump' ? instruction.to : at + 1,
    );
    this.#also = Uint16Array.from(program, (instruction) =>
      instruction.kind === 'jump' ? (instruction.also ?? nowhere) : nowhere,
    );
    // Each instruction leads to two others at most, and a walk begins at each of them at most once.
    this.#open = new Uint16Array(3 * program.length + 1);
    this.#seen = new Uint32Array(program.length);
  }

  /**
   * Goes as far as possible without reading.
   *
   * @param kernel the instructions to begin at, of which the first `count` are meant
   * @param isWord whether the next character is of a word
   * @returns how many are `reached`, or -1 when the match is
   */
  from(kernel: ArrayLike<number>, count: number, before: Before, isEnd: boolean, isWord: boolean): number {
    const open = this.#open;
    const seen = this.#seen;
    const walk = this.#nextWalk();
    let size = 0;
    let found = 0;
    for (let index = 0; index < count; index += 1) open[size++] = kernel[index] ?? 0;
    while (size > 0) {
      const at = open[--size] ?? 0;
      if (seen[at] === walk) continue;
      seen[at] = walk;
      const kind = this.#kinds[at] ?? match;
      if (kind === match) return -1;
      if (kind === set) this.reached[found++] = at;
      else if (kind === jump || holds(kind, before, isEnd, isWord)) {
        open[size++] = this.#to[at] ?? 0;
        const also = this.#also[at] ?? nowhere;
        if (also !== nowhere) open[size++] = also;
      }
    }
    return found;
  }

  #nextWalk(): number {
    if (this.#walk === 0xffff_ffff) {
      this.#seen.fill(0);
      this.#walk = 0;
    }
    this.#walk += 1;
    return this.#walk;
  }
}

function kindOf(instruction: Instruction): number {
  switch (instruction.kind) {
    case 'set':
      return set;
    case 'jump':
      return jump;
    case 'match':
      return match;
    case 'assertion':
      if (instruction.assertion === 'start') return start;
      if (instruction.assertion === 'end') return end;
      return instruction.assertion === 'word edge' ? edge : noEdge;
  }
}

function holds(kind: number, before: Before, isEnd: boolean, isWord: boolean): boolean {
  if (kind === start) return before === 'start';
  if (kind === end) return isEnd;
  return ((before === 'word') !== isWord) === (kind === edge);
}
