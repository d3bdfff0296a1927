import type { WorkerRow } from '../worker-row.ts';
import type { FieldOf, FilterContext, FilterFields } from './filter-fields.ts';

const statuses: readonly WorkerRow['status'][] = ['online', 'busy', 'late', 'offline', 'silent', 'no events'];

const statusAliases: ReadonlyMap<string, string> = new Map([
  ['gone', 'offline'],
  ['noreply', 'silent'],
  ['no reply', 'silent'],
  ['noevents', 'no events'],
]);

const fields: readonly FieldOf<WorkerRow, FilterContext>[] = [
  { name: 'name', kind: 'text', help: 'hostname', read: (worker) => worker.hostname },
  {
    name: 'status',
    kind: 'choice',
    help: 'status, or its first letters',
    choices: statuses,
    aliases: statusAliases,
    read: (worker) => worker.status,
  },
  { name: 'active', kind: 'count', help: 'tasks that run', read: (worker) => worker.active },
  { name: 'pool', kind: 'count', help: 'tasks that can run at once', read: (worker) => worker.pool },
  {
    name: 'load',
    kind: 'count',
    help: 'load of its host over 1 minute',
    read: (worker) => worker.loadavg?.[0],
  },
  { name: 'done', kind: 'count', help: 'tasks done in a minute', read: (worker) => worker.donePerMinute },
  { name: 'fail', kind: 'percent', help: 'share of tasks that fail', read: (worker) => worker.failPercent },
  { name: 'queue', kind: 'text', help: 'any queue it consumes', read: (worker) => worker.queues },
  {
    name: 'events',
    kind: 'choice',
    help: 'whether it sends task events: on or off',
    choices: ['on', 'off'],
    aliases: new Map([
      ['yes', 'on'],
      ['no', 'off'],
    ]),
    read: (worker) => (worker.eventsOn === undefined ? undefined : worker.eventsOn ? 'on' : 'off'),
  },
  { name: 'version', kind: 'text', help: 'version of Celery', read: (worker) => worker.version },
  {
    name: 'drift',
    kind: 'duration',
    help: 'how far its clock is off ours, ahead or behind',
    read: (worker) => (worker.drift === undefined ? undefined : Math.abs(worker.drift)),
  },
  {
    name: 'beat',
    kind: 'duration',
    help: 'time since its last heartbeat',
    read: (worker) => worker.goneFor ?? worker.beatAge,
  },
];

/** What can be asked of workers. */
export const workerFilterFields: FilterFields<WorkerRow, FilterContext> = {
  fields,
  is: [],
  has: [],
  searched: ['name', 'status', 'queue', 'version'],
};
