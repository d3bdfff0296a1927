import { describe, expect, it } from 'vitest';
import { compileFilter } from '../../../../src/presentation/filter/compile-filter.ts';
import { parseFilter } from '../../../../src/presentation/filter/parse-filter.ts';
import type { FilterTask } from '../../../../src/presentation/filter/task-filter-facts.ts';
import { taskFilterFields } from '../../../../src/presentation/filter/task-filter-fields.ts';
import { context } from './sample-tasks.ts';

const tasks: readonly FilterTask[] = [
  {
    uuid: 'unique-uuid-123',
    name: 'tasks.fetch_email',
    state: 'FAILURE',
    worker: 'celery@host',
    args: "['customer-123', 'invoice']",
    kwargs: "{'queue': 'priority', 'n': 5}",
    result: 'connection timeout',
    exception: "OSError('connection refused')",
  },
  {
    uuid: '2',
    name: 'tasks.send_email',
    state: 'SUCCESS',
    worker: 'worker-b',
    args: "['customer-456', 'invoice', 'urgent']",
    kwargs: "{'queue': 'low', 'label': 'some value'}",
    result: 'stored receipt',
  },
  {
    uuid: '3',
    name: 'tasks.report',
    state: 'RETRY',
    worker: 'worker-a',
    args: "['hello world', 'urgent']",
    kwargs: { queue: 'priority' },
    result: 'retry timeout',
  },
  { uuid: '4', name: 'tasks.other', state: 'SUCCESS', args: '[]', kwargs: '{}', result: null },
];

/** The examples of Flower's docs/tasks_filter.rst, and what its tests/unit/utils/test_search.py asks. */
describe("a search in Flower's words", () => {
  it.each([
    ['email invoice', '1 2'],
    ['email AND invoice', '1 2'],
    ['invoice OR receipt', '1 2'],
    ['(email OR report) urgent', '2 3'],
    ['"connection refused"', '1'],
    ['args:customer', '1 2'],
    ['kwargs:queue=priority', '1 3'],
    ['result:timeout', '1 3'],
    ['name:send_email', '2'],
    ['worker:celery@host', '1'],
    ['state:FAILURE', '1'],
    ['(state:FAILURE OR state:RETRY)', '1 3'],
    ['(state:FAILURE OR state:RETRY) result:timeout', '1 3'],
    ['args:"hello world"', '3'],
    ['kwargs:label="some value"', '2'],
    ['kwargs:"label=some value"', '2'],
    ['kwargs:queue=PRIORITY', '1 3'],
    ['kwargs:n=5', '1'],
    ['kwargs:n=55', ''],
    ['kwargs:queue=prior', ''],
    ['kwargs:missing=5', ''],
    ['NAME:tasks.fetch', '1'],
    ['name:FETCH', '1'],
    ['worker:WORKER-A', '3'],
    ['args:CUSTOMER', '1 2'],
    ['kwargs:QUEUE', '1 2 3'],
    ['result:TIMEOUT', '1 3'],
    ['state:failure', '1'],
    ['uuid-123', '1'],
    ['customer', '1 2'],
    ['customer result:timeout', '1'],
    ['customer (customer invoice)', '1 2'],
    ['email OR report urgent', '1 2 3'],
    ['  ', '1 2 3 4'],
  ])('finds what Flower finds: %s', (text, expected) => {
    const parsed = parseFilter(text, taskFilterFields);
    if (!parsed.ok) throw new Error(parsed.error.message);
    const keep = compileFilter(parsed.node, taskFilterFields, context());
    const numbers = tasks.flatMap((task, index) => (keep(task) ? [index + 1] : []));

    expect(numbers.join(' ')).toBe(expected);
  });
});
