import { describe, expect, it } from 'vitest';
import { reprString } from '../../../src/demo/python-repr.ts';

describe('reprString', () => {
  it('takes the quote that the text does not use', () => {
    expect(reprString("can't")).toBe('"can\'t"');
    expect(reprString('say "can\'t"')).toBe("'say \"can\\'t\"'");
    expect(reprString('two\nlines')).toBe("'two\\nlines'");
  });
});
