import type { Line, Tone } from '../../presentation/line.ts';
import { writeAnsiLine } from './ansi-line.ts';
import type { Grid } from './grid.ts';
import type { Style } from './style.ts';

/** Private use, and `clean()` escapes it: no broker text can forge a slot. */
const slotMarker = '\ue000';

/** Formats the rows of one slot straight from the data, at most `rows` of them, each at most `columns` wide. */
export type Painter = (columns: number, rows: number) => readonly Line[];

/** A row of the chrome: text of Ink with its SGR codes, or a line of spans. */
export type ChromeLine = string | Line;

/**
 * The chrome row that a slot takes the place of. With `rows` the slot has that height; without, the slots share what
 * the chrome and the slots of fixed height leave.
 */
export function slotLine(id: string, rows?: number): string {
  return rows === undefined ? `${slotMarker}${id}` : `${slotMarker}${id}:${rows}`;
}

export interface Composition {
  readonly chrome: readonly ChromeLine[];
  readonly painters: ReadonlyMap<string, Painter>;
  readonly styleOf: (tone: Tone) => Style;
}

/** Chrome and slots together on an empty grid. What does not fit is cut off at the bottom. */
export function compose(grid: Grid, { chrome, painters, styleOf }: Composition): void {
  const heights = slotHeights(chrome, grid.rows);
  let row = 0;
  for (const [index, line] of chrome.entries()) {
    const height = heights[index];
    if (height === undefined) {
      if (typeof line === 'string') writeAnsiLine(grid, row, line);
      else grid.writeLine(row, line, styleOf);
      row++;
      continue;
    }
    const lines = height > 0 ? (painters.get(slotOf(line)?.id ?? '')?.(grid.columns, height) ?? []) : [];
    for (const [offset, painted] of lines.slice(0, height).entries()) {
      grid.writeLine(row + offset, painted, styleOf);
    }
    row += height;
  }
}

/** Height of each slot by its place in the chrome; the first of those that share takes what is left over. */
function slotHeights(chrome: readonly ChromeLine[], rows: number): (number | undefined)[] {
  const slots = chrome.map(slotOf);
  const shared = slots.filter((slot) => slot !== undefined && slot.rows === undefined).length;
  const taken = slots.reduce((sum, slot) => sum + (slot === undefined ? 1 : (slot.rows ?? 0)), 0);
  const free = Math.max(0, rows - taken);
  const each = shared === 0 ? 0 : Math.floor(free / shared);
  let extra = free - each * shared;
  return slots.map((slot) => {
    if (slot === undefined) return undefined;
    if (slot.rows !== undefined) return slot.rows;
    const height = each + extra;
    extra = 0;
    return height;
  });
}

function slotOf(line: ChromeLine): { id: string; rows: number | undefined } | undefined {
  if (typeof line !== 'string') return undefined;
  const match = /\ue000([\w-]+)(?::(\d+))?/.exec(line);
  if (match === null) return undefined;
  return { id: match[1] ?? '', rows: match[2] === undefined ? undefined : Number(match[2]) };
}
