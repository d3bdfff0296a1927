import { describe, expect, it } from 'vitest';
import { type ClockDay, momentStart, parseMoment } from '../../../../src/presentation/filter/moment.ts';

/** `at('14:03', 'past', '2026-08-22T14:02:00Z')` is `2026-08-21T14:03:00.000Z`. */
function at(
  text: string,
  day: ClockDay,
  now: string,
  zoneOffset: (time: number) => number = () => 0,
): string {
  const parsed = parseMoment(text);
  if (!parsed.ok) throw new Error(parsed.message);
  const context = { now: () => Date.parse(now) / 1000, zoneOffset };
  return new Date(momentStart(parsed.moment, day, context) * 1000).toISOString();
}

describe('a clock time', () => {
  it('of the past is the last that has been', () => {
    expect(at('14:03', 'past', '2026-08-22T14:03:00Z')).toBe('2026-08-22T14:03:00.000Z');
    expect(at('14:03', 'past', '2026-08-22T14:02:59Z')).toBe('2026-08-21T14:03:00.000Z');
  });

  it('that may lie ahead is the one nearest to now', () => {
    expect(at('14:03:20', 'nearest', '2026-08-22T14:02:00Z')).toBe('2026-08-22T14:03:20.000Z');
    expect(at('00:10', 'nearest', '2026-08-22T23:50:00Z')).toBe('2026-08-23T00:10:00.000Z');
    expect(at('23:50', 'nearest', '2026-08-22T00:10:00Z')).toBe('2026-08-21T23:50:00.000Z');
  });

  it('that ends a range is the first after its beginning', () => {
    const notBefore = Date.parse('2026-08-21T23:00:00Z') / 1000;

    expect(at('01:00', { notBefore }, '2026-08-22T14:00:00Z')).toBe('2026-08-22T01:00:00.000Z');
    expect(at('23:00', { notBefore }, '2026-08-22T14:00:00Z')).toBe('2026-08-21T23:00:00.000Z');
  });

  it('is one of the zone shown, also over a change to winter time', () => {
    const change = Date.parse('2026-10-25T01:00:00Z') / 1000;
    const berlin = (time: number): number => (time < change ? 7_200 : 3_600);

    expect(at('01:30', 'past', '2026-10-25T12:00:00Z', berlin)).toBe('2026-10-24T23:30:00.000Z');
    expect(at('04:00', 'past', '2026-10-25T12:00:00Z', berlin)).toBe('2026-10-25T03:00:00.000Z');
  });
});

describe('a date', () => {
  it.each([
    ['2026-08-22', '2026-08-21T22:00:00.000Z'],
    ['2026-08-22T14:03', '2026-08-22T12:03:00.000Z'],
    ['2026-08-22T14:03:20.5', '2026-08-22T12:03:20.000Z'],
    ['2026-08-22T14:03Z', '2026-08-22T14:03:00.000Z'],
    ['2026-08-22T14:03:20-0530', '2026-08-22T19:33:20.000Z'],
  ])('%s is in the zone shown unless it names its own', (text, expected) => {
    expect(at(text, 'past', '2030-01-01T00:00:00Z', () => 7_200)).toBe(expected);
  });
});

it.each([
  ['now', '2026-08-22T14:00:00.000Z'],
  ['-15m', '2026-08-22T13:45:00.000Z'],
  ['+1h30m', '2026-08-22T15:30:00.000Z'],
])('%s counts from now', (text, expected) => {
  expect(at(text, 'past', '2026-08-22T14:00:00Z')).toBe(expected);
});
