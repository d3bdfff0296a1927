import { describe, expect, it } from 'vitest';
import { slopePerSecond } from '../../bench/slope.ts';

function growing(values: readonly number[]): number {
  return slopePerSecond(values.map((value, index) => [index * 10, value]));
}

describe('slopePerSecond', () => {
  it('is that of a line', () => {
    expect(growing([100, 102.5, 105, 107.5])).toBeCloseTo(0.25);
    expect(growing([90, 80, 70])).toBeCloseTo(-1);
  });

  it('is none where memory is flat but for a peak, wherever that is', () => {
    const flat = Array.from({ length: 30 }, (_, index) => 100 + (index % 2));
    expect(Math.abs(growing([...flat, 130, 150]))).toBeLessThan(0.01);
    expect(Math.abs(growing([150, 130, ...flat]))).toBeLessThan(0.01);
  });

  it('is seen under the teeth of a saw', () => {
    expect(growing(Array.from({ length: 100 }, (_, index) => 100 + index / 10 + (index % 7)))).toBeCloseTo(
      0.01,
      2,
    );
  });
});
