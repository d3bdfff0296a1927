import { describe, expect, it } from 'vitest';
import { amount, type Figure, goalText, isMet, median, quantile, table } from '../../bench/figure.ts';

const lag: Figure = { name: 'lag', value: 3, unit: 's', goal: 2 };
const ratio: Figure = {
  name: 'fold',
  value: 12.34,
  unit: 'x',
  goal: 10,
  better: 'more',
  ours: 617_000,
  celery: 50_000,
};

describe('isMet', () => {
  it('wants no more than the goal, or no less where more is better', () => {
    expect([1, 2, 3].map((value) => isMet({ ...lag, value }))).toEqual([true, true, false]);
    expect([9, 10, 11].map((value) => isMet({ ...ratio, value }))).toEqual([false, true, true]);
  });

  it('is open without a goal, and no for what could not be measured', () => {
    expect(isMet({ name: 'x', value: 1, unit: '' })).toBeUndefined();
    expect(isMet({ ...lag, value: Number.NaN })).toBe(false);
    expect(isMet({ ...ratio, value: Number.NaN })).toBe(false);
  });
});

describe('quantile', () => {
  it('is one of the values, by nearest rank', () => {
    expect(quantile([5, 1, 4, 2, 3], 0.99)).toBe(5);
    expect(quantile([5, 1, 4, 2, 3], 0)).toBe(1);
    expect(median([9, 1, 5])).toBe(5);
    expect(median([])).toBeNaN();
  });
});

describe('amount', () => {
  it.each([
    [0, '0'],
    [1.234, '1.23'],
    [-1.234, '-1.23'],
    [12.34, '12.3'],
    [999.5, '999.5'],
    [617_000.4, '617,000'],
    [Number.NaN, '-'],
  ])('shows %d as %s', (value, text) => {
    expect(amount(value)).toBe(text);
  });
});

describe('table', () => {
  it('shows goal, verdict, and what a ratio was made of', () => {
    const lines = table([ratio, { ...lag, note: 'a note' }, { name: 'plain', value: 7, unit: 'B' }]).split(
      '\n',
    );

    expect(lines.slice(0, 4)).toEqual([
      'what   goal     figure  met  note',
      'fold   >= 10 x  12.3 x  yes  ours 617,000, Celery 50,000',
      'lag    <= 2 s   3 s     NO   a note',
      'plain           7 B',
    ]);
  });

  it('repeats what was missed, and says so when nothing was', () => {
    expect(table([ratio, lag])).toContain('\nMissed:\n  lag: 3 s, goal <= 2 s\n');
    expect(table([ratio])).toContain('\nEvery goal that was measured is met.\n');
  });
});

describe('goalText', () => {
  it('is empty without a goal', () => {
    expect(goalText({ name: 'x', value: 1, unit: 's' })).toBe('');
  });
});
