import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ExactJson, ExactNumber, parseExactJson } from '../../../src/protocol/exact-json.ts';

/** Back to what JSON.parse makes of the same text. */
function plain(value: ExactJson): unknown {
  if (value instanceof ExactNumber) return value.value;
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, plain(item)]));
  return Array.isArray(value) ? value.map(plain) : value;
}

describe('parseExactJson', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(plain(parseExactJson(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('reads texts with every escape, and space where JSON has it', () => {
    const text = ' {"a\\"\\\\" : [ "\\u00fc\\n\\\\\\"" , true,false , null ],\r\n\t"b" : { } , "c":[ ]} ';

    expect(plain(parseExactJson(text))).toEqual(JSON.parse(text));
  });

  it.each([
    ['2', false],
    ['-0', false],
    ['123456789012345678901234567890', false],
    ['2.0', true],
    ['1e5', true],
    ['-1.5E-7', true],
    ['NaN', true],
    ['Infinity', true],
    ['-Infinity', true],
  ])('keeps the number %s as it was written', (text, isFloat) => {
    const number = parseExactJson(text);

    expect(number).toEqual(new ExactNumber(text));
    expect((number as ExactNumber).isFloat).toBe(isFloat);
  });

  it('keeps the order of keys, and the last of two equal ones in the place of the first', () => {
    const value = parseExactJson('{"b": 1, "10": 2, "9": 3, "b": 4}') as ReadonlyMap<string, ExactNumber>;

    expect([...value].map(([key, number]) => [key, number.text])).toEqual([
      ['b', '4'],
      ['10', '2'],
      ['9', '3'],
    ]);
  });

  it.each([
    '',
    '{',
    '[1,',
    '[1 2]',
    '{"a" 1}',
    '{a: 1}',
    '"open',
    '01',
    '1.',
    '+1',
    'nul',
    '[1]]',
    "'a'",
    '\\',
  ])('refuses %j', (text) => {
    expect(() => parseExactJson(text)).toThrow(SyntaxError);
  });

  it('refuses nesting without end instead of running out of stack', () => {
    expect(() => parseExactJson('['.repeat(100_000))).toThrow('nested more than 200 levels deep');
  });
});
