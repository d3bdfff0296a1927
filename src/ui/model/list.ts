/**
 * A list under a cursor. Everything is kept by identity (a uuid, a hostname), never by row number: the list may move
 * between the look and the keypress, and an action must hit what the operator saw.
 */
export interface ListState {
  readonly selected: string | undefined;
  /** First visible row. */
  readonly top: number;
  readonly marks: ReadonlySet<string>;
  /** Where a range mark (`v`) began. */
  readonly anchor: string | undefined;
}

/** The identities of the rows of a list, in order. */
export interface Ids {
  readonly length: number;
  at(index: number): string | undefined;
  indexOf(id: string, from?: number): number;
  slice(from: number, to: number): readonly string[];
}

export const freshList: ListState = { selected: undefined, top: 0, marks: new Set(), anchor: undefined };

/** Row to draw the cursor on; the first row when nothing is selected or the selection is no longer listed. */
export function selectedIndex(list: ListState, ids: Ids): number {
  return Math.max(0, placeOf(list, ids));
}

/** True when something is selected and not listed: no action may take the first row for it. */
export function selectionIsMissing(list: ListState, ids: Ids): boolean {
  return list.selected !== undefined && placeOf(list, ids) < 0;
}

/** The selected row is nearly always in view: there it is looked for first. */
function placeOf({ selected, top }: ListState, ids: Ids): number {
  if (selected === undefined) return -1;
  const inView = ids.indexOf(selected, top);
  return inView < 0 ? ids.indexOf(selected) : inView;
}

/** Moves the cursor to a row, clamped to the list; keeps it in view and extends a range being marked. */
export function moveTo(list: ListState, ids: Ids, index: number, pageRows: number): ListState {
  const row = Math.max(0, Math.min(ids.length - 1, index));
  const moved: ListState = {
    ...list,
    selected: ids.at(row),
    top: windowTop(list.top, row, ids.length, pageRows),
  };
  return moved.anchor === undefined ? moved : markRange(moved, ids, row);
}

export function moveBy(list: ListState, ids: Ids, rows: number, pageRows: number): ListState {
  return moveTo(list, ids, selectedIndex(list, ids) + rows, pageRows);
}

/** The first visible row that keeps `row` in a window of `pageRows`, moving as little as possible. */
export function windowTop(top: number, row: number, count: number, pageRows: number): number {
  const last = Math.max(0, count - pageRows);
  const lowest = Math.max(0, row - pageRows + 1);
  return Math.max(lowest, Math.min(top, row, last));
}

export function toggleMark(list: ListState, id: string | undefined): ListState {
  if (id === undefined) return list;
  const marks = new Set(list.marks);
  if (!marks.delete(id)) marks.add(id);
  return { ...list, marks };
}

export function markAll(list: ListState, ids: Ids): ListState {
  return { ...list, marks: new Set([...list.marks, ...ids.slice(0, ids.length)]) };
}

export function unmarkAll(list: ListState): ListState {
  return { ...list, marks: new Set(), anchor: undefined };
}

/** `v` starts a range at the cursor; a second `v` keeps what it covers and ends it. */
export function toggleRange(list: ListState, ids: Ids): ListState {
  if (list.anchor !== undefined) return { ...list, anchor: undefined };
  const row = selectedIndex(list, ids);
  const id = ids.at(row);
  return id === undefined ? list : markRange({ ...list, anchor: id }, ids, row);
}

function markRange(list: ListState, ids: Ids, row: number): ListState {
  const from = list.anchor === undefined ? -1 : ids.indexOf(list.anchor);
  if (from < 0) return list;
  const range = ids.slice(Math.min(from, row), Math.max(from, row) + 1);
  return { ...list, marks: new Set([...list.marks, ...range]) };
}
