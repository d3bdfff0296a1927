import { hasCode, lastCode, rangesOf, wordCodes } from './code-set.ts';
import type { Instruction } from './expression-program.ts';
import { type Before, ProgramWalk } from './program-walk.ts';

/** States kept before they are all forgotten and found again as needed. */
const mostStates = 1000;
/** Instructions in the kernels of all states: what finding them takes grows with these. */
const mostWeight = 20_000;
/** A state that is met less often than this is not worth keeping. */
const leastUses = 20;

const unknown = 0;
const fails = -1;
const succeeds = -2;

interface AutomatonState {
  /** Instructions to go on from. */
  readonly kernel: readonly number[];
  readonly before: Before;
}

/**
 * Decides whether an expression matches anywhere in a text, in time that grows with the length of the text alone,
 * whatever the expression: the states of a deterministic automaton are found while texts are read, as RE2 does. Where
 * there is no end of states (`a.{100}b`), it follows all ways through the program at once without keeping them.
 */
export class Automaton {
  readonly #program: readonly Instruction[];
  /** Which class of equal characters a code belongs to. */
  readonly #classes = new Uint16Array(lastCode + 1);
  /** A code of each class; one more class stands for the end of the text. */
  readonly #samples: number[] = [];
  readonly #width: number;
  readonly #next: Int32Array;
  /** The state with number n is at n - 1. */
  #states: AutomatonState[] = [];
  readonly #numbers = new Map<string, number>();
  /** Nothing matches but from the start of a text. */
  readonly #isAnchored: boolean;
  /** For each instruction and class: whether the instruction reads it. */
  readonly #reads: Uint8Array;
  readonly #isWord: readonly boolean[];
  #keepsStates = true;
  #weight = 0;
  /** Characters tested since states were forgotten. */
  #tested = 0;
  /** The number of the state that every text begins in. */
  readonly #start: number;
  readonly #walk: ProgramWalk;

  constructor(program: readonly Instruction[]) {
    this.#program = program;
    this.#walk = new ProgramWalk(program);
    this.#classify();
    this.#width = this.#samples.length + 1;
    this.#isWord = this.#samples.map((code) => hasCode(wordCodes, code));
    this.#reads = this.#readTable();
    this.#next = new Int32Array((mostStates + 1) * this.#width);
    this.#isAnchored = this.#needsStart();
    this.#start = this.#number([0], 'start');
  }

