import { describe, expect, it } from 'vitest';
import { runCode } from '../../../src/commands/shell-code.ts';
import { shellValue } from '../../../src/commands/shell-value.ts';
import { UsageError } from '../../../src/errors.ts';

describe('runCode', () => {
  it.each([
    ['1 + 1', 2],
    ['1 + 1 // with a comment', 2],
    ['{ a: 1 }', { a: 1 }],
    ['await one() + 1', 2],
    ['const a = await one(); a + 1', 2],
    ['const a = 1;\na + 1;\n', 2],
    ['const f = (x) => {\n  const y = x;\n  return y;\n}\nf("a;b")', 'a;b'],
    ['const text = "a;\\nb"; text', 'a;\nb'],
    ['return 3', 3],
    ['if (true) { return 4 }', 4],
    ['for (const x of []) one(x)', undefined],
    ['let a = 1', undefined],
    ['one;', 1],
    ['', undefined],
  ])('gives the last value of %j', async (code, value) => {
    const result = await runCode(code, { one: async () => 1 });

    expect(typeof result === 'function' ? await result() : result).toEqual(value);
  });

  it('rejects with what the code throws', async () => {
    await expect(runCode('throw new RangeError("x")', {})).rejects.toThrow(RangeError);
    await expect(runCode('missing', {})).rejects.toThrow('missing is not defined');
  });

  it.each(['a +', 'const', 'await await', '}'])('says of %j that it is not JavaScript', async (code) => {
    await expect(runCode(code, {})).rejects.toThrow(UsageError);
    await expect(runCode(code, {})).rejects.toThrow(/^The code is not JavaScript: /);
  });
});

describe('shellValue', () => {
  it.each([
    [{ a: [1, null, 'é'], b: undefined }, '{"a": [1, null, "\\u00e9"]}'],
    [new Map<unknown, unknown>([[1, new Set(['x'])]]), '{"1": ["x"]}'],
    [10n ** 30n, '"1000000000000000000000000000000"'],
    [new Error('no'), '{"error": "no"}'],
    [new Date(0), '"1970-01-01T00:00:00.000Z"'],
    [[Number.NaN, Number.POSITIVE_INFINITY], '[null, null]'],
    ['\x9b\u202e', '"\\u009b\\u202e"'],
  ])('writes %s as JSON', (value, text) => {
    expect(shellValue(value, undefined)).toBe(text);
  });

  it('ends in a circle, and takes what is no data at all', () => {
    expect(shellValue([Symbol('s')], undefined)).toBe('["Symbol(s)"]');
    const circle: { self?: unknown } = {};
    circle.self = circle;

    expect(shellValue(circle, undefined)).toContain('...');
    expect(shellValue({ a: 1 }, 2)).toBe('{\n  "a": 1\n}');
  });
});
