import { describe, expect, it } from 'vitest';
import { jsonElements } from '../../../src/protocol/json-elements.ts';

describe('jsonElements', () => {
  it.each([
    ['{"a": 2.0}', ['{"a": 2.0}']],
    [' [ ] ', []],
    ['[{"a": [1, {"b": 2}]}, {"c": 1e5} ,3]', ['{"a": [1, {"b": 2}]}', '{"c": 1e5}', '3']],
    [String.raw`[{"a": "]},{\"[\\"}, "x,\\\"y"]`, [String.raw`{"a": "]},{\"[\\"}`, String.raw`"x,\\\"y"`]],
    ['[null,"",[],{}]', ['null', '""', '[]', '{}']],
  ])('takes %s apart', (text, elements) => {
    expect(jsonElements(text)).toEqual(elements);
  });

  it('comes to an end whatever the text is', () => {
    for (const text of ['', '[', '["', '[}]]', String.raw`["\\\"`]) {
      expect(jsonElements(text).length).toBeLessThan(3);
    }
  });
});
