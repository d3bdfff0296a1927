import type { Context } from './context.ts';
import type { Line, Span } from './line.ts';
import { append, cellText } from './line-layout.ts';
import type { Sort, SortableColumn } from './sort.ts';
import { screenWidth } from './width-class.ts';

/** What a width may depend on. `screen` is the terminal's width, one more than the line's. */
export interface ColumnSize {
  readonly screen: number;
  readonly fullUuid: boolean;
  readonly uuidLength: number;
}

/** One column of a table: the table on screen, the sort menu and text output all read the same record. */
export interface Column<Row> extends SortableColumn<Row> {
  readonly header: string;
  /** Columns it takes; the smallest number when `flex` is set. */
  readonly width: number | ((size: ColumnSize) => number);
  /** Its share of what is left over. */
  readonly flex?: number;
  /** What is left over never makes it wider than this. */
  readonly maxWidth?: number;
  /** 1 stays longest; the last ones go first when a line is narrow. */
  readonly priority: number;
  /** First terminal width on which it is shown. */
  readonly fromWidth: number;
  /** Last terminal width on which it is shown, when another column takes over. */
  readonly toWidth?: number;
  /** Stays at the left while the others pan. */
  readonly pinned?: boolean;
  readonly cell: (row: Row, context: Context, width: number) => Span;
}

export interface PlacedColumn<Row> {
  readonly column: Column<Row>;
  readonly width: number;
}

export interface ColumnLayout<Row> {
  readonly width: number;
  readonly columns: readonly PlacedColumn<Row>[];
  /** Largest useful `pan`; 0 when every column is in view. */
  readonly maxPan: number;
}

export interface LayoutOptions {
  /** Every column, whatever the width; the ones beyond the edge are reached with `pan`. */
  readonly all?: boolean;
  /** How many of the unpinned columns are pushed out at the left. */
  readonly pan?: number;
  readonly fullUuid?: boolean;
  readonly uuidLength?: number;
}

export interface RowOptions {
  readonly selected?: boolean;
  readonly marked?: boolean;
  /** For a row that is no longer alive: evicted from memory, or a worker that has gone. */
  readonly dim?: boolean;
}

/** `>` for the selected row, `*` for a marked one, and a blank. */
export const gutterWidth = 3;

/** Chooses the columns for a line of `width` and gives each its place. */
export function layoutColumns<Row>(
  columns: readonly Column<Row>[],
  width: number,
  options: LayoutOptions = {},
): ColumnLayout<Row> {
  const size: ColumnSize = {
    screen: screenWidth(width),
    fullUuid: options.fullUuid ?? false,
    uuidLength: options.uuidLength ?? 8,
  };
  return options.all === true ? panned(columns, width, size, options.pan ?? 0) : chosen(columns, width, size);
}

/** The header, with an arrow on the sorted column. */
export function headerLine<Row>(layout: ColumnLayout<Row>, sort: Sort | undefined, context: Context): Line {
  let text = ' '.repeat(Math.min(gutterWidth, layout.width));
  let room = layout.width - gutterWidth;
  for (const [index, { column, width }] of layout.columns.entries()) {
    const gap = index === 0 ? '' : ' ';
    const shown = Math.min(width, room - gap.length);
    text += gap + cellText(headerText(column, shown, sort, context), shown, column.align ?? 'left', context);
    room -= Math.max(0, shown) + gap.length;
  }
  return [{ text: text.slice(0, layout.width).padEnd(layout.width), tone: 'title' }];
}

/** One row in exactly the layout's width. The selected row has one look throughout; glyph and words stay. */
export function rowLine<Row>(
  layout: ColumnLayout<Row>,
  row: Row,
  context: Context,
  options: RowOptions = {},
): Line {
  const spans: Span[] = [];
  const gutter = `${options.selected ? '>' : ' '}${options.marked ? '*' : ' '} `;
  append(spans, gutter.slice(0, layout.width), undefined);
  let room = layout.width - gutterWidth;
  for (const [index, { column, width }] of layout.columns.entries()) {
    const gap = index === 0 ? 0 : 1;
    const shown = Math.min(width, room - gap);
    if (shown <= 0) {
      break;
    }
    const { text, tone } = column.cell(row, context, shown);
    const cell = cellText(text, shown, column.align ?? 'left', context);
    if (tone === undefined) append(spans, gap === 0 ? cell : ` ${cell}`, undefined);
    else {
      append(spans, ' '.repeat(gap), undefined);
      append(spans, cell, tone);
    }
    room -= shown + gap;
  }
  append(spans, ' '.repeat(Math.max(0, room)), undefined);
  return options.selected || options.dim ? oneTone(spans, options.selected ? 'selected' : 'muted') : spans;
}

