import { compareValues, longestCompared, type SortValue } from '../presentation/sort.ts';
import { charactersOf, sortByBytes, writeNumberKey, writeTextKey } from './byte-sort.ts';
import { comparing, type SortLevel } from './sort-level.ts';
import { agreement, type TextStretch } from './text-agreement.ts';
import { writeTextKeys } from './text-keys.ts';
import { rankFewTexts } from './text-ranks.ts';

/** Rows handled between two chances to stop. */
const chunk = 1024;
const smallChunk = 128;
/** Fewer rows than this are quickest put in order one by one. */
const few = 16;

/** Texts by which it is guessed how far all of a stretch agree. */
const sampled = 256;

/** Where so many values are half the same, texts will be ranked: their keys are not written. */
const judged = 128;

/** Texts that agree no further than this are sorted by their beginnings. */
const fewAgreed = 2;

/** Rows that are equal so far, and by what they are to be told apart next. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly level: number;
  /** Within the texts of the level: they agree up to here. Undefined when the level is only beginning. */
  readonly offset?: number;
  /** The keys of the beginnings of the texts are written already. */
  readonly hasKeys?: boolean;
}

/**
 * The rows in the order of the levels, rows equal in all of them in the order they had. In pieces: each `yield` is a
 * chance to do something else.
 */
export function* sortByLevels<Row>(
  rows: readonly Row[],
  levels: readonly SortLevel<Row>[],
): Generator<void, Row[]> {
  const sort = new LevelSort(rows, levels);
  yield* sort.run();
  return yield* sort.rows();
}

/** Kinds of values. */
const [number, text, unknown] = [0, 1, 2] as const;

const noLevel: SortLevel<unknown> = { value: () => undefined, descending: false };

class LevelSort<Row> {
  readonly #rows: readonly Row[];
  readonly #levels: readonly SortLevel<Row>[];
  readonly #compare: (left: Row, right: Row, level: number) => number;
  readonly #order: Uint32Array;
  readonly #spare: Uint32Array;
  /** Two words by row. */
  readonly #keys: Uint32Array;
  /** By row, of the level that the row is being sorted by. */
  readonly #texts: string[];
  readonly #kinds: Uint8Array;
  /** By row, the values of the second level that are numbers. */
  readonly #ties: Float64Array;
  readonly #open: Stretch[] = [];

  constructor(rows: readonly Row[], levels: readonly SortLevel<Row>[]) {
    this.#rows = rows;
    this.#levels = levels;
    this.#compare = comparing(levels);
    this.#order = new Uint32Array(rows.length);
    for (let row = 0; row < rows.length; row += 1) this.#order[row] = row;
    this.#spare = new Uint32Array(rows.length);
    this.#keys = new Uint32Array(rows.length * 2);
    this.#texts = new Array<string>(rows.length);
    this.#kinds = new Uint8Array(rows.length);
    this.#ties = new Float64Array(rows.length);
  }

  *run(): Generator<void, void> {
    this.#push({ from: 0, to: this.#rows.length, level: 0 });
    for (let stretch = this.#open.pop(); stretch !== undefined; stretch = this.#open.pop()) {
      if (stretch.offset === undefined) yield* this.#beginLevel(stretch);
      else yield* this.#sortTexts(stretch, stretch.offset);
    }
  }

