import { describe, expect, it } from 'vitest';
import { ForwardTime } from '../../../src/statistics/forward-time.ts';

function run(...times: readonly number[]): number[] {
  const time = new ForwardTime();
  return times.map((now) => time.at(now));
}

describe('time that runs forward', () => {
  it('is the clock as long as that goes on', () => {
    expect(run(100, 100.5, 4_000)).toEqual([100, 100.5, 4_000]);
  });

  it('stands still for what comes late, and does not run ahead by it', () => {
    expect(run(100, 90, 101, 90, 102)).toEqual([100, 100, 101, 101, 102]);
  });

  it('goes on at once after the clock was set back, however far', () => {
    expect(run(1_000_000, 10, 11, 20)).toEqual([1_000_000, 1_000_000, 1_000_001, 1_000_010]);
  });

  it('follows no clock that shows nothing', () => {
    expect(run(100, Number.NaN, Infinity, 101)).toEqual([100, 100, 100, 101]);
  });
});
