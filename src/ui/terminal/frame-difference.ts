import type { Grid } from './grid.ts';
import { Pen } from './pen.ts';
import { blankGrid, type ShownRow, writeRow, writeRowDifference } from './row-difference.ts';
import { applyVerticalShift, findVerticalShift, type VerticalShift } from './vertical-shift.ts';

/** Bands that may move in one frame: two tables and a log are the most that a screen has. */
const maxShifts = 3;

export interface FrameDifferenceOptions {
  /** Clears the whole screen first. Only for a redraw that the operator asked for: elsewhere it flickers. */
  readonly erase?: boolean;
}

/**
 * The bytes that turn what the terminal shows into the next frame; none when nothing differs. Without a previous frame
 * of the same size every row is erased and written. The terminal must be one column wider than the grids, so that the
 * cursor never waits behind its last column, where terminals disagree on what an erase hits.
 */
export function frameDifference(
  previous: Grid | undefined,
  next: Grid,
  { erase = false }: FrameDifferenceOptions = {},
): string {
  const pen = new Pen();
  if (erase) {
    pen.sequence('\x1b[m\x1b[r\x1b[2J');
    const blank: ShownRow = { grid: blankGrid(next.columns), row: 0 };
    for (let row = 0; row < next.rows; row++) writeRowDifference(pen, next, row, blank);
  } else if (previous === undefined || previous.columns !== next.columns || previous.rows !== next.rows) {
    pen.sequence('\x1b[m\x1b[r');
    for (let row = 0; row < next.rows; row++) writeRow(pen, next, row);
  } else writeDifference(pen, previous, next);
  pen.setStyle(0);
  return pen.output;
}

function writeDifference(pen: Pen, previous: Grid, next: Grid): void {
  let shown: ShownRow[] = [];
  for (let row = 0; row < next.rows; row++) shown.push({ grid: previous, row });
  for (let count = 0; count < maxShifts; count++) {
    const shift = findVerticalShift(shown, next);
    if (shift === undefined) break;
    writeShift(pen, shift, next.rows);
    shown = applyVerticalShift(shown, shift, next.columns);
  }
  for (const [row, shownRow] of shown.entries()) writeRowDifference(pen, next, row, shownRow);
}

/**
 * Inserted and deleted lines rather than SU and SD, which the Linux console does not know. A band that reaches the
 * bottom needs no margins.
 */
function writeShift(pen: Pen, { top, bottom, rows }: VerticalShift, screenRows: number): void {
  const needsMargins = bottom < screenRows - 1;
  if (needsMargins) pen.sequence(`\x1b[${top + 1};${bottom + 1}r`);
  pen.sequence(`\x1b[${top + 1}H\x1b[${Math.abs(rows)}${rows > 0 ? 'L' : 'M'}`);
  if (needsMargins) pen.sequence('\x1b[r');
}
