import { describe, expect, it } from 'vitest';
import { isClock, LamportClock } from '../../../src/protocol/lamport-clock.ts';

describe('LamportClock', () => {
  it('runs ahead of every clock that it hears of', () => {
    const clock = new LamportClock();

    expect([clock.forward(), clock.adjust(10), clock.adjust(3), clock.forward()]).toEqual([1, 11, 12, 13]);
  });

  it.each([null, undefined, '5', Number.NaN, Number.POSITIVE_INFINITY, -1, 1e308, 2 ** 53, 0.5, {}, [9]])(
    'only ticks on hearing %j',
    (other) => {
      const clock = new LamportClock(7);

      clock.adjust(other);

      expect(clock.value).toBe(8);
      expect(isClock(other)).toBe(false);
    },
  );
});
