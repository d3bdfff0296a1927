import { describe, expect, it } from 'vitest';
import { writeAnsiLine } from '../../../../src/ui/terminal/ansi-line.ts';
import { Grid } from '../../../../src/ui/terminal/grid.ts';
import { style } from '../../../../src/ui/terminal/style.ts';

function indexes(grid: Grid, row: number): number[] {
  return Array.from({ length: grid.columns }, (_, column) => row * grid.columns + column);
}

function row(grid: Grid, index = 0): string {
  return indexes(grid, index)
    .map((cell) => grid.characterAt(cell))
    .join('|');
}

function looks(grid: Grid, index = 0): number[] {
  return indexes(grid, index).map((cell) => grid.styleAt(cell));
}

describe('Grid', () => {
  it('returns the column after what it wrote', () => {
    const grid = new Grid(10, 2);

    expect(grid.write(0, 2, 'ab', style.plain)).toBe(4);
    expect(grid.write(0, 4, '日本', style.plain)).toBe(8);
    expect(row(grid)).toBe(' | |a|b|日||本|| | ');
  });

  it('cuts at the end of the row, with a blank where half a wide character would stand', () => {
    const grid = new Grid(4, 2);

    expect(grid.write(0, 2, 'abc', style.plain)).toBe(4);
    expect(grid.write(1, 1, '日本', style.inverse)).toBe(4);
    expect(row(grid)).toBe(' | |a|b');
    expect(row(grid, 1)).toBe(' |日|| ');
    expect(looks(grid, 1)[3]).toBe(style.inverse);
  });

  it('blanks the other half of a wide character that is overwritten', () => {
    const grid = new Grid(6, 1);
    grid.write(0, 0, '日本語', style.plain);

    grid.write(0, 1, 'x', style.plain);
    grid.write(0, 4, 'y', style.plain);

    expect(row(grid)).toBe(' |x|本||y| ');
  });

  it('puts marks on the character they follow, four at the most', () => {
    const grid = new Grid(4, 1);

    grid.write(0, 0, `e\u0301o${'\u0323'.repeat(50)}x`, style.plain);

    expect(row(grid)).toBe(`e\u0301|o${'\u0323'.repeat(4)}|x| `);
  });

  it('never holds a control character', () => {
    const grid = new Grid(30, 1);

    grid.write(0, 0, '\x1b[2J\n\u202e\x9b', style.plain);

    expect(row(grid)).toBe([...'\\x1b[2J\\n\\u202e\\x9b'.padEnd(30)].join('|'));
  });

  it('ignores rows that do not exist', () => {
    const grid = new Grid(4, 1);

    grid.write(1, 0, 'no', style.plain);
    grid.write(-1, 0, 'no', style.plain);

    expect(row(grid)).toBe(' | | | ');
  });

  it('gives blanks one style unless underline or inverse shows on them', () => {
    const grid = new Grid(3, 2);

    grid.write(0, 0, 'a b', style.bold | style.red);
    grid.write(1, 0, 'a b', style.inverse);

    expect(looks(grid)).toEqual([style.bold | style.red, style.plain, style.bold | style.red]);
    expect(looks(grid, 1)).toEqual([style.inverse, style.inverse, style.inverse]);
  });

  it('holds only ASCII in ascii mode and keeps the columns', () => {
    const grid = new Grid(8, 1, { ascii: true });

    grid.write(0, 0, 'é日e\u0301✓', style.plain);

    expect(row(grid)).toBe('?|?|?|e|?| | | ');
  });

  it('drops colours but nothing else without colours', () => {
    const grid = new Grid(1, 1, { colors: false });

    grid.write(0, 0, 'x', style.red | style.bold | style.inverse);

    expect(looks(grid)).toEqual([style.bold | style.inverse]);
  });

  it('writes the spans of a line one after the other', () => {
    const grid = new Grid(12, 1);

    const end = grid.writeLine(0, [{ text: '✗ FAIL', tone: 'fail' }, { text: ' 3s' }], (tone) =>
      tone === 'fail' ? style.red : style.plain,
    );

    expect(end).toBe(9);
    expect(row(grid)).toBe('✗| |F|A|I|L| |3|s| | | ');
    expect(looks(grid).slice(0, 8)).toEqual([1, 0, 1, 1, 1, 1, 0, 0]);
  });
});

describe('writeAnsiLine', () => {
  it('keeps the SGR codes that a style can hold', () => {
    const grid = new Grid(12, 1);

    const end = writeAnsiLine(
      grid,
      0,
      '\x1b[1ma\x1b[31mb\x1b[22mc\x1b[39md\x1b[7;4me\x1b[27mf\x1b[24mg\x1b[0;2mh\x1b[mi',
    );

    expect(end).toBe(9);
    expect(row(grid)).toBe('a|b|c|d|e|f|g|h|i| | | ');
    expect(looks(grid).slice(0, 9)).toEqual([
      style.bold,
      style.bold | style.red,
      style.red,
      style.plain,
      style.underline | style.inverse,
      style.underline,
      style.plain,
      style.dim,
      style.plain,
    ]);
  });

  it('drops colours outside the palette with all their parameters', () => {
    const grid = new Grid(6, 1);

    writeAnsiLine(grid, 0, '\x1b[38;5;1ma\x1b[48;2;1;2;3mb\x1b[91mc\x1b[38;2;31;1;4md\x1b[44me');

    expect(row(grid)).toBe('a|b|c|d|e| ');
    expect(looks(grid)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('drops every other sequence', () => {
    const grid = new Grid(6, 1);

    writeAnsiLine(grid, 0, 'a\x1b[2Jb\x1b]52;c;AAAA\x07c\x1b]8;;http://x\x1b\\d\x1b(Be\x1b');

    expect(row(grid)).toBe('a|b|c|d|e| ');
  });
});
