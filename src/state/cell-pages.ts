/** A number of an event: undefined when none carried it, null when it arrived as null. */
export type Numeric = number | null | undefined;

/** The place of each number in the row of a task: those that most tasks have. The others are in RareFields. */
export const cell = {
  sent: 0,
  received: 1,
  started: 2,
  succeeded: 3,
  runtime: 4,
  timestamp: 5,
  localReceived: 6,
  clock: 7,
  retries: 8,
  pid: 9,
  utcoffset: 10,
  revision: 11,
} as const;

/** The cells that hold fields of events; the revision is the State's own. */
export type CellName = Exclude<keyof typeof cell, 'revision'>;

const cellsPerRow = 12;

/** A power of two, so that a slot's page and row are bits of it. */
const rowsPerPage = 1024;
const rowShift = 10;
const rowMask = rowsPerPage - 1;

/**
 * The slot of a task that is no longer in memory: negative, and a multiple of a page's rows, so that the row that
 * such a task keeps for itself begins at 0.
 */
export const noSlot: number = -rowsPerPage;

/** Stands for null in a cell. NaN, which is no number to a State, stands for undefined. */
const nullCell = -Number.MAX_VALUE;

/** A page shared by many tasks, or the one row of a task that was evicted. */
export interface Cells {
  readonly length: number;
  [place: number]: number;
}

export function cellBase(slot: number): number {
  return (slot & rowMask) * cellsPerRow;
}

export function toCell(value: number | null): number {
  return value ?? nullCell;
}

export function fromCell(stored: number | undefined): Numeric {
  if (stored === undefined || Number.isNaN(stored)) return undefined;
  return stored === nullCell ? null : stored;
}

/**
 * The numbers of all tasks in memory, eight bytes each, where a property of an object would take 24: the slot and a
 * box. Pages are never moved.
 */
export class CellPages {
  #pages: Float64Array[] = [];

  clear(): void {
    this.#pages = [];
  }

  /** The page of the slot, its row that of a task of which nothing is known yet. */
  emptied(slot: number): Float64Array {
    const place = slot >>> rowShift;
    while (this.#pages.length <= place) this.#pages.push(new Float64Array(rowsPerPage * cellsPerRow));
    const page = this.#pages[place] ?? new Float64Array(0);
    const base = cellBase(slot);
    for (let i = base; i < base + cellsPerRow; i += 1) page[i] = Number.NaN;
    page[base + cell.clock] = 0;
    page[base + cell.revision] = 0;
    return page;
  }

  /** The page of a slot that is in use, as it is. */
  pageOf(slot: number): Float64Array {
    return this.#pages[slot >>> rowShift] ?? new Float64Array(0);
  }

  /** For new pages: the same rows. */
  copyFrom(other: CellPages): void {
    this.#pages = other.#pages.map((page) => page.slice());
  }
}

/** The row by itself, for a task that gives its slot away and is still shown. */
export function copiedRow(cells: Cells, slot: number): Cells {
  const base = cellBase(slot);
  const row: number[] = [];
  for (let i = 0; i < cellsPerRow; i += 1) row.push(cells[base + i] ?? Number.NaN);
  return row;
}