  /** @param length how far the text is read; what is beyond is not its end, so `$` does not match there */
  test(text: string, length: number): boolean {
    if (!this.#keepsStates) return this.#follow(text, length);
    this.#tested += length;
    const classes = this.#classes;
    const next = this.#next;
    const width = this.#width;
    let state = this.#start;
    for (let at = 0; at < length; at += 1) {
      const characterClass = classes[text.charCodeAt(at)] ?? 0;
      let found = next[state * width + characterClass] ?? unknown;
      if (found === unknown) {
        found = this.#step(state, characterClass);
        if (!this.#keepsStates) return this.#follow(text, length);
      }
      if (found < 0) return found === succeeds;
      state = found;
    }
    const last = this.#classAfter(text, length);
    const end = next[state * width + last] ?? unknown;
    return (end === unknown ? this.#step(state, last) : end) === succeeds;
  }

  /** The slow way, which needs no states: some nanoseconds for each character and each instruction reached. */
  #follow(text: string, length: number): boolean {
    const { reached } = this.#walk;
    const kernel = new Uint16Array(this.#program.length + 1);
    let before: Before = 'start';
    let count = 1;
    for (let at = 0; at < length; at += 1) {
      const characterClass = this.#classes[text.charCodeAt(at)] ?? 0;
      const isWord = this.#isWord[characterClass] ?? false;
      const found = this.#walk.from(kernel, count, before, false, isWord);
      if (found < 0) return true;
      // A match may begin at any character.
      count = this.#isAnchored ? 0 : 1;
      kernel[0] = 0;
      for (let index = 0; index < found; index += 1) {
        const instruction = reached[index] ?? 0;
        if (this.#reads[instruction * this.#width + characterClass] === 1) kernel[count++] = instruction + 1;
      }
      if (count === 0) return false;
      before = isWord ? 'word' : 'other';
    }
    const last = this.#classAfter(text, length);
    return (
      this.#walk.from(kernel, count, before, last === this.#samples.length, this.#isWord[last] ?? false) < 0
    );
  }

  /** Of the character that follows what is read, or of the end. */
  #classAfter(text: string, length: number): number {
    return length < text.length ? (this.#classes[text.charCodeAt(length)] ?? 0) : this.#samples.length;
  }

  #step(number: number, characterClass: number): number {
    const state = this.#states[number - 1] ?? { kernel: [], before: 'other' };
    const after = this.#after(state, characterClass);
    const found = typeof after === 'number' ? after : this.#number(after.kernel, after.before);
    // The number is that of another state when this step made the automaton forget.
    if (this.#states[number - 1] === state) this.#next[number * this.#width + characterClass] = found;
    return found;
  }

  /** The state after a character of the class, or how the search ends with it. */
  #after(state: AutomatonState, characterClass: number): AutomatonState | number {
    const isEnd = characterClass === this.#samples.length;
    const isWord = this.#isWord[characterClass] ?? false;
    const found = this.#walk.from(state.kernel, state.kernel.length, state.before, isEnd, isWord);
    if (found < 0) return succeeds;
    if (isEnd) return fails;
    // A match may begin at any character.
    const kernel = this.#isAnchored ? [] : [0];
    for (let index = 0; index < found; index += 1) {
      const at = this.#walk.reached[index] ?? 0;
      if (this.#reads[at * this.#width + characterClass] === 1) kernel.push(at + 1);
    }
    return kernel.length === 0 ? fails : { kernel, before: isWord ? 'word' : 'other' };
  }

  #number(kernel: readonly number[], before: Before): number {
    const key = before + String.fromCharCode(...Uint16Array.from(kernel).sort());
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    if (this.#states.length >= mostStates || this.#weight >= mostWeight) this.#forget();
    const number = this.#states.push({ kernel, before });
    this.#weight += kernel.length;
    this.#numbers.set(key, number);
    return number;
  }

  #forget(): void {
    this.#keepsStates = this.#tested >= leastUses * this.#states.length;
    this.#tested = 0;
    this.#states = [];
    this.#weight = 0;
    this.#numbers.clear();
    this.#next.fill(unknown);
    // Comes first again, so it has the same number.
    this.#number([0], 'start');
  }

  #needsStart(): boolean {
    const elsewhere = [true, false].flatMap((isEnd) =>
      [true, false].flatMap((isWord) =>
        (['word', 'other'] as const).map((before) => ({ isEnd, isWord, before })),
      ),
    );
    return elsewhere.every(
      ({ isEnd, isWord, before }) => this.#walk.from([0], 1, before, isEnd, isWord) === 0,
    );
  }

  #readTable(): Uint8Array {
    const table = new Uint8Array(this.#program.length * this.#width);
    for (const [at, instruction] of this.#program.entries()) {
      if (instruction.kind !== 'set') continue;
      for (const [index, code] of this.#samples.entries()) {
        table[at * this.#width + index] = hasCode(instruction.set, code) ? 1 : 0;
      }
    }
    return table;
  }

  #classify(): void {
    const cuts = new Set<number>([0]);
    const sets = this.#program.flatMap((instruction) =>
      instruction.kind === 'set' ? [instruction.set] : [],
    );
    for (const set of [...new Set(sets), wordCodes]) {
      for (const [low, high] of rangesOf(set)) cuts.add(low).add(high + 1);
    }
    cuts.delete(lastCode + 1);
    const starts = [...cuts].sort((left, right) => left - right);
    for (const [index, start] of starts.entries()) {
      this.#samples.push(start);
      this.#classes.fill(index, start, starts[index + 1] ?? lastCode + 1);
    }
  }
}
