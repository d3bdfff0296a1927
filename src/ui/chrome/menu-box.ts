import type { Context } from '../../presentation/context.ts';
import { stateLook, stateNames } from '../../presentation/glyphs.ts';
import type { Line } from '../../presentation/line.ts';
import { fillLine, ruleLine, sideBySide } from '../../presentation/line-layout.ts';
import type { LineEditor } from '../model/line-editor.ts';
import { type MenuItem, menuLine } from '../model/menu.ts';
import { box, type DialogBox } from './dialog-box.ts';
import { input } from './scope-line.ts';

const paletteRows = 8;

/** The first row shown so that `row` is among the `rows` shown. */
function firstShown(row: number, count: number, rows: number): number {
  return Math.max(0, Math.min(row - Math.floor(rows / 2), count - rows));
}

export function paletteBox(
  editor: LineEditor,
  items: readonly MenuItem[],
  row: number,
  screenColumns: number,
  context: Context,
): DialogBox {
  const inner = Math.min(72, screenColumns - 1) - 4;
  const rows = menuRows(items, row, paletteRows, inner, true);
  const typed = input(':', editor, '', inner, context);
  return box('Command', [[...typed], [], ...rows], screenColumns, context);
}

export function actionsBox(
  items: readonly MenuItem[],
  row: number,
  rows: number,
  screenColumns: number,
  context: Context,
): DialogBox {
  const inner = Math.min(72, screenColumns - 1) - 4;
  return box('Actions', menuRows(items, row, Math.max(3, rows), inner, false), screenColumns, context);
}

function menuRows(
  items: readonly MenuItem[],
  row: number,
  rows: number,
  width: number,
  words: boolean,
): readonly Line[] {
  const from = firstShown(row, items.length, rows);
  const textWidth = words ? Math.min(34, Math.floor(width / 2)) : Math.min(20, Math.floor(width / 3));
  const titleWidth = Math.max(8, width - textWidth - 16);
  const shown = items
    .slice(from, from + rows)
    .map((item, index): Line => menuLine(item, from + index === row, [textWidth, titleWidth]));
  return shown.length === 0 ? [[{ text: 'nothing matches', tone: 'muted' }]] : shown;
}

/** The help overlay: every key that works here, two columns where they fit, then the states and the old keys. */
export function helpLines(
  title: string,
  editor: LineEditor,
  items: readonly MenuItem[],
  row: number,
  width: number,
  rows: number,
  context: Context,
): readonly Line[] {
  const twoColumns = width >= 79;
  const half = twoColumns ? Math.floor(width / 2) : width;
  const perColumn = twoColumns ? Math.ceil(items.length / 2) : items.length;
  const keysWidth = Math.max(8, ...items.map((item) => item.text.length));
  const lines = items.map((item, index) =>
    menuLine({ ...item, keys: '', disabled: undefined }, index === row, [
      keysWidth,
      Math.max(8, half - keysWidth - 5),
    ]),
  );
  const left = lines.slice(0, perColumn);
  const body = twoColumns ? sideBySide(left, lines.slice(perColumn), half, width, context) : left;
  const reason = items[row]?.disabled;
  const head = [
    input(`Help: ${title}  search`, editor, '', width, context),
    ruleLine(width, context, 'Keys', reason === undefined ? '' : `not now: ${reason}`),
  ];
  const room = Math.max(1, rows - head.length);
  const all = [...body, ...legend(width, context)];
  const selected = perColumn === 0 ? 0 : row % perColumn;
  const from = Math.max(0, Math.min(selected - room + 2, all.length - room));
  return [...head, ...all.slice(from, from + room)].map((entry) => fillLine(entry, width, context));
}

function legend(width: number, context: Context): readonly Line[] {
  const states = stateNames.map((name) => {
    const look = stateLook(name);
    return `${context.ascii ? look.ascii : look.glyph} ${name}`;
  });
  const lines: Line[] = [ruleLine(width, context, 'States')];
  let text = '';
  for (const state of states) {
    if (text.length + state.length + 2 > width) {
      lines.push([{ text }]);
      text = '';
    }
    text += ` ${state}`;
  }
  lines.push([{ text }], ruleLine(width, context, 'Old curses monitor keys'));
  lines.push([{ text: ' j k i t r l c ^C all still work. c now asks first. Esc never quits.' }]);
  return lines;
}
