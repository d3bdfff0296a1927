import { describe, expect, it } from 'vitest';
import { ConnectionGaps } from '../../../src/monitor/connection-gaps.ts';

describe('ConnectionGaps', () => {
  it('has none before the connection was ever lost', () => {
    const gaps = new ConnectionGaps();

    expect(gaps.listening(1000)).toBeUndefined();
    expect(gaps.all).toEqual([]);
  });

  it('spans from the first loss to the next subscription', () => {
    const gaps = new ConnectionGaps();
    gaps.lost(1000);
    gaps.lost(5000);

    expect(gaps.listening(9000)).toEqual({ fromMs: 1000, toMs: 9000 });
    expect(gaps.lostAtMs).toBeUndefined();
    expect(gaps.all).toEqual([{ fromMs: 1000, toMs: 9000 }]);
  });

  it('keeps a bounded number of them, the newest', () => {
    const gaps = new ConnectionGaps();
    for (let n = 0; n < 1000; n += 1) {
      gaps.lost(n * 10);
      gaps.listening(n * 10 + 5);
    }

    expect(gaps.all.length).toBe(100);
    expect(gaps.all.at(-1)).toEqual({ fromMs: 9990, toMs: 9995 });
    expect([gaps.count, gaps.totalMs]).toEqual([1000, 5000]);
  });
});
