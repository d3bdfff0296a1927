import { describe, expect, it } from 'vitest';
import { nearest } from '../../../src/config/nearest.ts';

describe('nearest', () => {
  it.each([
    ['evnets', 'events'],
    ['even', 'events'],
    ['inspekt', 'inspect'],
    ['zzzzzz', undefined],
    ['', undefined],
  ])('takes %j for %j', (given, meant) => {
    expect(nearest(given, ['events', 'inspect', 'control'])).toBe(meant);
  });

  it('copes with a word of any length', () => {
    expect(nearest('x'.repeat(100_000), ['events'])).toBeUndefined();
  });
});
