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
});
