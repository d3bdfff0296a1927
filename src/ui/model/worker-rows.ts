import type { WorkerFacts } from '../../monitor/worker-facts.ts';
import type { Context } from '../../presentation/context.ts';
import { compileFilter } from '../../presentation/filter/compile-filter.ts';
import { parseFilter } from '../../presentation/filter/parse-filter.ts';
import { workerFilterFields } from '../../presentation/filter/worker-filter-fields.ts';
import { sortRows } from '../../presentation/sort.ts';
import { compareWorkers, workerColumns } from '../../presentation/worker-columns.ts';
import type { WorkerRow, WorkerRowStatus } from '../../presentation/worker-row.ts';
import type { WorkersFrame } from './view-state.ts';

/** The row of a worker: what the monitor knows of it, under the names that the table reads. */
export function workerRow(facts: WorkerFacts): WorkerRow {
  const stats = facts.stats.value;
  const queues = facts.activeQueues.value;
  const done = facts.doneInMinute;
  return {
    hostname: facts.hostname,
    status: statusOf(facts),
    active: facts.activeCount,
    pool: stats?.concurrency,
    loadavg: facts.loadavg,
    donePerMinute: done,
    failedPerMinute: facts.failedInMinute,
    failPercent: done > 0 ? (100 * facts.failedInMinute) / done : undefined,
    queues: queues?.map((queue) => queue.name),
    queueDetails: queues,
    beatAge: facts.beatAge,
    processed: facts.processed,
    prefetch: stats?.prefetchCount,
    rss: stats?.maxRssKb === undefined ? undefined : stats.maxRssKb * 1024,
    drift: facts.drift,
    pid: facts.pid ?? stats?.pid,
    uptime: stats?.uptime,
    ...software(facts.software),
    poolImplementation: stats?.pool,
    poolProcesses: stats?.processes,
    autoscale: stats?.autoscaler,
    timeLimits: stats === undefined ? undefined : { soft: stats.softTimeLimit, hard: stats.hardTimeLimit },
    maxTasksPerChild: stats?.maxTasksPerChild,
    eventsOn: facts.sendsTaskEvents ? true : undefined,
    broker: stats?.broker,
    clock: stats?.clock,
    fetchedAt: facts.stats.fetchedAt,
    failure: facts.stats.failure,
    activeTasks: facts.active.value,
    goneFor: facts.goneFor,
    wasActive: facts.wasActive,
  };
}

/** `py-celery 5.6.3 Linux`, as the monitor has it, in its three parts. */
function software(text: string | undefined): Pick<WorkerRow, 'ident' | 'version' | 'system'> {
  const [ident, version, system] = text?.split(' ') ?? [];
  return { ident, version, system };
}

function statusOf(facts: WorkerFacts): WorkerRowStatus {
  const neverHeard = facts.lastBeat === undefined && !facts.sendsTaskEvents;
  return facts.status === 'online' && neverHeard ? 'no events' : facts.status;
}

/** The rows of the Workers list: problems first unless sorted otherwise, narrowed by the filter. */
export function workerRows(
  all: readonly WorkerFacts[],
  frame: WorkersFrame,
  context: Context,
): readonly WorkerRow[] {
  const parsed = parseFilter(frame.filter, workerFilterFields);
  const filterContext = { now: () => context.now, zoneOffset: context.localOffset };
  const keep = parsed.ok
    ? compileFilter(parsed.node, workerFilterFields, filterContext)
    : (): boolean => true;
  const rows = all.map(workerRow).filter(keep);
  return sortRows(rows, workerColumns, frame.sort, compareWorkers, context);
}
