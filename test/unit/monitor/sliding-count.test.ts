import { describe, expect, it } from 'vitest';
import { SlidingCount } from '../../../src/monitor/sliding-count.ts';

describe('SlidingCount', () => {
  it('forgets what is older than its span', () => {
    const count = new SlidingCount(60);
    count.add(1000.2);
    count.add(1030.9, 3);

    expect(count.total(1059.9)).toBe(4);
    expect(count.total(1060)).toBe(3);
    expect(count.total(1090)).toBe(0);
  });

  it('starts anew after a long silence', () => {
    const count = new SlidingCount(10);
    count.add(5);

    expect(count.total(1e9)).toBe(0);
  });

  it('leaves the second under way out when asked to', () => {
    const count = new SlidingCount(10);
    count.add(100.5, 7);
    count.add(101.1, 2);

    expect(count.totalOfFullSeconds(101.9)).toBe(7);
  });

  it('goes on by the new time when the clock is set back', () => {
    const count = new SlidingCount(10);
    count.add(5_000);
    count.add(400);
    expect(count.total(401)).toBe(2);

    count.add(405);
    expect(count.total(411)).toBe(1);
  });
});
