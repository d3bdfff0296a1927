import { describe, expect, it } from 'vitest';
import { pythonRepr, pythonStr } from '../../../src/presentation/python-str.ts';
import { pythonFloat } from '../../../src/protocol/python-number.ts';

describe('pythonStr', () => {
  it.each([
    [null, 'None'],
    [true, 'True'],
    [0.00001, '1e-05'],
    [1e16, '1e+16'],
    [1.5e300, '1.5e+300'],
    [0.0001, '0.0001'],
    [Number.NaN, 'nan'],
    [[1, 'a', null], "[1, 'a', None]"],
    [{ k: { n: 1.25 } }, "{'k': {'n': 1.25}}"],
    ["it's", "it's"],
  ])('prints %j as Python does', (value, text) => {
    expect(pythonStr(value)).toBe(text);
  });

  it('quotes as repr does inside containers', () => {
    expect(pythonRepr(["it's", 'both \' and "', 'a\\b\n\x1b', 'é\u200b'])).toBe(
      `["it's", 'both \\' and "', 'a\\\\b\\n\\x1b', 'é\\u200b']`,
    );
  });

  it('cuts nesting that has no end', () => {
    let value: unknown = 1;
    for (let depth = 0; depth < 100_000; depth += 1) value = [value];

    expect(pythonRepr(value)).toContain('...');
  });
});

describe('pythonFloat', () => {
  it('keeps the point of a whole float', () => {
    expect([2, -0, 0.5, 1e16].map(pythonFloat)).toEqual(['2.0', '-0.0', '0.5', '1e+16']);
  });
});
