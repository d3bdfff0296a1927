import { describe, expect, it } from 'vitest';
import { pythonRepr, pythonStr } from '../../../src/presentation/python-str.ts';
import { parseExactJson } from '../../../src/protocol/exact-json.ts';

/** What kombu 5.6.2 wrote, and what Python printed of what kombu read back. */
const typed: readonly (readonly [string, string, string, string])[] = [
  [
    'datetime',
    '"2026-11-26T06:28:28.588600+00:00"',
    '2026-11-26 06:28:28.588600+00:00',
    'datetime.datetime(2026, 11, 26, 6, 28, 28, 588600, tzinfo=datetime.timezone.utc)',
  ],
  ['datetime', '"2026-01-02T03:04:05"', '2026-01-02 03:04:05', 'datetime.datetime(2026, 1, 2, 3, 4, 5)'],
  ['datetime', '"2026-01-02T00:00:00"', '2026-01-02 00:00:00', 'datetime.datetime(2026, 1, 2, 0, 0)'],
  [
    'datetime',
    '"2026-01-02T03:04:00.000007+05:30"',
    '2026-01-02 03:04:00.000007+05:30',
    'datetime.datetime(2026, 1, 2, 3, 4, 0, 7, tzinfo=datetime.timezone(datetime.timedelta(seconds=19800)))',
  ],
  [
    'datetime',
    '"2026-01-02T03:04:00.000007-05:30:03"',
    '2026-01-02 03:04:00.000007-05:30:03',
    'datetime.datetime(2026, 1, 2, 3, 4, 0, 7, tzinfo=datetime.timezone(datetime.timedelta(days=-1, seconds=66597)))',
  ],
  ['date', '"2026-01-02"', '2026-01-02', 'datetime.date(2026, 1, 2)'],
  ['time', '"01:02:00"', '01:02:00', 'datetime.time(1, 2)'],
  ['time', '"00:00:05.000010"', '00:00:05.000010', 'datetime.time(0, 0, 5, 10)'],
  ['time', '"01:02:00+00:00"', '01:02:00+00:00', 'datetime.time(1, 2, tzinfo=datetime.timezone.utc)'],
  ['decimal', '"1.50"', '1.50', "Decimal('1.50')"],
  [
    'uuid',
    '{"hex": "ac320133097c4a5c9d171c4819c16318"}',
    'ac320133-097c-4a5c-9d17-1c4819c16318',
    "UUID('ac320133-097c-4a5c-9d17-1c4819c16318')",
  ],
  ['bytes', '"abc\\n\'\\""', `b'abc\\n\\'"'`, `b'abc\\n\\'"'`],
  ['bytes', '"it\'s \\\\"', `b"it's \\\\"`, `b"it's \\\\"`],
  ['base64', '"/wA="', "b'\\xff\\x00'", "b'\\xff\\x00'"],
];

describe('what kombu sends in a type of Python', () => {
  it.each(typed)('prints a %s, %s, as Python does', (type, value, str, repr) => {
    const read = parseExactJson(`{"__type__": "${type}", "__value__": ${value}}`);

    expect(pythonStr(read)).toBe(str);
    expect(pythonStr([read])).toBe(`[${repr}]`);
  });

  it.each([
    '{"__type__": "datetime", "__value__": "soon"}',
    '{"__type__": "date", "__value__": "01:02:00"}',
    '{"__type__": "time", "__value__": "2026-01-02"}',
    '{"__type__": "uuid", "__value__": "x"}',
    '{"__type__": "base64", "__value__": "?"}',
    '{"__type__": "decimal", "__value__": 1}',
    '{"__type__": "toString", "__value__": "a"}',
    '{"__type__": "date", "__value__": "2026-01-02", "more": 1}',
  ])('leaves an object that is none of them as it is: %s', (text) => {
    expect(pythonRepr(parseExactJson(text))).toMatch(/^\{'__type__': /);
  });
});

describe('pythonStr of exact JSON', () => {
  it.each([
    [
      '{"10": 2.0, "9": -0, "a": [1e5, 1e16, 123456789012345678901234567890]}',
      "{'10': 2.0, '9': 0, 'a': [100000.0, 1e+16, 123456789012345678901234567890]}",
    ],
    ['[NaN, Infinity, -Infinity, -0.0, 1E400]', '[nan, inf, -inf, -0.0, inf]'],
    [
      '{"args": ["Gr\\u00fc\\u00dfe \\ud83d\\ude00"], "kwargs": {"k": [1, null, true, 1.5]}}',
      "{'args': ['Grüße 😀'], 'kwargs': {'k': [1, None, True, 1.5]}}",
    ],
    ['"bare"', 'bare'],
    ['null', 'None'],
    ['3', '3'],
  ])('prints %s as Python does', (json, text) => {
    expect(pythonStr(parseExactJson(json))).toBe(text);
  });
});
