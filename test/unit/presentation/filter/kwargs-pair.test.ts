import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileFilter } from '../../../../src/presentation/filter/compile-filter.ts';
import { globExpression } from '../../../../src/presentation/filter/expression/linear-expression.ts';
import { pairTest } from '../../../../src/presentation/filter/kwargs-pair.ts';
import { parseFilter } from '../../../../src/presentation/filter/parse-filter.ts';
import { taskFilterFields } from '../../../../src/presentation/filter/task-filter-fields.ts';
import { context } from './sample-tasks.ts';

function matches(filter: string, kwargs: string): boolean {
  const parsed = parseFilter(filter, taskFilterFields);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return compileFilter(parsed.node, taskFilterFields, context())({ uuid: 'u', state: 'SUCCESS', kwargs });
}

describe('a pair of keyword arguments too long to be read', () => {
  const rest = `, ${"'other': 'x', ".repeat(2_000)}}`;

  it.each([
    ['kwargs:queue=priority', `{'queue': 'priority'`, true],
    ['kwargs:queue=PRIORITY', `{"queue": "priority"`, true],
    ['kwargs:queue=prio', `{'queue': 'priority'`, false],
    ['kwargs:queue=prio*', `{'a': 1, 'queue': 'priority'`, true],
    ['kwargs:n=7', `{'n': 7`, true],
    ['kwargs:n=7', `{'n': 77`, false],
    ['kwargs:n=', `{'n': None`, true],
    ['kwargs:n=7', `{'m': 7`, false],
  ])('is looked for by what it looks like: %s in %s', (filter, beginning, expected) => {
    expect(matches(filter, beginning + rest)).toBe(expected);
  });
});

const word = fc.constantFrom(
  'p',
  'priority',
  'Prio',
  'd',
  'default',
  '7',
  '77',
  '7.5',
  'b',
  'u8',
  '',
  'é',
  "it's",
);
const scalar = fc.oneof(
  word.map((text) => `'${text.replace("'", "\\'")}'`),
  word.map((text) => `"${text}"`),
  word.map((text) => `b'${text}`),
  word.map((text) => `u"${text}"`),
  fc.constantFrom('None', 'True', 'false', '7', '-7', '77.5', '\\x70', "'\\x70riority'", '<Prio>', '...'),
);
const nested = fc.oneof(
  scalar,
  scalar.map((value) => `[${value}, 1]`),
  scalar.map((value) => `{'queue': ${value}}`),
  scalar.map((value) => `(${value},)`),
);
const dict = fc
  .array(fc.tuple(fc.constantFrom('queue', 'QUEUE', 'n', 'que'), nested), { minLength: 1, maxLength: 4 })
  .map((entries) => `{${entries.map(([key, value]) => `'${key}': ${value}`).join(', ')}}`);
const wantedValue = fc.oneof(
  word,
  fc.constantFrom('p*', '*', '?rio*', 'P*y', 'none', 'true', 'N*', '-7', '7*', '[*', "'*", 'b*', '<*', '{*'),
);

describe('a pair of keyword arguments', () => {
  it('is found also where its value begins with a character that would rule out others', () => {
    let found = 0;
    fc.assert(
      fc.property(dict, wantedValue, (kwargs, value) => {
        const pair = { kind: 'pair', key: 'queue', start: 0, end: 0 } as const;
        const glob = /[*?]/.test(value) ? globExpression(value) : undefined;
        const expression = glob?.ok === true ? glob.expression : undefined;
        const quick = pairTest({ ...pair, value, ...(expression === undefined ? {} : { expression }) });
        // Nothing is ruled out by the first character of a glob that has none.
        const test = expression?.test ?? ((text: string) => text.toLowerCase() === value.toLowerCase());
        const slow = pairTest({ ...pair, value: '*', expression: { test, longest: 8192 } });

        if (slow(kwargs)) found += 1;
        expect([kwargs, value, quick(kwargs)]).toEqual([kwargs, value, slow(kwargs)]);
      }),
      { numRuns: 10_000 },
    );
    expect(found).toBeGreaterThan(100);
  });
});
