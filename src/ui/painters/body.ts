import type { Line } from '../../presentation/line.ts';

/** What a painter left on screen, for the keys that page and for the cursor that must stay in view. */
export interface Painted {
  readonly lines: readonly Line[];
  /** Rows of the list or of the text that were shown: a page. */
  readonly pageRows: number;
}

/** Exactly `rows` lines: cut, or filled with blanks. */
export function toHeight(lines: readonly Line[], rows: number): Line[] {
  const fitted = lines.slice(0, rows);
  while (fitted.length < rows) fitted.push([]);
  return fitted;
}
