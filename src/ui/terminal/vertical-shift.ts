import { blankCell, type Grid } from './grid.ts';
import { blankGrid, countChanges, type ShownRow } from './row-difference.ts';

/** A band of rows that moves as one: `rows` > 0 down, < 0 up. `top` and `bottom` are its first and last row. */
export interface VerticalShift {
  readonly top: number;
  readonly bottom: number;
  readonly rows: number;
}

/** Bytes of setting and clearing a region and moving it; a shift must save more than this. */
const shiftCost = 32;

/** Bytes it takes to get to a changed stretch, on the average. */
const runCost = 6;

/** A band is worth looking for where this many rows have changed. */
const fewestRows = 4;

/** Each row is recognised by pieces, because a moved row often changed in one column (an age, the selection). */
const pieces = 4;
const pieceColumns = 16;

/**
 * The one movement of a band of rows that saves most, if any does. `shown` says for each row which row of a grid the
 * terminal shows there.
 */
export function findVerticalShift(shown: readonly ShownRow[], next: Grid): VerticalShift | undefined {
  const changes = shown.map((row, index) => cost(next, index, row));
  if (changes.filter((change) => change > 0).length < fewestRows) return undefined;
  let best: VerticalShift | undefined;
  let bestGain = shiftCost;
  for (const rows of likelyShifts(shown, next, changes)) {
    const { shift, gain } = bestBand(shown, next, changes, rows);
    if (gain <= bestGain) continue;
    best = shift;
    bestGain = gain;
  }
  return best;
}

/** What the terminal shows after the band has moved; rows that came free are blank. */
export function applyVerticalShift(
  shown: readonly ShownRow[],
  shift: VerticalShift,
  columns: number,
): ShownRow[] {
  const blank: ShownRow = { grid: blankGrid(columns), row: 0 };
  return shown.map((row, index) => {
    if (index < shift.top || index > shift.bottom) return row;
    const from = index - shift.rows;
    return from < shift.top || from > shift.bottom ? blank : (shown[from] ?? blank);
  });
}

/** The band with the greatest gain for one distance: the best run of rows, plus those that the movement frees. */
function bestBand(
  shown: readonly ShownRow[],
  next: Grid,
  changes: readonly number[],
  rows: number,
): { shift: VerticalShift; gain: number } {
  const first = Math.max(0, rows);
  const last = Math.min(next.rows, next.rows + rows) - 1;
  let sum = 0;
  let start = first;
  let best = { from: first, to: first, gain: 0 };
  for (let row = first; row <= last; row++) {
    const moved = shown[row - rows];
    if (sum <= 0) {
      sum = 0;
      start = row;
    }
    sum += (changes[row] ?? 0) - (moved === undefined ? 0 : cost(next, row, moved));
    if (sum > best.gain) best = { from: start, to: row, gain: sum };
  }
  const top = rows > 0 ? best.from - rows : best.from;
  const bottom = rows > 0 ? best.to : best.to - rows;
  const blank: ShownRow = { grid: blankGrid(next.columns), row: 0 };
  const freedFrom = rows > 0 ? top : best.to + 1;
  let gain = best.gain;
  for (let row = freedFrom; row < freedFrom + Math.abs(rows); row++)
    gain += (changes[row] ?? 0) - cost(next, row, blank);
  return { shift: { top, bottom, rows }, gain };
}

function cost(next: Grid, row: number, shown: ShownRow): number {
  const cells = countChanges(next, row, shown);
  return cells === 0 ? 0 : cells + runCost;
}

/** The two distances that most pieces of text moved by; only pieces that occur once are believed. */
function likelyShifts(shown: readonly ShownRow[], next: Grid, changes: readonly number[]): number[] {
  const rowOfPiece = new Map<number, number>();
  for (const [index, { grid, row }] of shown.entries()) {
    for (const piece of pieceHashes(grid, row)) rowOfPiece.set(piece, rowOfPiece.has(piece) ? -1 : index);
  }
  const votes = new Map<number, number>();
  for (let row = 0; row < next.rows; row++) {
    if (changes[row] === 0) continue;
    for (const piece of pieceHashes(next, row)) {
      const from = rowOfPiece.get(piece) ?? -1;
      if (from >= 0 && from !== row) votes.set(row - from, (votes.get(row - from) ?? 0) + 1);
    }
  }
  return [...votes.entries()]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 2)
    .map(([rows]) => rows);
}

/** One number per piece of a row that has ink; the place of the piece is part of it. */
function pieceHashes(grid: Grid, row: number): number[] {
  const hashes: number[] = [];
  const base = row * grid.columns;
  for (let piece = 0; piece < pieces; piece++) {
    const start = Math.floor((grid.columns * piece) / pieces);
    const end = Math.min(start + pieceColumns, grid.columns);
    let hash = start + 1;
    let hasInk = false;
    for (let column = start; column < end; column++) {
      const cell = grid.cells[base + column] ?? blankCell;
      if (cell !== blankCell) hasInk = true;
      hash = (Math.imul(hash, 31) + cell) | 0;
    }
    if (hasInk) hashes.push(hash);
  }
  return hashes;
}
