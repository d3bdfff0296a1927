import { describe, expect, it } from 'vitest';
import { EventLag } from '../../../src/monitor/event-lag.ts';

describe('EventLag', () => {
  it('is not known before the first event', () => {
    const lag = new EventLag();

    expect(lag.seconds).toBeUndefined();
    expect(lag.quietFor(50)).toBeUndefined();
  });

  it('goes by the freshest event, so that one slow clock does not look like a delay', () => {
    const lag = new EventLag();
    lag.note(80, 100);
    lag.note(99.5, 100.2);

    expect(lag.seconds).toBeCloseTo(0.7);
  });

  it('tells of a stream that is late as a whole', () => {
    const lag = new EventLag();
    lag.note(99.9, 100);
    lag.note(95, 101);
    lag.note(96, 102);

    expect(lag.seconds).toBe(6);
  });

  it('does not grow while a cluster is merely quiet', () => {
    const lag = new EventLag();
    lag.note(99.9, 100);

    expect(lag.seconds).toBeCloseTo(0.1);
    expect(lag.quietFor(160)).toBe(60);
  });

  it.each([undefined, null, 'soon', Number.NaN, Number.POSITIVE_INFINITY, {}])(
    'ignores %s for a time',
    (timestamp) => {
      const lag = new EventLag();
      lag.note(timestamp, 100);

      expect(lag.seconds).toBeUndefined();
    },
  );

  it('is never negative', () => {
    const lag = new EventLag();
    lag.note(200, 100);

    expect(lag.seconds).toBe(0);
  });
});