function oneTone(spans: readonly Span[], tone: 'selected' | 'muted'): Line {
  return [{ text: spans.map((span) => span.text).join(''), tone }];
}

function headerText<Row>(
  column: Column<Row>,
  width: number,
  sort: Sort | undefined,
  context: Context,
): string {
  if (sort?.column !== column.id) {
    return column.header;
  }
  const arrow = sort.descending ? context.glyphs.sortDown : context.glyphs.sortUp;
  return `${column.header.slice(0, Math.max(0, width - 1))}${arrow}`;
}

function chosen<Row>(columns: readonly Column<Row>[], width: number, size: ColumnSize): ColumnLayout<Row> {
  const candidates = columns
    .filter((column) => column.fromWidth <= size.screen && size.screen <= (column.toWidth ?? Infinity))
    .sort((left, right) => left.priority - right.priority);
  const taken = new Set<Column<Row>>();
  let room = width - gutterWidth + 1;
  for (const column of candidates) {
    const needed = smallestWidth(column, size) + 1;
    if (needed > room && taken.size > 0) {
      break;
    }
    taken.add(column);
    room -= needed;
  }
  const shown = columns.filter((column) => taken.has(column));
  return { width, columns: stretched(shown, room, size), maxPan: 0 };
}

/** Shares `room` out to the columns that can use it; what none can use stays blank at the right. */
function stretched<Row>(
  columns: readonly Column<Row>[],
  room: number,
  size: ColumnSize,
): PlacedColumn<Row>[] {
  const widths = columns.map((column) => smallestWidth(column, size));
  let left = Math.max(0, room);
  let open = columns.map((_, index) => index).filter((index) => (columns[index]?.flex ?? 0) > 0);
  while (left > 0 && open.length > 0) {
    const shares = open.reduce((sum, index) => sum + (columns[index]?.flex ?? 0), 0);
    const before = left;
    for (const index of open) {
      const column = columns[index];
      const width = widths[index] ?? 0;
      const share = Math.max(1, Math.floor((before * (column?.flex ?? 0)) / shares));
      const added = Math.min(share, left, (column?.maxWidth ?? Infinity) - width);
      widths[index] = width + added;
      left -= added;
    }
    open = open.filter((index) => (widths[index] ?? 0) < (columns[index]?.maxWidth ?? Infinity));
  }
  return columns.map((column, index) => ({ column, width: widths[index] ?? 0 }));
}

function panned<Row>(
  columns: readonly Column<Row>[],
  width: number,
  size: ColumnSize,
  pan: number,
): ColumnLayout<Row> {
  const shown = columns.filter((column) => column.toWidth === undefined);
  const placed = shown.map((column) => ({ column, width: comfortableWidth(column, size) }));
  const pinned = placed.filter(({ column }) => column.pinned);
  const moving = placed.filter(({ column }) => !column.pinned);
  const pinnedWidth = pinned.reduce((sum, entry) => sum + entry.width + 1, gutterWidth - 1);
  let maxPan = 0;
  let rest = moving.reduce((sum, entry) => sum + entry.width + 1, 0);
  while (pinnedWidth + rest > width && maxPan < moving.length - 1) {
    rest -= (moving[maxPan]?.width ?? 0) + 1;
    maxPan += 1;
  }
  const start = Math.max(0, Math.min(pan, maxPan));
  return { width, columns: [...pinned, ...moving.slice(start)], maxPan };
}

function smallestWidth<Row>(column: Column<Row>, size: ColumnSize): number {
  return typeof column.width === 'number' ? column.width : column.width(size);
}

function comfortableWidth<Row>(column: Column<Row>, size: ColumnSize): number {
  const width = smallestWidth(column, size);
  return column.flex === undefined ? width : Math.max(width, Math.min(column.maxWidth ?? 40, 30));
}
