import { describe, expect, it } from 'vitest';
import { createContext } from '../../../../src/presentation/context.ts';
import { textWidth } from '../../../../src/presentation/text.ts';
import { scrubberLines } from '../../../../src/ui/chrome/scrubber.ts';

const begin = Date.UTC(2026, 7, 22, 13, 30) / 1000;

/** A recording of blocks of equal length, with so many failures in each. */
function lines(
  { length = 1_800, failures = [0, 1, 8, 2], at = 900 },
  width: number,
  rows = 24,
  ascii = false,
): readonly string[] {
  const each = length / failures.length;
  const blocks = failures.map((count, index) => ({
    ...{ firstEvent: index * 10, events: 10, failures: count },
    ...{ from: begin + index * each, to: begin + (index + 1) * each },
  }));
  const source = { blocks, from: begin, to: begin + length, eventCount: 40 };
  const shown = scrubberLines({ source, at: begin + at }, width, rows, createContext({ now: begin, ascii }));
  return shown.map((line) => line.map(({ text }) => text).join(''));
}

describe('the scrubber', () => {
  it('has times, a place on the axis and failures', () => {
    expect(lines({}, 59)).toEqual([
      ' 13:30         13:38         13:47         13:55           ',
      ' ─────────────────────────●────────────────────────  50.0 %',
      '                   ▁            █           ▂       ✗      ',
    ]);
  });

  it.each(
    [39, 40, 59, 79, 99, 119, 199].flatMap((width) =>
      [false, true].flatMap((ascii) => [0, 1, 899, 1_799.9, 1_800].map((at) => [width, ascii, at] as const)),
    ),
  )('fills exactly %i columns (ascii: %s) at %d s', (width, ascii, at) => {
    for (const line of lines({ at }, width, 24, ascii)) {
      expect(textWidth(line)).toBe(width);
      if (ascii) expect(line).toMatch(/^[ -~]*$/);
      expect(line).not.toMatch(/[…~]/);
    }
    const [, bar = ''] = lines({ at }, width, 24, ascii);
    expect(bar).toMatch(/^ [─-]*[●O][─-]* +(100|>99\.9|\d+\.\d) %$/);
  });

  it('is at its ends at the ends', () => {
    expect(lines({ at: 0 }, 79)[1]).toMatch(/^ ●─+ +0\.0 %$/);
    expect(lines({ at: 1_800 }, 79)[1]).toMatch(/^ ─+● +100 %$/);
    expect(lines({ at: -5 }, 79)[1]).toMatch(/^ ●─+ +0\.0 %$/);
    expect(lines({ at: 9_999 }, 79)[1]).toMatch(/^ ─+● +100 %$/);
  });

  it('has no times in 16 to 23 rows, and is not there in fewer', () => {
    expect([24, 23, 16, 15].map((rows) => lines({}, 79, rows).length)).toEqual([3, 2, 2, 0]);
    expect(lines({}, 79, 16)).toEqual(lines({}, 79, 24).slice(1));
  });

  it('says where nothing failed', () => {
    for (const width of [39, 199]) {
      expect(lines({ failures: [0, 0] }, width)[2]?.trimEnd()).toBe(' no failures');
    }
  });

  it('shows a single failure among very many, as the least', () => {
    const [, , sparks = ''] = lines({ failures: [1, 0, 0, 5_000] }, 79);

    expect(sparks).toMatch(/^ +▁ +█ +✗ *$/);
  });

  it('has seconds on a short axis, and one that has no length', () => {
    expect(lines({ length: 30, at: 0 }, 79)[0]).toMatch(/^ 13:30:00 {6}13:30:0\d /);
    expect(lines({ length: 0, failures: [3], at: 0 }, 79)).toEqual([
      expect.stringMatching(/^ 13:30:00 {6}13:30:00/),
      expect.stringMatching(/^ ●─+ +0\.0 %$/),
      expect.stringMatching(/^ █ +✗/),
    ]);
  });
});
