import { describe, expect, it } from 'vitest';
import { EventLag, HostClock } from '../../../src/monitor/event-lag.ts';

/** A host that is known: its clock differs from ours by so many seconds. */
function hostOf(lag: EventLag, offset = 0): HostClock {
  const host = new HostClock();
  for (let second = 0; second <= 20; second += 1) lag.note(host, second - offset, second);
  return host;
}

describe('EventLag', () => {
  it('is not known before the first event', () => {
    const lag = new EventLag();

    expect(lag.seconds).toBeUndefined();
    expect(lag.quietFor(50)).toBeUndefined();
  });

  it('goes by the freshest event, because a worker may hold single events back', () => {
    const lag = new EventLag();
    const host = hostOf(lag);
    lag.note(host, 80, 100);
    lag.note(host, 99.5, 100.2);

    expect(lag.seconds).toBeCloseTo(0.7, 1);
  });

  it('tells of a stream that is late as a whole', () => {
    const lag = new EventLag();
    const host = hostOf(lag);
    lag.note(host, 99.9, 100);
    lag.note(host, 95, 101);
    lag.note(host, 96, 102);

    expect(lag.seconds).toBeCloseTo(6, 1);
  });

  it.each([3600, 7, 0.4, -0.4, -7, -3600])(
    'takes a clock that is %d s behind for what it is, and still tells of a delay',
    (offset) => {
      const lag = new EventLag();
      const host = hostOf(lag, offset);
      expect(lag.seconds).toBeCloseTo(0, 1);

      for (let second = 21; second < 30; second += 1) lag.note(host, second - offset - 3, second);
      expect(lag.seconds).toBeCloseTo(3, 1);
    },
  );

  it.each([3600, -3600])('never shows a clock that is %d s behind as a delay, also at first', (offset) => {
    const lag = new EventLag();
    const host = new HostClock();
    for (let second = 0; second < 60; second += 2) {
      lag.note(host, second - offset, second);
      expect(lag.seconds).toBeLessThan(1);
    }
  });

  it('tells of a delay as soon as it begins, also of a host that is new, if its clock is right', () => {
    const lag = new EventLag();
    const host = new HostClock();
    lag.note(host, 99.5, 100);
    lag.note(host, 99.6, 103);
    lag.note(host, 99.7, 104);

    expect(lag.seconds).toBeCloseTo(4.3);
  });

  it('is not hidden by a host that comes while it lasts', () => {
    const lag = new EventLag();
    const old = hostOf(lag);
    const young = new HostClock();
    for (const second of [21, 22, 23]) {
      lag.note(old, second - 8, second);
      lag.note(young, second - 8, second);
    }

    expect(lag.seconds).toBeCloseTo(8, 1);
  });

  it('is not forgotten for lasting long', () => {
    const lag = new EventLag();
    const host = hostOf(lag);
    for (let second = 21; second < 3600; second += 1) lag.note(host, second - 5, second);

    expect(lag.seconds).toBeGreaterThan(4.5);
  });

  it('is not what a clock shows that was put back by a minute', () => {
    const lag = new EventLag();
    const host = hostOf(lag);
    host.beat(20);
    for (let second = 22; second < 60; second += 2) {
      host.beat(second - 60);
      lag.note(host, second - 60, second);
      expect(lag.seconds).toBeLessThan(1);
    }
  });

  it('does not grow while a cluster is merely quiet', () => {
    const lag = new EventLag();
    const host = new HostClock();
    lag.note(host, 99.9, 100);

    expect(lag.seconds).toBeCloseTo(0.1);
    expect(lag.quietFor(160)).toBe(60);
  });

  it('counts what comes without a time as no silence', () => {
    const lag = new EventLag();
    lag.noteReceived(100);

    expect(lag.quietFor(101)).toBe(1);
    expect(lag.seconds).toBeUndefined();
  });

  it.each([undefined, null, 'soon', Number.NaN, Number.POSITIVE_INFINITY, {}])(
    'ignores %s for a time',
    (timestamp) => {
      const lag = new EventLag();
      lag.note(new HostClock(), timestamp, 100);

      expect(lag.seconds).toBeUndefined();
    },
  );

  it('is never negative', () => {
    const lag = new EventLag();
    const host = new HostClock();
    for (const timestamp of [200, -5, 1e308, -1e308, 90, 300]) {
      lag.note(host, timestamp, 100);
      expect(lag.seconds).toBeGreaterThanOrEqual(0);
    }
  });
});
