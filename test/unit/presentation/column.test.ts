import { describe, expect, it } from 'vitest';
import { type Column, headerLine, layoutColumns, rowLine } from '../../../src/presentation/column.ts';
import { contextWith, text } from './sample-cluster.ts';

interface Row {
  readonly a: string;
  readonly b: string;
}

const columns: readonly Column<Row>[] = [
  {
    id: 'a',
    header: 'A',
    width: 4,
    priority: 1,
    fromWidth: 0,
    pinned: true,
    cell: (row) => ({ text: row.a }),
  },
  {
    id: 'b',
    header: 'BEE',
    width: 6,
    flex: 1,
    maxWidth: 12,
    priority: 3,
    fromWidth: 0,
    cell: (row) => ({ text: row.b, tone: 'warn' }),
  },
  { id: 'c', header: 'C', width: 5, align: 'right', priority: 2, fromWidth: 0, cell: () => ({ text: '7' }) },
];
const row: Row = { a: 'one', b: 'two three four' };
const context = contextWith();

function drawn(width: number): string {
  return text(rowLine(layoutColumns(columns, width), row, context));
}

describe('layoutColumns', () => {
  it('drops the least important columns when the line is narrow, whatever their place', () => {
    expect(drawn(20)).toBe('   one  two t…     7');
    expect(drawn(19)).toBe('   one      7      ');
    expect(drawn(8)).toBe('   one  ');
  });

  it('gives what is left over to those that can use it, up to their width', () => {
    expect(drawn(23)).toBe('   one  two thre…     7');
    expect(drawn(40)).toBe('   one  two three f…     7              ');
  });

  it('keeps a line exactly as wide as asked even where nothing fits', () => {
    expect(drawn(5)).toBe('   o…');
    expect(drawn(2)).toBe('  ');
  });

  it('shows all columns on demand, the unpinned ones moved by the pan', () => {
    const layout = layoutColumns(columns, 16, { all: true, pan: 1 });

    expect(text(rowLine(layout, row, context))).toBe('   one      7   ');
    expect(layout.maxPan).toBe(1);
    expect(layoutColumns(columns, 16, { all: true, pan: 99 }).columns).toEqual(layout.columns);
    expect(layoutColumns(columns, 80, { all: true }).maxPan).toBe(0);
  });
});

describe('headerLine', () => {
  it('marks the sorted column with the direction', () => {
    const layout = layoutColumns(columns, 23);

    expect(text(headerLine(layout, { column: 'c', descending: true }, context))).toBe(
      '   A    BEE          C▼',
    );
    expect(text(headerLine(layout, { column: 'b', descending: false }, context))).toBe(
      '   A    BEE▲          C',
    );
    expect(text(headerLine(layout, undefined, context))).toBe('   A    BEE           C');
  });
});

describe('rowLine', () => {
  const layout = layoutColumns(columns, 23);

  it('marks rows in the gutter', () => {
    expect(text(rowLine(layout, row, context, { marked: true }))).toMatch(/^ \* one/);
    expect(text(rowLine(layout, row, context, { selected: true, marked: true }))).toMatch(/^>\* one/);
  });

  it('has one look for the selected row and one for a dim one', () => {
    expect(rowLine(layout, row, context, { selected: true }).map((span) => span.tone)).toEqual(['selected']);
    expect(rowLine(layout, row, context, { dim: true }).map((span) => span.tone)).toEqual(['muted']);
  });

  it('keeps the tones of cells otherwise', () => {
    expect(rowLine(layout, row, context)).toEqual([
      { text: '   one  ' },
      { text: 'two thre…', tone: 'warn' },
      { text: '     7' },
    ]);
  });
});
