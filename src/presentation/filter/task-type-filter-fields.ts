import type { TypeRow } from '../task-type-row.ts';
import type { FieldOf, FilterContext, FilterFields } from './filter-fields.ts';

const fields: readonly FieldOf<TypeRow, FilterContext>[] = [
  { name: 'name', short: 'n', kind: 'text', help: 'name of the type', read: (type) => type.name },
  { name: 'count', kind: 'count', help: 'runs that ended', read: (type) => type.count },
  { name: 'rate', kind: 'count', help: 'runs that ended per second', read: (type) => type.rate },
  { name: 'fail', kind: 'percent', help: 'share of them that failed', read: (type) => type.failPercent },
  {
    name: 'retry',
    kind: 'percent',
    help: 'share of them to be tried again',
    read: (type) => type.retryPercent,
  },
  { name: 'p50', kind: 'duration', help: 'half of the runs take no longer', read: (type) => type.run.p50 },
  { name: 'p95', kind: 'duration', help: '95 % of the runs take no longer', read: (type) => type.run.p95 },
  { name: 'p99', kind: 'duration', help: '99 % of the runs take no longer', read: (type) => type.run.p99 },
  {
    name: 'wait',
    kind: 'duration',
    help: '95 % wait no longer in a worker',
    read: (type) => type.workerWait.p95,
  },
  {
    name: 'qwait',
    kind: 'duration',
    help: '95 % wait no longer in the queue',
    read: (type) => type.queueWait.p95,
  },
  { name: 'running', kind: 'count', help: 'runs under way', read: (type) => type.running },
  { name: 'limit', kind: 'text', help: 'rate limit, where known', read: (type) => type.rateLimit },
];

/** What can be asked of types. */
export const typeFilterFields: FilterFields<TypeRow, FilterContext> = {
  fields,
  is: [],
  has: [],
  searched: ['name'],
};
