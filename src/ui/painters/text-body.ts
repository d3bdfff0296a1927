import type { Context } from '../../presentation/context.ts';
import type { Line } from '../../presentation/line.ts';
import { fillLine } from '../../presentation/line-layout.ts';
import type { TextState } from '../model/text.ts';
import { type Painted, toHeight } from './body.ts';

/** A text of any length, laid out: its rows, where it opens, and the rows that match what is being looked for. */
export interface LaidOut {
  readonly lines: readonly Line[];
  readonly start: number;
  readonly matches: readonly number[];
}

/** The part of a text that the window shows, under the lines that stay. */
export function paintText(
  head: readonly Line[],
  text: LaidOut,
  state: TextState,
  width: number,
  rows: number,
  context: Context,
): Painted {
  const pageRows = Math.max(1, rows - head.length);
  const top = Math.max(0, Math.min(state.top ?? text.start, text.lines.length - pageRows));
  const shown = text.lines.slice(top, top + pageRows);
  return {
    lines: toHeight(
      [...head, ...shown].map((line) => fillLine(line, width, context)),
      rows,
    ),
    pageRows,
  };
}

/** `lines 12-40 of 311`, or `all 11 lines`. */
export function textPosition(text: LaidOut, state: TextState, pageRows: number): string {
  const count = text.lines.length;
  if (count <= pageRows) return `all ${count} lines`;
  const top = Math.max(0, Math.min(state.top ?? text.start, count - pageRows));
  return `lines ${top + 1}-${Math.min(count, top + pageRows)} of ${count}`;
}

/** Rows whose text holds what is looked for; capitals count only when there is one in it. */
export function matchingRows(lines: readonly Line[], find: string): readonly number[] {
  if (find === '') return [];
  const exact = find !== find.toLowerCase();
  return lines.flatMap((line, row) => {
    const text = line.map((span) => span.text).join('');
    return (exact ? text : text.toLowerCase()).includes(find) ? [row] : [];
  });
}
