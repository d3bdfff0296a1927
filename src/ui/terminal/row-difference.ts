import { asciiCode, blankCell, Grid, markedBit } from './grid.ts';
import type { Pen } from './pen.ts';
import { style } from './style.ts';

/** A row of some grid, as the terminal shows it. */
export interface ShownRow {
  readonly grid: Grid;
  readonly row: number;
}

/** Unchanged cells that are cheaper to write again than to jump over: a jump costs three bytes or more. */
const bridge = 3;

/** An erase costs three bytes, so fewer blanks than this are written as spaces. */
const worthErasing = 4;

/** Shorter runs are written cell by cell. */
const worthRunning = 3;

/** The characters of the run in hand; no terminal is wider. */
const run = Buffer.alloc(0x10000);

/** The grid's row becomes what the terminal shows, from `shown`. */
export function writeRowDifference(pen: Pen, next: Grid, row: number, shown: ShownRow): void {
  const changed = countChanges(next, row, shown);
  if (changed === 0) return;
  const inPlace = pen.fork();
  writeChanges(inPlace, next, row, shown);
  // Where most of a row is new, wiping it first saves the blanks. The ink alone may already be longer.
  if (changed <= worthErasing * 4 || countInk(next, row) >= inPlace.output.length) {
    pen.adopt(inPlace);
    return;
  }
  const afresh = pen.fork();
  writeRow(afresh, next, row);
  pen.adopt(afresh.output.length < inPlace.output.length ? afresh : inPlace);
}

/** The grid's row on a terminal whose row may show anything: erases, then writes. Never the other way round. */
export function writeRow(pen: Pen, next: Grid, row: number): void {
  pen.eraseFrom(row, 0);
  writeChanges(pen, next, row, { grid: blankGrid(next.columns), row: 0 });
}

/** Cells that differ. Comparing is far cheaper than writing, so every decision starts here. */
export function countChanges(next: Grid, row: number, { grid, row: shownRow }: ShownRow): number {
  const base = row * next.columns;
  const shownBase = shownRow * next.columns;
  const { cells, columns } = next;
  let count = 0;
  for (let column = 0; column < columns; column++) {
    // All but cells with marks are told apart by their numbers; a call for each of them would cost ten times as much.
    if (cells[base + column] !== grid.cells[shownBase + column]) count++;
    else if (
      (cells[base + column] ?? 0) >= markedBit &&
      !next.isSame(base + column, grid, shownBase + column)
    )
      count++;
  }
  return count;
}

function countInk(grid: Grid, row: number): number {
  const base = row * grid.columns;
  let count = 0;
  for (let column = 0; column < grid.columns; column++) if (grid.cells[base + column] !== blankCell) count++;
  return count;
}

/** One row of blanks, to compare with. */
export function blankGrid(columns: number): Grid {
  if (blank.columns !== columns) blank = new Grid(columns, 1);
  return blank;
}

let blank = new Grid(0, 1);

function writeChanges(pen: Pen, next: Grid, row: number, shown: ShownRow): void {
  const inkEnd = endOfInk(next, row);
  const shownEnd = endOfInk(shown.grid, shown.row);
  let column = nextChange(next, row, shown, 0);
  while (column < next.columns) {
    if (column >= inkEnd) {
      writeBlankEnd(pen, row, column, shownEnd);
      return;
    }
    column =
      writeRun(pen, next, row, { from: column, end: inkEnd, shown }) ?? writeOne(pen, next, row, column);
    const change = nextChange(next, row, shown, column);
    if (change < next.columns && isBridged(pen, next, row, column, change)) {
      while (column < change) column = writeCell(pen, next, row, column);
    }
    column = change;
  }
}

/** Changed ASCII cells of one look, from `from` to before `end`, as one text; undefined where they are too few. */
function writeRun(
  pen: Pen,
  next: Grid,
  row: number,
  { from, end, shown }: { readonly from: number; readonly end: number; readonly shown: ShownRow },
): number | undefined {
  const { cells, columns } = next;
  const base = row * columns;
  const shownBase = shown.row * columns;
  const look = next.styleAt(base + from);
  // A blank takes whatever look is in force, which only the pen knows.
  if (cells[base + from] === blankCell) return undefined;
  let column = from;
  while (column < end && cells[base + column] !== shown.grid.cells[shownBase + column]) {
    const code = asciiCode(cells[base + column] ?? blankCell, look);
    if (code === undefined) break;
    run[column - from] = code;
    column++;
  }
  if (column - from < worthRunning) return undefined;
  pen.putText(row, from, run.toString('latin1', 0, column - from), look);
  return column;
}

function writeOne(pen: Pen, next: Grid, row: number, column: number): number {
  return writeCell(pen, next, row, next.isSecondHalf(row * next.columns + column) ? column - 1 : column);
}

function writeCell(pen: Pen, next: Grid, row: number, column: number): number {
  const index = row * next.columns + column;
  const width = column + 1 < next.columns && next.isSecondHalf(index + 1) ? 2 : 1;
  pen.put(row, column, next.characterAt(index), width, next.styleAt(index));
  return column + width;
}

/** What remains of the row is blank: the shown ink in it goes by spaces or by one erase. */
function writeBlankEnd(pen: Pen, row: number, column: number, shownEnd: number): void {
  if (shownEnd - column >= worthErasing) pen.eraseFrom(row, column);
  else for (let at = column; at < shownEnd; at++) pen.put(row, at, ' ', 1, style.plain);
}

/** Short gaps of ASCII in the look in force are written through. */
function isBridged(pen: Pen, next: Grid, row: number, from: number, to: number): boolean {
  if (to - from > bridge || to === from || !pen.isAt(row, from)) return false;
  const base = row * next.columns;
  const look = next.styleAt(base + from - 1);
  for (let column = from; column < to; column++) {
    const character = next.characterAt(base + column);
    if (character === '' || character > '\x7e' || next.styleAt(base + column) !== look) return false;
  }
  return true;
}

function nextChange(next: Grid, row: number, { grid, row: shownRow }: ShownRow, from: number): number {
  const base = row * next.columns;
  const shownBase = shownRow * next.columns;
  let column = from;
  while (column < next.columns && next.isSame(base + column, grid, shownBase + column)) column++;
  return column;
}

/** Column after the last cell that is not a plain blank. */
function endOfInk(grid: Grid, row: number): number {
  const base = row * grid.columns;
  let end = grid.columns;
  while (end > 0 && grid.cells[base + end - 1] === blankCell) end--;
  return end;
}
