import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rates } from '../../../src/monitor/rates.ts';

function feed(rates: Rates, from: number, seconds: number, perSecond: number): void {
  for (let second = from; second < from + seconds; second += 1) {
    for (let n = 0; n < perSecond; n += 1) rates.note(second + n / perSecond);
  }
}

describe('Rates', () => {
  it('is a mean over whole seconds, right from the first one', () => {
    const rates = new Rates();
    feed(rates, 100, 2, 40);

    rates.refresh(102);

    expect(rates.eventsPerSecond).toBe(40);
  });

  it('changes only when refreshed', () => {
    const rates = new Rates();
    feed(rates, 100, 10, 20);

    expect(rates.eventsPerSecond).toBe(0);
    expect(rates.refresh(110)).toBe(true);
    expect(rates.eventsPerSecond).toBe(20);
    expect(rates.refresh(110.5)).toBe(false);
  });

  it('falls to nothing when nothing comes', () => {
    const rates = new Rates();
    feed(rates, 100, 10, 20);

    rates.refresh(120);

    expect(rates.eventsPerSecond).toBe(0);
  });

  it('is right again at once when the clock is set back by an hour', () => {
    const rates = new Rates();
    feed(rates, 10_000, 10, 20);
    feed(rates, 6_400, 10, 20);

    rates.refresh(6_410);

    expect(rates.eventsPerSecond).toBe(20);
  });

  it('can be cloned: what is noted in one of the two from then on is not seen in the other', () => {
    const steps = fc.array(fc.constantFrom(0, 0.25, 1, 3, 20, -1, -500), { maxLength: 40 });
    fc.assert(
      fc.property(steps, steps, (before, after) => {
        const feedAll = (rates: Rates, from: number, all: readonly number[]): number[] => {
          let now = from;
          return all.map((step) => {
            now += step;
            rates.note(now);
            rates.refresh(now);
            return rates.eventsPerSecond;
          });
        };
        const rates = new Rates();
        feedAll(rates, 1_000, before);
        const [clone, other] = [rates.clone(), rates.clone()];
        expect(clone.eventsPerSecond).toBe(rates.eventsPerSecond);
        feedAll(other, 1_005, [1, 1, 1]);

        const ours = feedAll(clone, 1_010, after);
        expect(ours).toEqual(feedAll(rates, 1_010, after));
        const whole = new Rates();
        feedAll(whole, 1_000, before);
        expect(ours).toEqual(feedAll(whole, 1_010, after));
      }),
    );
  });
});
