import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePythonJson } from '../../../src/protocol/python-json.ts';

describe('parsePythonJson', () => {
  it('reads the numbers that only Python writes', () => {
    expect(parsePythonJson('{"a": NaN, "b": [Infinity, -Infinity, -1]}')).toEqual({
      a: Number.NaN,
      b: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1],
    });
    expect(parsePythonJson('NaN')).toBeNaN();
  });

  it('leaves the same words alone inside strings, whatever is escaped there', () => {
    const text = String.raw`{"NaN": "Infinity \" NaN \\", "b": NaN, "c\\\"": "-Infinity"}`;

    expect(parsePythonJson(text)).toEqual({
      NaN: 'Infinity " NaN \\',
      b: Number.NaN,
      'c\\"': '-Infinity',
    });
  });

  it.each(['', '{', '{"a": nan}', '"NaN', '[NaN', '{"a": xNaN}', "{'a': 1}"])('refuses %j', (text) => {
    expect(() => parsePythonJson(text)).toThrow(SyntaxError);
  });

  it('reads a 10 MB string beside a NaN', () => {
    const long = 'x\\"'.repeat(3_500_000);

    expect(parsePythonJson(`{"long": "${long}", "n": NaN}`)).toMatchObject({ n: Number.NaN });
  });

  it('reads all JSON as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parsePythonJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('reads any JSON with a NaN put into it', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parsePythonJson(`[${text}, NaN]`)).toEqual([JSON.parse(text), Number.NaN]);
      }),
    );
  });
});
