import type { Monitor } from '../../monitor/monitor.ts';
import type { Context } from '../../presentation/context.ts';
import type { TaskFilterContext } from '../../presentation/filter/task-filter-facts.ts';
import type { TasksFrame } from './view-state.ts';

/** Seconds that a task may wait once it is due before `is:late` holds. */
const lateAfter = 10;

/** What the session knows that a filter of tasks can ask for. */
export function taskFilterContext(monitor: Monitor, frame: TasksFrame, context: Context): TaskFilterContext {
  return {
    now: () => context.now,
    zoneOffset: context.timeMode === 'local' ? context.localOffset : () => 0,
    marked: (uuid) => frame.list.marks.has(uuid),
    revoking: (uuid) => monitor.revokePending.has(uuid),
    unknown: (uuid) => monitor.unknownTasks.has(uuid),
    lateAfter: () => lateAfter,
    p99: (name) => monitor.statistics.usualRuntime(name),
    offline: (hostname) => monitor.workers.get(hostname)?.offlineSince !== undefined,
  };
}

/** Values seen so far of a field, for completion. */
export function filterValues(monitor: Monitor, field: string): Iterable<string> {
  switch (field) {
    case 'name':
      return monitor.state.taskTypes();
    case 'worker':
      return monitor.workers.all().map((worker) => worker.hostname);
    case 'queue':
      return new Set(
        monitor.workers
          .all()
          .flatMap((worker) => worker.activeQueues.value?.map((queue) => queue.name) ?? []),
      );
    default:
      return [];
  }
}
