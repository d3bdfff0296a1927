import { describe, expect, it } from 'vitest';
import { brokenFigure, makeReport, mergeReports, type Report } from '../../bench/report.ts';

function report(date: string, names: readonly string[], value: number): Report {
  const figures = names.map((name) => ({ name, value, unit: 's', goal: 2 }));
  return makeReport({ date, machine: `of ${date}`, measured: names, figures });
}

describe('makeReport', () => {
  it('says of each figure whether its goal is met', () => {
    const plain = { name: 'plain', value: 1, unit: 's' };
    const { figures } = makeReport({
      date: '2026-11-26T10:00:00.000Z',
      machine: '2 x x',
      measured: ['x'],
      figures: [{ ...plain, goal: 1 }, { ...plain, goal: 0 }, plain],
    });

    expect(figures.map(({ met }) => met)).toEqual([true, false, undefined]);
  });
});

describe('brokenFigure', () => {
  it('misses, and says why', () => {
    const { figures } = makeReport({
      date: '',
      machine: '',
      measured: [],
      figures: [brokenFigure('keep-up', new Error('no Redis'))],
    });

    expect(figures).toMatchObject([{ name: 'keep-up', met: false, note: 'could not be measured: no Redis' }]);
  });
});

describe('mergeReports', () => {
  it('keeps each figure in its place, with what was measured last', () => {
    const merged = mergeReports([
      report('2026-11-27', ['b', 'soak'], 2),
      report('2026-11-26', ['a', 'b', 'c'], 1),
    ]);

    expect(merged.figures.map(({ name, value }) => `${name} ${value}`)).toEqual([
      'a 1',
      'b 2',
      'c 1',
      'soak 2',
    ]);
    expect(merged.date).toBe('2026-11-27');
    expect(merged.measured).toEqual(['a', 'b', 'c', 'soak']);
  });

  it('refuses to make something of nothing', () => {
    expect(() => mergeReports([])).toThrow('no report');
  });
});
