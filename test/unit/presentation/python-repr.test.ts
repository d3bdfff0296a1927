import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePythonRepr } from '../../../src/presentation/python-repr.ts';
import { holdsCut, type PythonValue, pythonText } from '../../../src/presentation/python-value.ts';

/** A short form for tests: scalars as their text, containers as arrays with their kind in front. */
function outline(value: PythonValue | undefined): unknown {
  if (value === undefined) return undefined;
  const cut = value.isCut ? '…' : '';
  if (value.kind === 'string') return `${value.prefix}"${value.text}"${cut}`;
  if (value.kind === 'dict') {
    return [`dict${cut}`, ...value.entries.map(([key, item]) => [outline(key), outline(item)])];
  }
  return 'items' in value ? [`${value.kind}${cut}`, ...value.items.map(outline)] : `${value.text}${cut}`;
}

describe('parsePythonRepr', () => {
  it.each([
    ['()', ['tuple']],
    ['(4411,)', ['tuple', '4411']],
    ["('a', None, True)", ['tuple', '"a"', 'None', 'True']],
    ['[0, -2.5, 1e+16, 0x1f, nan]', ['list', '0', '-2.5', '1e+16', '0x1f', 'nan']],
    ["{'a': [1, {'b': ()}]}", ['dict', ['"a"', ['list', '1', ['dict', ['"b"', ['tuple']]]]]]],
    ['{1, 2}', ['set', '1', '2']],
    ['set()', 'set()'],
    ["{'k': 'it\\'s'}", ['dict', ['"k"', '"it\'s"']]],
    ['["it\'s"]', ['list', '"it\'s"']],
    ["('line\nbreak', 'C:\\temp')", ['tuple', '"line\nbreak"', '"C:\\temp"']],
    ["b'00ff20726177'", 'b"00ff20726177"'],
    ["(Decimal('1.50'), UUID('x'))", ['tuple', "Decimal('1.50')", "UUID('x')"]],
    [
      '[datetime.datetime(2026, 8, 22, tzinfo=datetime.timezone.utc), 1]',
      ['list', 'datetime.datetime(2026, 8, 22, tzinfo=datetime.timezone.utc)', '1'],
    ],
    ['<Foo object at 0x7f>', '<Foo object at 0x7f>'],
    ["{<State.A: 'a, b'>: <function f -> int>}", ['dict', ["<State.A: 'a, b'>", '<function f -> int>']]],
  ])('reads %s', (text, expected) => {
    expect(outline(parsePythonRepr(text))).toEqual(expected);
  });

  it.each([
    ['a string that ends in a backslash', "('C:\\', 1)", ['tuple', '"C:\\"', '1']],
    ['quotes in bytes, which saferepr leaves bare', "(b'it's', 2)", ['tuple', 'b"it\'s"', '2']],
    [
      'nesting below three levels',
      "{'a': [1, {...}], 'b': (...)}",
      ['dict', ['"a"', ['list', '1', ['dict…']]], ['"b"', ['tuple…']]],
    ],
    ['a cut that takes the closing bracket along', "('zz...', ...", ['tuple…', '"zz"…']],
    [
      'a cut that takes only the inner bracket',
      "{'args': ('zz...', ...}",
      ['dict', ['"args"', ['tuple…', '"zz"…']]],
    ],
    ['a cut after a comma', '[1, , ...]', ['list…', '1']],
    ['a cut after a key', "{'a': , ...}", ['dict…', ['"a"', '...…']]],
    ['a cut within the repr of an object', '[<Foo object at..., ...]', ['list…', '<Foo object at...…']],
  ])('reads %s', (_what, text, expected) => {
    expect(outline(parsePythonRepr(text))).toEqual(expected);
  });

  it.each(['', '(', ')', 'hello world', "'open", '{1: 2', '[1 2]', '(1,) trailing', ','])(
    'does not take %j for a value',
    (text) => {
      expect(parsePythonRepr(text)).toBeUndefined();
    },
  );

  it('tells dots that belong to a text from those of a cut', () => {
    expect(outline(parsePythonRepr("('Loading...', 1)"))).toEqual(['tuple', '"Loading..."', '1']);
    expect(outline(parsePythonRepr("'Loading...'"))).toBe('"Loading..."');
    expect(outline(parsePythonRepr(`'${'z'.repeat(1024)}...'`))).toBe(`"${'z'.repeat(1024)}"…`);
  });

  it('reads every args, kwargs, result and exception that real workers sent, and loses nothing', () => {
    const events = readFileSync(new URL('../../fixtures/events/amqp.ndjson', import.meta.url), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const fields = ['args', 'kwargs', 'result', 'exception'];
    const reprs = new Set(
      events.flatMap((event) => fields.flatMap((field) => event[field] ?? [])) as string[],
    );

    const changed = [...reprs].filter((repr) => {
      const value = parsePythonRepr(repr);
      return value === undefined || (pythonText(value) !== repr && !holdsCut(value));
    });

    expect(reprs.size).toBeGreaterThan(100);
    expect(changed).toEqual([]);
  });

  it.each([
    ["'".repeat(1_000_000)],
    ["'\\".repeat(100_000)],
    ['['.repeat(200_000)],
    ['(<'.repeat(100_000)],
    ["a('".repeat(80_000)],
    ["('a'b', ".repeat(30_000)],
    ['<...'.repeat(50_000)],
    ['[a<...,'.repeat(30_000)],
    ['{"a":'.repeat(40_000)],
    [`[${'1, '.repeat(60_000)}]`],
  ])('gives up on hostile text, %#', (text) => {
    expect(parsePythonRepr(text)).toBeUndefined();
  });

  it('reads anything without failing', () => {
    const alphabet = fc.constantFrom(...'()[]{}<>\'"\\,:. \n-ab01', '...', ', ...', "b'");
    const soup = fc.array(alphabet, { maxLength: 60 }).map((parts) => parts.join(''));

    fc.assert(
      fc.property(fc.oneof(soup, fc.string()), (text) => {
        const value = parsePythonRepr(text);
        expect(value === undefined || typeof pythonText(value) === 'string').toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('reads back what it prints', () => {
    const leaf = fc.oneof(
      fc
        .string()
        .filter((text) => !/[\\']/.test(text))
        .map((text) => `'${text}'`),
      fc.integer().map(String),
      fc.constantFrom('None', 'True', 'False'),
    );
    const { tree } = fc.letrec<{ tree: string }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 3 },
        leaf,
        fc.array(tie('tree'), { maxLength: 4 }).map((items) => `[${items.join(', ')}]`),
        fc
          .array(fc.tuple(leaf, tie('tree')), { maxLength: 4 })
          .map((pairs) => `{${pairs.map(([key, value]) => `${key}: ${value}`).join(', ')}}`),
      ),
    }));

    fc.assert(
      fc.property(tree, (text) => {
        const value = parsePythonRepr(text);
        expect(value === undefined ? undefined : pythonText(value, 1_000_000)).toBe(text);
      }),
    );
  });
});

it('stops printing at a limit', () => {
  const value = parsePythonRepr(`[${Array.from({ length: 1000 }, () => "'aaaaaaaaaa'").join(', ')}]`)!;

  expect(pythonText(value, 100).length).toBeLessThan(130);
});
