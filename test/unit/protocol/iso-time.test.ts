import { describe, expect, it } from 'vitest';
import { isoUtc, parseIsoTime } from '../../../src/protocol/iso-time.ts';

describe('a time as Python writes it', () => {
  /** What `datetime.fromisoformat(text).isoformat()` gives. */
  it.each([
    ['2026-11-22T05:20:20.868181+00:00', '2026-11-22T05:20:20.868181+00:00', 1_795_324_820.868181],
    ['2026-11-22T05:20:20+00:00', '2026-11-22T05:20:20+00:00', 1_795_324_820],
    ['2026-11-22 05:20', '2026-11-22T05:20:00', 1_795_324_800],
    ['2026-11-22', '2026-11-22T00:00:00', 1_795_305_600],
    ['2026-11-22T05:20:20.5Z', '2026-11-22T05:20:20.500000+00:00', 1_795_324_820.5],
    ['2026-11-22T06:20:20+0100', '2026-11-22T06:20:20+01:00', 1_795_324_820],
    ['2026-11-22T00:50:20-04:30', '2026-11-22T00:50:20-04:30', 1_795_324_820],
  ])('reads %s', (text, iso, seconds) => {
    expect(parseIsoTime(text)).toMatchObject({ text: iso });
    expect(parseIsoTime(text)?.seconds).toBeCloseTo(seconds, 6);
  });

  it('tells a time with an offset from one without', () => {
    expect(parseIsoTime('2026-11-22T05:20Z')?.hasOffset).toBe(true);
    expect(parseIsoTime('2026-11-22T05:20')?.hasOffset).toBe(false);
  });

  it.each(['', 'tomorrow', '10', '2026-02-30', '2026-13-01', '2026-11-22T25:00', '2026-11-22T05:20+99:00'])(
    'does not take %j for one',
    (text) => {
      expect(parseIsoTime(text)).toBeUndefined();
    },
  );

  it('writes moments with microseconds, or none when they are zero', () => {
    expect(isoUtc(1_795_324_820.868181)).toBe('2026-11-22T05:20:20.868181+00:00');
    expect(isoUtc(1_795_324_820.000_01)).toBe('2026-11-22T05:20:20.000010+00:00');
    expect(isoUtc(1_795_324_820)).toBe('2026-11-22T05:20:20+00:00');
  });
});
