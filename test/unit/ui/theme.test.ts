import { describe, expect, it } from 'vitest';
import type { Tone } from '../../../src/presentation/line.ts';
import { writeAnsiLine } from '../../../src/ui/terminal/ansi-line.ts';
import { Grid } from '../../../src/ui/terminal/grid.ts';
import { style } from '../../../src/ui/terminal/style.ts';
import { themeFor, toAnsi } from '../../../src/ui/theme.ts';

const tones: readonly Tone[] = [
  'plain',
  'muted',
  'accent',
  'title',
  'rule',
  'key',
  'run',
  'warn',
  'fail',
  'gone',
  'custom',
  'path',
  'strong',
  'banner',
  'match',
  'selected',
];

describe.each([true, false])('a theme with colour: %s', (colour) => {
  const theme = themeFor(colour);

  it('looks the same as text for Ink as it does painted', () => {
    const line = tones.map((tone) => ({ text: `${tone} `, tone }));
    const grid = new Grid(200, 1);
    writeAnsiLine(grid, 0, toAnsi(line, theme));
    const painted = new Grid(200, 1);
    painted.writeLine(0, line, theme);

    const looks = (of: Grid): number[] => Array.from({ length: 200 }, (_, index) => of.styleAt(index));
    expect(looks(grid)).toEqual(looks(painted));
  });

  it('has no background but inverse, and no black or white', () => {
    for (const tone of tones)
      expect(toAnsi([{ text: 'x', tone }], theme)).not.toMatch(/\[(3[07]|4\d|9\d|10\d)m/);
  });
});

it('uses no colour at all when there is to be none', () => {
  const theme = themeFor(false);

  for (const tone of tones) expect(theme(tone) & 7).toBe(style.plain);
});
