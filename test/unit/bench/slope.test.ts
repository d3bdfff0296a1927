import { describe, expect, it } from 'vitest';
import { slopePerSecond } from '../../bench/slope.ts';

describe('slopePerSecond', () => {
  it('is that of a line', () => {
    expect(slopePerSecond([0, 10, 20, 30].map((seconds) => [seconds, 100 + seconds / 4]))).toBeCloseTo(0.25);
  });

  it('is none where memory goes up and down and ends where it began', () => {
    expect(
      slopePerSecond([0, 1, 2, 3, 4].map((seconds) => [seconds, [90, 110, 120, 110, 90][seconds] ?? 0])),
    ).toBe(0);
  });
});
