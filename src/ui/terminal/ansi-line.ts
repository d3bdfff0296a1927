import type { Grid } from './grid.ts';
import { foregroundBits, type Style, style } from './style.ts';

/** CSI with its parameters and final byte, or a string sequence up to its end, or any other escape. */
const sequence =
  /\x1b(?:\[([\x30-\x3f]*)[\x20-\x2f]*([\x40-\x7e])|[\]P_^X][^\x07\x1b]*(?:\x07|\x1b\\)?|[\x20-\x2f]*[\x30-\x7e]?)/g;

/**
 * Writes one row of Ink's output. Of its SGR codes those are kept that a style can hold; every other sequence is
 * dropped. Returns the column after the row.
 */
export function writeAnsiLine(grid: Grid, row: number, line: string): number {
  let column = 0;
  let look: Style = style.plain;
  let from = 0;
  for (const match of line.matchAll(sequence)) {
    column = grid.write(row, column, line.slice(from, match.index), look);
    if (match[2] === 'm') look = applySgr(look, match[1] ?? '');
    from = match.index + match[0].length;
  }
  return grid.write(row, column, line.slice(from), look);
}

function applySgr(before: Style, parameters: string): Style {
  const codes = parameters.split(/[;:]/).map(Number);
  let look = before;
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0;
    if (code === 38 || code === 48 || code === 58) at += codes[at + 1] === 5 ? 2 : 4;
    else look = applyCode(look, code);
  }
  return look;
}

function applyCode(look: Style, code: number): Style {
  switch (code) {
    case 0:
      return style.plain;
    case 1:
      return look | style.bold;
    case 2:
      return look | style.dim;
    case 4:
      return look | style.underline;
    case 7:
      return look | style.inverse;
    case 22:
      return look & ~(style.bold | style.dim);
    case 24:
      return look & ~style.underline;
    case 27:
      return look & ~style.inverse;
    case 30:
    case 37:
    case 39:
      return look & ~foregroundBits;
    default:
      return code >= 31 && code <= 36 ? (look & ~foregroundBits) | (code - 30) : look;
  }
}
