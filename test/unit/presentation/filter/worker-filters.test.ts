import { expect, it } from 'vitest';
import { compileFilter } from '../../../../src/presentation/filter/compile-filter.ts';
import { parseFilter } from '../../../../src/presentation/filter/parse-filter.ts';
import { workerFilterFields } from '../../../../src/presentation/filter/worker-filter-fields.ts';
import type { WorkerRow } from '../../../../src/presentation/worker-row.ts';
import { context } from './sample-tasks.ts';

const workers: readonly WorkerRow[] = [
  {
    hostname: 'celery@w1',
    status: 'busy',
    active: 8,
    pool: 8,
    loadavg: [2.5, 1, 1],
    donePerMinute: 1_500,
    failPercent: 5.04,
    queues: ['celery', 'mail'],
    eventsOn: true,
    version: '5.6.3',
    drift: -1.5,
    beatAge: 1,
  },
  { hostname: 'celery@w2', status: 'offline', queues: ['mail.low'], beatAge: 5, goneFor: 90 },
  {
    hostname: 'celery@w3',
    status: 'no events',
    active: 0,
    pool: 4,
    eventsOn: false,
    version: '5.5.0',
    failPercent: 0,
  },
];

it.each([
  ['w1', '1'],
  ['name:*@w?', '1 2 3'],
  ['status:off', '2'],
  ['status:gone,busy', '1 2'],
  ['status:"no events"', '3'],
  ['active:>0', '1'],
  ['pool:4..8', '1 3'],
  ['load:>1.5', '1'],
  ['done:>1k', '1'],
  ['fail:5%', '1'],
  ['fail:<1', '3'],
  ['-fail:>=0', '2'],
  ['queue=mail', '1'],
  ['queue:mail', '1 2'],
  ['queue!=mail', '2 3'],
  ['events:off', '3'],
  ['version:5.6', '1'],
  ['drift:>1s', '1'],
  ['beat:>1m', '2'],
  ['MAIL', ''],
  ['mail -offline', '1'],
])('a filter of workers finds %s', (text, expected) => {
  const parsed = parseFilter(text, workerFilterFields);
  if (!parsed.ok) throw new Error(parsed.error.message);
  const keep = compileFilter(parsed.node, workerFilterFields, context());

  expect(workers.flatMap((worker, index) => (keep(worker) ? [index + 1] : [])).join(' ')).toBe(expected);
});

it('a filter of workers has no is:', () => {
  expect(parseFilter('is:slow', workerFilterFields)).toMatchObject({
    error: { message: 'this view has no is:', start: 0 },
  });
});
