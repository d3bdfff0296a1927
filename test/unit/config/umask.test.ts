import { describe, expect, it } from 'vitest';
import { parseUmask } from '../../../src/config/umask.ts';

describe('--umask', () => {
  it.each([
    ['022', 0o22],
    ['0', 0],
    ['0077', 0o77],
    ['0o27', 0o27],
    ['0777', 0o777],
  ])('reads %s as octal', (text, bits) => {
    expect(parseUmask(text)).toBe(bits);
  });

  it.each(['22', '08', '01000', '-022', '', '0x1f', '0o', '022 '])('refuses %j', (text) => {
    expect(() => parseUmask(text)).toThrow(
      `--umask is an octal number with a leading zero up to 0777, such as 022, not ${JSON.stringify(text)}`,
    );
  });
});
