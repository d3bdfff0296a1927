import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CountPages } from '../../../src/statistics/count-pages.ts';
import { DurationCounts } from '../../../src/statistics/duration-counts.ts';
import { Figures } from '../../../src/statistics/figures.ts';
import { type Window, windowStart, windows } from '../../../src/statistics/time-slots.ts';

const spans: Readonly<Record<Window, number>> = { '5m': 300, '15m': 900, '1h': 3_600, all: Infinity };

interface Entry {
  readonly minute: number;
  readonly seconds: number;
}

function inWindow(entries: readonly Entry[], window: Window, now: number): readonly Entry[] {
  return entries.filter(({ minute }) => minute * 60 >= windowStart(window, now));
}

function read(figures: Figures, window: Window, now: number): DurationCounts {
  const counts = new DurationCounts();
  figures.read('run', window, now, counts);
  return counts;
}

/** Steps of minutes, mostly small, some of hours, with what is counted at each. */
const histories = fc.array(
  fc.record({
    step: fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 0, max: 4 }) },
      fc.integer({ min: 5, max: 200 }),
    ),
    seconds: fc.double({ min: 0.001, max: 1_000, noNaN: true }),
    group: fc.integer({ min: 0, max: 2 }),
  }),
  { maxLength: 120 },
);

describe('the windows', () => {
  it('reach back at least as far as their name says, and at most a fifth further', () => {
    for (const window of windows) {
      for (let second = 0; second < 7_200; second += 1) {
        const now = 1_700_000_000 + second;
        const reach = now - windowStart(window, Math.floor(now / 60));
        expect(reach).toBeGreaterThanOrEqual(spans[window]);
        expect(reach).toBeLessThanOrEqual(window === 'all' ? Infinity : spans[window] * 1.2);
      }
    }
  });

  it('hold exactly what was counted since they began, at every minute and across every edge', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const figures = new Figures(new CountPages(5_000));
        const entries: Entry[] = [];
        let minute = 28_000_000;
        for (const { step, seconds } of history) {
          minute += step;
          figures.count('succeeded', minute);
          figures.time('run', seconds, minute);
          entries.push({ minute, seconds });
          for (const window of windows) {
            const expected = inWindow(entries, window, minute);
            expect(figures.total('succeeded', window, minute)).toBe(expected.length);
            const counts = read(figures, window, minute);
            expect(counts.total).toBe(expected.length);
            const longest = Math.max(...expected.map((entry) => entry.seconds));
            expect(counts.percentile(1)).toBeCloseTo(longest, 9);
          }
        }
        for (let later = 0; later < 90; later += 1) {
          for (const window of windows) {
            const expected = inWindow(entries, window, minute + later).length;
            expect(figures.total('succeeded', window, minute + later)).toBe(expected);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('are the same for a whole, whichever of its parts have been taken over by others', () => {
    fc.assert(
      fc.property(
        histories,
        fc.array(fc.integer({ min: 1, max: 2 }), { maxLength: 4 }),
        (history, takeovers) => {
          const pages = new CountPages(5_000);
          const whole = new Figures(pages);
          const parts = [new Figures(pages), new Figures(pages), new Figures(pages)];
          const [first] = parts;
          let minute = 28_000_000;
          for (const [at, { step, seconds, group }] of history.entries()) {
            minute += step;
            for (const figures of [whole, parts[group]]) {
              figures?.count('failed', minute);
              figures?.time('run', seconds, minute);
            }
            const gone = parts[takeovers[at] ?? 0];
            if (gone !== undefined && gone !== first) first?.absorb(gone, minute);
          }
          for (const window of windows) {
            const sum = (count: (figures: Figures) => number): number =>
              parts.reduce((total, figures) => total + count(figures), 0);
            expect(sum((part) => part.total('failed', window, minute))).toBe(
              whole.total('failed', window, minute),
            );
            expect(sum((part) => read(part, window, minute).total)).toBe(read(whole, window, minute).total);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
