import { describe, expect, it } from 'vitest';
import { sgr, style, styleChange } from '../../../../src/ui/terminal/style.ts';
import { TerminalScreen } from '../../../support/screen.ts';

describe('styleChange', () => {
  it.each([
    [style.plain, style.plain, ''],
    [style.bold, style.plain, '\x1b[m'],
    [style.plain, style.bold, '\x1b[1m'],
    [style.red, style.green, '\x1b[32m'],
    [style.bold | style.red, style.bold | style.cyan, '\x1b[36m'],
    [style.bold | style.inverse, style.bold, '\x1b[27m'],
    [style.bold | style.dim, style.dim, '\x1b[0;2m'],
  ])('goes from %i to %i by %j', (from, to, bytes) => {
    expect(styleChange(from, to)).toBe(bytes);
  });

  it('ends at the wanted look from every other', async () => {
    const screen = new TerminalScreen(128, 1);
    for (let from = 0; from < 128; from++) {
      let bytes = '\x1b[H';
      for (let to = 0; to < 128; to++) bytes += `${sgr(from)}${styleChange(from, to)}x`;
      await screen.write(bytes);

      const wanted = Array.from({ length: 128 }, (_, to) => ((to & 7) === 7 ? undefined : to));
      const shown = screen.cells(0).map((cell, to) => ((to & 7) === 7 ? undefined : cell.style));
      if ((from & 7) !== 7) expect(shown).toEqual(wanted);
    }
  });
});
