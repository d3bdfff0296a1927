import { hasCode, lastCode, rangesOf, wordCodes } from './code-set.ts';
import type { Assertion } from './expression.ts';
import type { Instruction } from './expression-program.ts';

/** States kept before they are all forgotten and found again as needed. */
const mostStates = 1000;

const unknown = 0;
const fails = -1;
const succeeds = -2;

/** What stands before the place that is looked at. */
type Before = 'start' | 'word' | 'other';

interface AutomatonState {
  /** Instructions to go on from, ascending. */
  readonly kernel: readonly number[];
  readonly before: Before;
}

/**
 * Decides whether an expression matches anywhere in a text, in time that grows with the length of the text alone,
 * whatever the expression: the states of a deterministic automaton are found while texts are read, as RE2 does.
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
  /** The number of the state that every text begins in. */
  readonly #start: number;
  readonly #seen: Uint32Array;
  #walk = 0;

  constructor(program: readonly Instruction[]) {
    this.#program = program;
    this.#seen = new Uint32Array(program.length);
    this.#classify();
    this.#width = this.#samples.length + 1;
    this.#next = new Int32Array((mostStates + 1) * this.#width);
    this.#isAnchored = this.#needsStart();
    this.#start = this.#number([0], 'start');
  }

  test(text: string, length: number): boolean {
    const classes = this.#classes;
    const next = this.#next;
    const width = this.#width;
    let state = this.#start;
    for (let at = 0; at < length; at += 1) {
      const characterClass = classes[text.charCodeAt(at)] ?? 0;
      let found = next[state * width + characterClass] ?? unknown;
      if (found === unknown) found = this.#step(state, characterClass);
      if (found < 0) return found === succeeds;
      state = found;
    }
    const end = next[state * width + width - 1] ?? unknown;
    return (end === unknown ? this.#step(state, width - 1) : end) === succeeds;
  }

  #step(number: number, characterClass: number): number {
    const state = this.#states[number - 1] ?? { kernel: [], before: 'other' };
    const code = this.#samples[characterClass];
    const isWord = code !== undefined && hasCode(wordCodes, code);
    const reached = this.#closure(state, code === undefined, isWord);
    const found = this.#outcome(reached, code, isWord);
    // The number is that of another state when this step made the automaton forget.
    if (this.#states[number - 1] === state) this.#next[number * this.#width + characterClass] = found;
    return found;
  }

  /** `code` is undefined at the end of the text. */
  #outcome(reached: readonly number[] | undefined, code: number | undefined, isWord: boolean): number {
    if (reached === undefined) return succeeds;
    if (code === undefined) return fails;
    const kernel: number[] = [];
    for (const at of reached) {
      const instruction = this.#program[at];
      if (instruction?.kind === 'set' && hasCode(instruction.set, code)) kernel.push(at + 1);
    }
    if (kernel.length === 0 && this.#isAnchored) return fails;
    // A match may begin at any character.
    if (!this.#isAnchored && !kernel.includes(0)) kernel.push(0);
    return this.#number(
      kernel.sort((left, right) => left - right),
      isWord ? 'word' : 'other',
    );
  }

  /** The `set` instructions that can be reached without reading, or undefined when the match can. */
  #closure(state: AutomatonState, isEnd: boolean, isWord: boolean): readonly number[] | undefined {
    this.#walk += 1;
    const reached: number[] = [];
    const open = [...state.kernel];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (this.#seen[at] === this.#walk) continue;
      this.#seen[at] = this.#walk;
      const instruction = this.#program[at];
      if (instruction === undefined || instruction.kind === 'match') return undefined;
      if (instruction.kind === 'set') reached.push(at);
      else if (instruction.kind === 'jump') {
        open.push(instruction.to);
        if (instruction.also !== undefined) open.push(instruction.also);
      } else if (holds(instruction.assertion, state.before, isEnd, isWord)) open.push(at + 1);
    }
    return reached;
  }

  #number(kernel: readonly number[], before: Before): number {
    const key = `${before} ${kernel.join(' ')}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    if (this.#states.length >= mostStates) this.#forget();
    const number = this.#states.push({ kernel, before });
    this.#numbers.set(key, number);
    return number;
  }

  #forget(): void {
    this.#states = [];
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
      ({ isEnd, isWord, before }) => this.#closure({ kernel: [0], before }, isEnd, isWord)?.length === 0,
    );
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

function holds(assertion: Assertion, before: Before, isEnd: boolean, isWord: boolean): boolean {
  if (assertion === 'start') return before === 'start';
  if (assertion === 'end') return isEnd;
  return ((before === 'word') !== isWord) === (assertion === 'word edge');
}
