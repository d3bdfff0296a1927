import { describe, expect, it } from 'vitest';
import type { Figure } from '../../bench/figure.ts';
import { readmeSection } from '../../bench/readme-section.ts';
import { brokenFigure, makeReport, type Report } from '../../bench/report.ts';

/** As it comes back from the file of a run. */
function section(...figures: Figure[]): string[] {
  const date = '2026-11-26T23:59:00.000Z';
  const report = makeReport({ date, machine: '2 x cores', measured: [], figures });
  return readmeSection(JSON.parse(JSON.stringify(report)) as Report).split('\n');
}

const ratio: Figure = {
  name: 'below',
  row: 'fold',
  value: 12.34,
  unit: 'x',
  goal: 10,
  better: 'more',
  ours: 617_000,
  celery: 50_000,
};

describe('the performance section', () => {
  it('says when and on what', () => {
    expect(section(ratio)[0]).toBe('Measured on 2026-11-26 with `npm run bench` (2 x cores):');
  });

  it('has a row for what belongs together, in the order of its figures, with one goal if it is one', () => {
    const lines = section(
      ratio,
      { name: 'lost', row: 'lost', value: 0, unit: 'events', goal: 0 },
      { ...ratio, name: 'beyond', value: 11, ours: 44_000, celery: 4_000 },
      { name: 'for the table of the run alone', value: 1, unit: 's' },
    );

    expect(lines.slice(2, 6)).toEqual([
      '| What | Goal | Measured |',
      '| --- | --- | --- |',
      '| fold | ≥ 10 x | 12.3 x (617,000 against 50,000) / 11 x (44,000 against 4,000) |',
      '| lost | 0 events | 0 events |',
    ]);
  });

  it('names only Celery where the value itself is ours', () => {
    const [row] = section({
      name: 'memory',
      row: 'memory',
      value: 700,
      unit: 'B',
      ours: 700,
      celery: 4400,
    }).slice(4);

    expect(row).toBe('| memory |  | 700 B (Celery 4,400) |');
  });

  it('shows what misses its goal, and says so below', () => {
    const lines = section(ratio, { ...ratio, row: 'other', value: 3 });

    expect(lines).toContain('| other | ≥ 10 x | **3 x** (617,000 against 50,000) |');
    expect(lines.at(-1)).toBe('1 of these figures misses its goal; it is in bold.');
  });

  it('names what could not be measured', () => {
    const lines = section(ratio, brokenFigure('keep-up', new Error('no Redis')));

    expect(lines.at(-1)).toBe('Could not be measured: keep-up.');
  });

  it('says so when every goal is met', () => {
    expect(section(ratio).at(-1)).toBe('Every goal is met.');
  });
});
