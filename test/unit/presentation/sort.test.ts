import { describe, expect, it } from 'vitest';
import { nextSort, type SortableColumn, sortRows } from '../../../src/presentation/sort.ts';
import { contextWith } from './sample-cluster.ts';

interface Row {
  readonly id: string;
  readonly size?: number;
}

const columns: readonly SortableColumn<Row>[] = [
  { id: 'id', sortKey: 'i', sortValue: (row) => row.id },
  { id: 'size', sortKey: 's', align: 'right', sortValue: (row) => row.size },
];
const byId = (left: Row, right: Row): number => (left.id < right.id ? -1 : 1);
const rows: readonly Row[] = [{ id: 'c', size: 1 }, { id: 'b' }, { id: 'a', size: 10 }, { id: 'd', size: 1 }];

function order(column: string, descending: boolean): string {
  return sortRows(rows, columns, { column, descending }, byId, contextWith())
    .map((row) => row.id)
    .join('');
}

describe('sortRows', () => {
  it('sorts numbers as numbers and breaks ties the same way in both directions', () => {
    expect(order('size', false)).toBe('cdab');
    expect(order('size', true)).toBe('acdb');
  });

  it('keeps rows without a value last in both directions', () => {
    expect(order('size', false).at(-1)).toBe('b');
    expect(order('size', true).at(-1)).toBe('b');
  });

  it('leaves an unknown column to the tie-breaker', () => {
    expect(order('colour', true)).toBe('abcd');
  });

  it('does not change the rows it is given', () => {
    order('id', false);

    expect(rows[0]?.id).toBe('c');
  });
});

describe('nextSort', () => {
  it('turns round on the same letter', () => {
    expect(nextSort(columns, { column: 'id', descending: false }, 'i')).toEqual({
      column: 'id',
      descending: true,
    });
  });

  it('starts figures with the largest and text with the first', () => {
    expect(nextSort(columns, { column: 'id', descending: false }, 's')).toEqual({
      column: 'size',
      descending: true,
    });
    expect(nextSort(columns, { column: 'size', descending: true }, 'i')).toEqual({
      column: 'id',
      descending: false,
    });
  });

  it('knows no other letters', () => {
    expect(nextSort(columns, { column: 'id', descending: false }, 'z')).toBeUndefined();
  });
});
