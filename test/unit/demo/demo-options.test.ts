import { describe, expect, it } from 'vitest';
import { parseDemoOptions } from '../../../src/demo/demo-options.ts';
import { UsageError } from '../../../src/errors.ts';

describe('parseDemoOptions', () => {
  it('gives five workers with events when nothing is said', () => {
    expect(parseDemoOptions({})).toEqual({ workers: 5, rate: 30, seed: 1, events: true });
  });

  it('reads what the URL says', () => {
    const query = { workers: '3', rate: '40', seed: '7', events: 'off' };
    expect(parseDemoOptions(query)).toEqual({ workers: 3, rate: 40, seed: 7, events: false });
  });

  it.each([
    [{ speed: '3' }, /speed.*workers, rate, seed, events/],
    [{ workers: '0' }, /workers=0.*from 1 to 20/],
    [{ workers: 'many' }, /workers=many/],
    [{ rate: '1e3' }, /rate=1e3.*from 1 to 500/],
    [{ events: 'maybe' }, /neither on nor off/],
  ])('refuses %j and says what is allowed', (query, text) => {
    expect(() => parseDemoOptions(query as Record<string, string>)).toThrow(UsageError);
    expect(() => parseDemoOptions(query as Record<string, string>)).toThrow(text);
  });
});
