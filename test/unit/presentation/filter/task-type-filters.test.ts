import { expect, it } from 'vitest';
import { compileFilter } from '../../../../src/presentation/filter/compile-filter.ts';
import { parseFilter } from '../../../../src/presentation/filter/parse-filter.ts';
import { typeFilterFields } from '../../../../src/presentation/filter/task-type-filter-fields.ts';
import { taskTypes } from '../sample-task-types.ts';
import { context } from './sample-tasks.ts';

/** The samples by their last word. */
const short = taskTypes.map((type) => [type, type.name?.replace(/.*[._]/, '') ?? 'others'] as const);

it.each([
  ['app.', 'email charge thumbnail everything'],
  ['name:*.send_email', 'email'],
  ['n=app.billing.charge', 'charge'],
  ['count:>100', 'email charge thumbnail'],
  ['count:0', 'everything'],
  ['rate:>=4', 'charge thumbnail'],
  ['fail:>5%', 'email'],
  ['fail:3%', 'others'],
  ['-fail:>=0', 'everything'],
  ['retry:>0.5', 'email'],
  ['p50:<10ms', 'cleanup'],
  ['p95:>1s', 'email'],
  ['p99:2s..3s', 'email charge'],
  ['running:>0', 'email'],
  ['wait:>50ms', 'email'],
  ['qwait:>1s', 'email'],
  ['-qwait:>=0', 'charge thumbnail cleanup everything others'],
  ['limit:10', 'email'],
  ['charge OR thumb', 'charge thumbnail'],
  ['CHARGE', ''],
])('a filter of types finds %s', (text, expected) => {
  const parsed = parseFilter(text, typeFilterFields);
  if (!parsed.ok) throw new Error(parsed.error.message);
  const keep = compileFilter(parsed.node, typeFilterFields, context());

  const found = short.flatMap(([type, word]) => (keep(type) ? [word] : []));
  expect(found.join(' ')).toBe(expected);
});
