import { describe, expect, it } from 'vitest';
import { progressLine, RateMeter } from '../../../src/presentation/migration-progress.ts';

describe('the progress of a migration', () => {
  it.each([
    [0, undefined, '[------------------------]  0/10,000  0 %'],
    [4200, 1850, '[##########--------------]  4,200/10,000  42 %  1,900/s  3s left'],
    [10_000, 1850, '[########################]  10,000/10,000  100 %  1,900/s'],
    [12_000, 0, '[########################]  12,000/12,000  100 %  0/s'],
    [1, 0.01, '[------------------------]  1/10,000  0 %  0.01/s  11d13h left'],
  ])('is shown with %d of 10,000 at %s a second', (done, perSecond, text) => {
    expect(progressLine({ done, total: 10_000, perSecond }, 79)).toBe(text);
  });

  it('has no bar where there is no end, and an empty queue is done', () => {
    expect(progressLine({ done: 7, total: undefined, perSecond: 2 }, 79)).toBe('7 migrated  2.0/s');
    expect(progressLine({ done: 0, total: 0, perSecond: undefined }, 79)).toBe(
      '[########################]  0/0  100 %',
    );
  });

  it('leaves out the bar, and then what is left over, on a narrow terminal', () => {
    expect(progressLine({ done: 4200, total: 10_000, perSecond: 1850 }, 40)).toBe(
      '4,200/10,000  42 %  1,900/s  3s left',
    );
    expect(progressLine({ done: 4200, total: 10_000, perSecond: 1850 }, 10)).toBe('4,200/10,0');
    expect(progressLine({ done: 1, total: 2, perSecond: undefined }, 0)).toBe('');
  });
});

describe('the rate', () => {
  it('is that of the last five seconds', () => {
    const meter = new RateMeter();
    expect(meter.perSecond).toBeUndefined();
    meter.note(0, 100);
    expect(meter.perSecond).toBeUndefined();
    meter.note(50, 101);
    expect(meter.perSecond).toBe(50);
    for (let second = 2; second <= 20; second += 1) meter.note(50 + (second - 1) * 10, 100 + second);
    expect(meter.perSecond).toBe(10);
  });

  it('keeps only what it needs', () => {
    const meter = new RateMeter();
    for (let tick = 0; tick < 10_000; tick += 1) meter.note(tick, tick / 10);

    expect(meter.perSecond).toBeCloseTo(10);
  });
});
