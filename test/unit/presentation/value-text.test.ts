import { describe, expect, it } from 'vitest';
import { jsonText, valueNumber, valueText } from '../../../src/presentation/value-text.ts';

describe('valueText', () => {
  it.each([
    [undefined, undefined],
    [null, undefined],
    ['', ''],
    [0, '0'],
    [false, 'false'],
    [[1, 'a'], '[1, "a"]'],
    [{ a: null }, '{"a": null}'],
  ])('of %j is %j', (value, expected) => {
    expect(valueText(value)).toBe(expected);
  });
});

describe('valueNumber', () => {
  it.each([
    [1.5, 1.5],
    ['146', 146],
    ['', undefined],
    ['x', undefined],
    [null, undefined],
    [true, undefined],
    [Number.NaN, undefined],
    [[1], undefined],
  ])('of %j is %j', (value, expected) => {
    expect(valueNumber(value)).toBe(expected);
  });
});

describe('jsonText', () => {
  it('is JSON with and without indentation', () => {
    const value = { a: [1, { b: 'x\n' }], c: {}, d: [] };

    expect(JSON.parse(jsonText(value, 1000))).toEqual(value);
    expect(jsonText({ a: [1] }, 1000, '  ')).toBe('{\n  "a": [\n    1\n  ]\n}');
  });

  it('reads maps and sets', () => {
    expect(jsonText(new Map([['a', new Set([1])]]), 100)).toBe('{"a": [1]}');
  });

  it('stops at its limit, however large, deep or circular the value is', () => {
    const circle: unknown[] = [];
    circle.push(circle);

    expect(
      jsonText(
        Array.from({ length: 1e6 }, () => 'abc'),
        200,
      ).length,
    ).toBe(200);
    expect(jsonText('x'.repeat(1e7), 200).length).toBeLessThanOrEqual(202);
    expect(jsonText(circle, 1000)).toContain('[...]');
  });
});
