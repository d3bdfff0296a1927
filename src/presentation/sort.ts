import type { Context } from './context.ts';

export interface Sort {
  /** Id of the column. */
  readonly column: string;
  readonly descending: boolean;
}

export type SortValue = string | number | undefined;

/** What sorting reads of a column. */
export interface SortableColumn<Row> {
  readonly id: string;
  readonly align?: 'left' | 'right';
  /** The letter that picks it in the sort prompt. */
  readonly sortKey?: string;
  /** What to sort by; rows without a value come last in both directions. */
  readonly sortValue?: (row: Row, context: Context) => SortValue;
}

/** Breaks ties, so that equal rows never change places between two refreshes. */
export type TieBreaker<Row> = (left: Row, right: Row) => number;

/** A sorted copy. An unknown column leaves only the tie-breaker to decide. */
export function sortRows<Row>(
  rows: Iterable<Row>,
  columns: readonly SortableColumn<Row>[],
  sort: Sort,
  tie: TieBreaker<Row>,
  context: Context,
): Row[] {
  const sortValue = columns.find((column) => column.id === sort.column)?.sortValue;
  const keyed = Array.from(rows, (row) => ({ row, value: sortValue?.(row, context) }));
  keyed.sort((left, right) => {
    const order = compareValues(left.value, right.value, sort.descending);
    return order === 0 ? tie(left.row, right.row) : order;
  });
  return keyed.map((entry) => entry.row);
}

/** The same letter twice turns the order around; another column starts with its natural direction. */
export function nextSort<Row>(
  columns: readonly SortableColumn<Row>[],
  sort: Sort,
  letter: string,
): Sort | undefined {
  const column = columns.find((candidate) => candidate.sortKey === letter);
  if (column === undefined) {
    return undefined;
  }
  return column.id === sort.column
    ? { ...sort, descending: !sort.descending }
    : { column: column.id, descending: column.align === 'right' };
}

/** Texts that agree this far are taken for equal: no screen shows more of them side by side. */
export const longestCompared = 256;

/** Numbers by size, texts by code unit, numbers before texts, and what is not known last in both directions. */
export function compareValues(left: SortValue, right: SortValue, descending: boolean): number {
  if (left === undefined || right === undefined) {
    return Number(left === undefined) - Number(right === undefined);
  }
  const order = compareKnown(left, right);
  return descending ? -order : order;
}

function compareKnown(left: string | number, right: string | number): number {
  if (typeof left === 'number') {
    if (typeof right !== 'number') return -1;
    return left < right ? -1 : Number(left > right);
  }
  return typeof right === 'number' ? 1 : compareText(compared(left), compared(right));
}

function compared(text: string): string {
  return text.length > longestCompared ? text.slice(0, longestCompared) : text;
}

/** By code unit: a locale would be slower by far and differ between machines. */
export function compareText(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
