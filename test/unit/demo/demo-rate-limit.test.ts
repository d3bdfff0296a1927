import { describe, expect, it } from 'vitest';
import { parseRate, TokenBucket } from '../../../src/demo/demo-rate-limit.ts';

describe('parseRate', () => {
  it.each([
    ['10/m', 10 / 60],
    ['2/h', 2 / 3600],
    ['0.5/s', 0.5],
    ['5', 5],
    [5, 5],
    ['0', 0],
    ['', 0],
    [null, 0],
  ])('reads %j as %d runs per second', (rate, perSecond) => {
    expect(parseRate(rate)).toBeCloseTo(perSecond, 9);
  });

  it('names what Python could not read', () => {
    expect(() => parseRate('bogus')).toThrow(`ValueError("could not convert string to float: 'bogus'")`);
    expect(() => parseRate('1/x')).toThrow("KeyError('x')");
  });
});

describe('TokenBucket', () => {
  it('lets one through at once and the next when its time has come', () => {
    const bucket = new TokenBucket(0.5, 100);
    expect(bucket.take(100)).toBe(true);
    expect(bucket.take(100)).toBe(false);
    expect(bucket.secondsToNext(100)).toBe(2);
    expect(bucket.take(101.9)).toBe(false);
    expect(bucket.take(102)).toBe(true);
  });

  it('does not save up while it is idle', () => {
    const bucket = new TokenBucket(1, 0);
    expect([bucket.take(1000), bucket.take(1000)]).toEqual([true, false]);
  });
});