  *rows(): Generator<void, Row[]> {
    const sorted = new Array<Row>(this.#order.length);
    for (let place = 0; place < sorted.length; place += 1) {
      sorted[place] = this.#rows[this.#order[place] ?? 0] as Row;
      if (place % chunk === 0) yield;
    }
    return sorted;
  }

  #push(stretch: Stretch): void {
    const { from, to, level } = stretch;
    if (to - from < 2 || level >= this.#levels.length) return;
    if (to - from <= few) this.#insertEach(stretch);
    else this.#open.push(stretch);
  }

  *#beginLevel({ from, to, level }: Stretch): Generator<void, void> {
    const { descending } = this.#levels[level] ?? noLevel;
    const { counts, hasKeys } = yield* this.#readValues(from, to, level);
    const kinds = descending ? [text, number, unknown] : [number, text, unknown];
    yield* this.#partByKind(from, to, kinds, counts);
    let start = from;
    for (const kind of kinds) {
      const end = start + (counts[kind] ?? 0);
      const isNumbers =
        kind === number ||
        (kind === text && (yield* rankFewTexts(this.#textsOf(start, end), this.#keys, descending)));
      if (isNumbers) yield* this.#sortNumbers(start, end, level);
      else if (kind === text) this.#push({ from: start, to: end, level, offset: 0, hasKeys });
      else this.#push({ from: start, to: end, level: level + 1 });
      start = end;
    }
  }

  /**
   * How many rows have a value of each kind. What is read gets its key while it is at hand: a number, and the beginning
   * of a text, until one needs a wide key.
   */
  *#readValues(
    from: number,
    to: number,
    level: number,
  ): Generator<void, { readonly counts: number[]; readonly hasKeys: boolean }> {
    const { value, descending } = this.#levels[level] ?? noLevel;
    const how = { isWide: false, descending };
    let hasKeys = this.#areMany(from, Math.min(to, from + judged), value);
    const counts = [0, 0, 0];
    for (let at = from; at < to; at += 1) {
      const row = this.#order[at] ?? 0;
      const read = this.#read(row, level, value);
      const kind = read === undefined ? unknown : typeof read === 'number' ? number : text;
      if (typeof read === 'number') writeNumberKey(this.#keys, row, descending ? -read : read);
      if (typeof read === 'string') {
        this.#texts[row] = read;
        hasKeys = hasKeys && writeTextKey(this.#keys, row, read, 0, how);
      }
      this.#kinds[row] = kind;
      counts[kind] = (counts[kind] ?? 0) + 1;
      if (at % chunk === 0) yield;
    }
    return { counts, hasKeys };
  }

  /** Whether few of the values are the same. */
  #areMany(from: number, to: number, value: SortLevel<Row>['value']): boolean {
    const met = new Set<SortValue>();
    for (let at = from; at < to; at += 1) met.add(value(this.#rows[this.#order[at] ?? 0] as Row));
    return met.size >= (to - from) / 2;
  }

  /**
   * What breaks ties is read along with the first level, while the row is at hand: rows in the order of that level are
   * all over the memory.
   */
  #read(row: number, level: number, value: SortLevel<Row>['value']): SortValue {
    if (level > 1) return value(this.#rows[row] as Row);
    if (level === 1) {
      const tie = this.#ties[row];
      return tie === undefined || Number.isNaN(tie) ? value(this.#rows[row] as Row) : tie;
    }
    const tie = this.#levels[1]?.value(this.#rows[row] as Row);
    this.#ties[row] = typeof tie === 'number' ? tie : Number.NaN;
    return value(this.#rows[row] as Row);
  }

  *#partByKind(
    from: number,
    to: number,
    kinds: readonly number[],
    counts: readonly number[],
  ): Generator<void, void> {
    if (counts.includes(to - from)) return;
    let place = from;
    for (const kind of kinds) {
      for (let at = from; at < to; at += 1) {
        const row = this.#order[at] ?? 0;
        if (this.#kinds[row] === kind) this.#spare[place++] = row;
        if (at % chunk === 0) yield;
      }
    }
    this.#order.set(this.#spare.subarray(from, to), from);
  }

  *#sortNumbers(from: number, to: number, level: number): Generator<void, void> {
    yield* sortByBytes(this.#order, from, to, this.#keys, this.#spare);
    yield* this.#divide(from, to, () => ({ level: level + 1 }));
  }

  *#sortTexts({ from, to, level, hasKeys = false }: Stretch, agreed: number): Generator<void, void> {
    const { descending } = this.#levels[level] ?? noLevel;
    const texts = this.#textsOf(from, to);
    const step = Math.ceil((to - from) / sampled);
    let offset = yield* agreement(texts, agreed, step);
    const isWritten = hasKeys && offset <= fewAgreed;
    if (isWritten) offset = 0;
    // Few texts tell how far all agree, and what the others say of it is found while their keys are written.
    let width = isWritten
      ? charactersOf(false)
      : yield* writeTextKeys(texts, this.#keys, { offset, agreed, descending });
    if (width === undefined) {
      offset = yield* agreement(texts, agreed);
      width = yield* writeTextKeys(texts, this.#keys, { offset, agreed: offset, descending });
    }
    if (offset >= longestCompared || width === undefined) {
      this.#push({ from, to, level: level + 1 });
      return;
    }
    yield* sortByBytes(this.#order, from, to, this.#keys, this.#spare);
    const next = offset + width;
    yield* this.#divide(from, to, (row) =>
      this.#text(row).length < next ? { level: level + 1 } : { level, offset: next },
    );
  }

  #textsOf(from: number, to: number): TextStretch {
    return { order: this.#order, from, to, texts: this.#texts };
  }

  #text(row: number): string {
    return this.#texts[row] ?? '';
  }

  /** What the sorted rows of equal keys are told apart by. */
  *#divide(
    from: number,
    to: number,
    next: (row: number) => Pick<Stretch, 'level' | 'offset'>,
  ): Generator<void, void> {
    let start = from;
    let yielded = from;
    for (let at = from + 1; at <= to; at += 1) {
      const row = this.#order[start] ?? 0;
      if (at < to && this.#hasKeyOf(this.#order[at] ?? 0, row)) continue;
      if (at - start > 1) this.#push({ from: start, to: at, ...next(row) });
      start = at;
      // Between two stretches there may have been a few rows to compare.
      if (at - yielded < smallChunk) continue;
      yielded = at;
      yield;
    }
  }

  #hasKeyOf(row: number, other: number): boolean {
    const words = this.#keys;
    return words[row * 2] === words[other * 2] && words[row * 2 + 1] === words[other * 2 + 1];
  }

  #insertEach(stretch: Stretch): void {
    const order = this.#order;
    const { from, to } = stretch;
    for (let at = from + 1; at < to; at += 1) {
      const row = order[at] ?? 0;
      let place = at;
      while (place > from && this.#isBefore(row, order[place - 1] ?? 0, stretch)) {
        order[place] = order[place - 1] ?? 0;
        place -= 1;
      }
      order[place] = row;
    }
  }

  #isBefore(row: number, other: number, { level, offset }: Stretch): boolean {
    const isRead = offset !== undefined;
    const known = isRead
      ? compareValues(this.#text(row), this.#text(other), this.#levels[level]?.descending ?? false)
      : 0;
    if (known !== 0) return known < 0;
    const next = isRead ? level + 1 : level;
    return this.#compare(this.#rows[row] as Row, this.#rows[other] as Row, next) < 0;
  }
}
