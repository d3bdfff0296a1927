import { compareValues, type SortValue } from '../presentation/sort.ts';

/** What rows are sorted by; the next level decides between those that are equal in this one. */
export interface SortLevel<Row> {
  /** Rows without a value come last in both directions. */
  readonly value: (row: Row) => SortValue;
  readonly descending: boolean;
}

/** Rows looked at between two chances to stop. */
const chunk = 1024;
/** So that a short limit does not mean sorting at every row. */
const fewest = 16;

/** The first rows in the order of the levels, `limit` at most, without putting the others in order. */
export function firstByLevels<Row>(
  rows: Iterable<Row>,
  levels: readonly SortLevel<Row>[],
  limit: number,
): Generator<void, Row[]> {
  return firstInOrder(rows, comparing(levels), limit);
}

/** The first rows in an order in which no two are equal, or may change places. */
export function* firstInOrder<Row>(
  rows: Iterable<Row>,
  compare: (left: Row, right: Row) => number,
  limit: number,
): Generator<void, Row[]> {
  let best: Row[] = [];
  let worst: Row | undefined;
  let seen = 0;
  for (const row of rows) {
    seen += 1;
    if (seen % chunk === 0) yield;
    if (worst !== undefined && compare(row, worst) >= 0) continue;
    best.push(row);
    if (best.length < 2 * limit + fewest) continue;
    best = best.sort(compare).slice(0, limit);
    worst = best.at(-1);
  }
  return best.sort(compare).slice(0, limit);
}

/** The order of the levels from one of them on, for two rows; 0 when they are equal in all. */
export function comparing<Row>(
  levels: readonly SortLevel<Row>[],
): (left: Row, right: Row, level?: number) => number {
  return (left, right, first = 0) => {
    for (let level = first; level < levels.length; level += 1) {
      const by = levels[level];
      if (by === undefined) break;
      const order = compareValues(by.value(left), by.value(right), by.descending);
      if (order !== 0) return order;
    }
    return 0;
  };
}
