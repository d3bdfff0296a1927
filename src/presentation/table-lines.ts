import type { Line, Span } from './line.ts';
import { clean, textWidth } from './text.ts';

export interface TableOptions {
  /** Columns before each row. */
  readonly indent?: number;
}

/** Rows under their headings, whole and aligned; a column that is empty throughout is left out. */
export function tableLines(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  { indent = 0 }: TableOptions = {},
): Line[] {
  const head = headings.map((heading): Span => ({ text: heading, tone: 'muted' }));
  const cells = rows.map((row) => row.map((cell): Span => ({ text: clean(cell) })));
  const used = headings.flatMap((_, column) =>
    cells.some((row) => (row[column]?.text ?? '') !== '') ? [column] : [],
  );
  const keep = (row: readonly Span[]): Span[] => used.map((column) => row[column] ?? { text: '' });
  return alignedLines([keep(head), ...cells.map(keep)], indent);
}

/** Spans in columns, two blanks apart, nothing behind the last. The text is clean already. */
export function alignedLines(rows: readonly (readonly Span[])[], indent = 0): Line[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, { text }] of row.entries())
      widths[column] = Math.max(widths[column] ?? 0, textWidth(text));
  }
  return rows.map((row) => {
    const last = row.findLastIndex(({ text }) => text !== '');
    const shown = row.slice(0, last + 1).flatMap((span, column): Span[] => {
      const gap = ' '.repeat((widths[column] ?? 0) - textWidth(span.text) + 2);
      return column === last ? [span] : [span, { text: gap }];
    });
    return indent === 0 || shown.length === 0 ? shown : [{ text: ' '.repeat(indent) }, ...shown];
  });
}
