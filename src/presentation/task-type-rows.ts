import type { Monitor } from '../monitor/monitor.ts';
import type { TypeLimits } from '../monitor/task-type-limits.ts';
import type { Task } from '../state/task.ts';
import type { Window } from '../statistics/time-slots.ts';
import { type TypeRow, typeRow } from './task-type-row.ts';
import { isRunning } from './task-view.ts';

const noLimits: TypeLimits = { rateLimit: undefined, rateLimitSet: undefined, timeLimitSet: undefined };

/**
 * A row for every type that is kept, and one for the others if there are any.
 *
 * @param now seconds since the epoch
 * @param tasks among which are all that run: those in memory, unless the caller knows fewer
 */
export function typeRows(
  monitor: Pick<Monitor, 'statistics' | 'state' | 'unknownTasks'>,
  limits: (name: string) => TypeLimits,
  window: Window,
  now: number,
  tasks: Iterable<Task> = monitor.state.tasks.values(),
): TypeRow[] {
  const { statistics } = monitor;
  const running = runningByType(tasks, monitor.unknownTasks);
  const rows: TypeRow[] = [];
  for (const name of statistics.types) {
    const reading = statistics.ofType(name, window, now);
    if (reading === undefined) continue;
    rows.push(typeRow(reading, { name, running: running.get(name) ?? 0, ...limits(name) }));
    running.delete(name);
  }
  const reading = statistics.ofOthers(window, now);
  const left = [...running.values()].reduce((sum, count) => sum + count, 0);
  if (reading.lastAt === 0 && left === 0) return rows;
  return [...rows, typeRow(reading, { name: undefined, running: left, ...noLimits })];
}

/** How many of the tasks run, by name; those without a name under none. */
function runningByType(tasks: Iterable<Task>, unknown: ReadonlySet<string>): Map<string | undefined, number> {
  const counts = new Map<string | undefined, number>();
  for (const task of tasks) {
    if (!isRunning(task) || unknown.has(task.uuid)) continue;
    const name = task.name ?? undefined;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}
