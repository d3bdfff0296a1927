import type { Line, Span } from './line.ts';
import { append, lineWidth } from './line-layout.ts';
import { characterWidth } from './text.ts';

/**
 * Clean spans as rows of at most `width` columns, each row after the first moved in by `hangingIndent`. Breaks between
 * words where that wastes less than half a row, else anywhere.
 */
export function wrapSpans(spans: readonly Span[], width: number, hangingIndent: number): readonly Line[] {
  if (lineWidth(spans) <= width) return [spans];
  const indent = hangingIndent < width - 8 ? hangingIndent : 0;
  const cells = cellsOf(spans);
  const rows: Line[] = [];
  let at = 0;
  while (at < cells.length) {
    const room = rows.length === 0 ? width : width - indent;
    const end = rowEnd(cells, at, room);
    const row: Span[] = rows.length === 0 || indent === 0 ? [] : [{ text: ' '.repeat(indent) }];
    for (const cell of cells.slice(at, end)) append(row, cell.text, cell.tone);
    rows.push(row);
    at = end;
    while (cells[at]?.text === ' ' && at < cells.length) at += 1;
  }
  return rows;
}

/** What is left of clean spans when the first `columns` have moved out of view. */
export function dropColumns(spans: readonly Span[], columns: number): Line {
  if (columns <= 0) return spans;
  const kept: Span[] = [];
  let dropped = 0;
  for (const cell of cellsOf(spans)) {
    if (dropped < columns) dropped += characterWidth(cell.text);
    else append(kept, cell.text, cell.tone);
  }
  return kept;
}

interface Cell {
  readonly text: string;
  readonly tone: Span['tone'];
}

function cellsOf(spans: readonly Span[]): Cell[] {
  return spans.flatMap((span) => Array.from(span.text, (text) => ({ text, tone: span.tone })));
}

/** Index after the last cell of a row that begins at `start`; at least one cell, so that it always goes on. */
function rowEnd(cells: readonly Cell[], start: number, room: number): number {
  let used = 0;
  let end = start;
  let lastSpace = -1;
  while (end < cells.length) {
    const text = cells[end]?.text ?? '';
    used += characterWidth(text);
    if (used > room) break;
    if (text === ' ') lastSpace = end;
    end += 1;
  }
  if (end === cells.length) return end;
  const isWorthwhile = lastSpace - start > (end - start) / 2;
  return Math.max(start + 1, isWorthwhile && cells[end]?.text !== ' ' ? lastSpace + 1 : end);
}
