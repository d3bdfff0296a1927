import { describe, expect, it } from 'vitest';
import { compileFilter } from '../../../../src/presentation/filter/compile-filter.ts';
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
