import type { Watched } from '../../monitor/watched.ts';
import type { WorkerFacts } from '../../monitor/worker-facts.ts';
import type { TaskFilterContext } from '../../presentation/filter/task-filter-facts.ts';
import type { AskedRows } from './task-rows.ts';

/** Seconds that a task may wait once it is due before `is:late` holds. */
const lateAfter = 10;

/**
 * What the session knows that a filter of tasks can ask for, as it is at the moment of asking.
 *
 * @param asked the list that is filtered
 */
export function taskFilterContext(
  monitor: Pick<Watched, 'workers' | 'statistics' | 'revokePending' | 'unknownTasks'>,
  now: () => number,
  asked: () => AskedRows | undefined,
): TaskFilterContext {
  return {
    now,
    zoneOffset: (time) => {
      const context = asked()?.context;
      return context?.timeMode === 'local' ? context.localOffset(time) : 0;
    },
    marked: (uuid) => asked()?.frame.list.marks.has(uuid) ?? false,
    revoking: (uuid) => monitor.revokePending.has(uuid),
    unknown: (uuid) => monitor.unknownTasks.has(uuid),
    lateAfter: () => lateAfter,
    p99: (name) => monitor.statistics.usualRuntime(name),
    offline: (hostname) => isOffline(monitor.workers.get(hostname)),
  };
}

/** The row of a worker goes some minutes after the worker; every one that sent an event had one. */
function isOffline(worker: WorkerFacts | undefined): boolean {
  return worker === undefined || worker.offlineSince !== undefined;
}
