import { describe, expect, it } from 'vitest';
import {
  formatClock,
  formatMinutes,
  formatPreciseTime,
  nextTimeMode,
  timeOf,
  timeZoneLabel,
} from '../../../src/presentation/clock-time.ts';
import { at, contextWith } from './sample-cluster.ts';

const utc = contextWith();
const kolkata = contextWith({ timeMode: 'local', localOffset: () => 19_800 });
const relative = contextWith({ timeMode: 'relative' });

describe('formatClock', () => {
  it('prints the time of the day in the zone of the mode', () => {
    expect(formatClock(at('14:03:25.9'), utc)).toBe('14:03:25');
    expect(formatClock(at('14:03:25.9'), kolkata)).toBe('19:33:25');
  });

  it('prints coarse ages in relative mode, also into the future', () => {
    expect(formatClock(at('14:03:26'), relative)).toBe('now');
    expect(formatClock(at('14:03:05'), relative)).toBe('20s');
    expect(formatClock(at('14:13:27'), relative)).toBe('in 10m');
  });

  it.each([undefined, null, Number.NaN, -1, 0, 1e300, {}, [], 'soon', '9'.repeat(100)])(
    'prints a dash for %s, which is no time',
    (value) => {
      expect(formatClock(value, utc)).toBe('–');
    },
  );

  it('reads the ISO strings of eta and expires with their offsets', () => {
    expect(formatClock('2026-08-22T16:03:25.310000+02:00', utc)).toBe('14:03:25');
  });
});

describe('formatPreciseTime', () => {
  it('shows milliseconds, and the date only when it is another day', () => {
    expect(formatPreciseTime(at('14:03:25.310'), utc)).toBe('14:03:25.310');
    expect(formatPreciseTime(at('14:03:25.310') - 86_400, utc)).toBe('2026-08-21 14:03:25.310');
  });
});

it('prints the header clock in minutes', () => {
  expect(formatMinutes(at('14:03:25'), kolkata)).toBe('19:33');
});

it('names the zone beside every clock', () => {
  expect([utc, kolkata, relative].map(timeZoneLabel)).toEqual(['UTC', '+05:30', 'ago']);
  expect(timeZoneLabel(contextWith({ timeMode: 'local', localOffset: () => -14_400 }))).toBe('-04:00');
});

it('cycles through the three modes', () => {
  expect(nextTimeMode('utc')).toBe('local');
  expect(nextTimeMode('local')).toBe('relative');
  expect(nextTimeMode('relative')).toBe('utc');
});

it('takes a number of seconds as it is', () => {
  expect(timeOf(12.5)).toBe(12.5);
  expect(timeOf('yesterday')).toBeUndefined();
});
