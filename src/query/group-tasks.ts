import { compareText } from '../presentation/sort.ts';
import type { Task } from '../state/task.ts';
import { KeyCounts } from './key-counts.ts';
import { firstInOrder } from './sort-level.ts';

/** What tasks can be counted by. */
export type TaskGrouping = 'state' | 'type' | 'worker' | 'root';

export interface TaskGroupCount {
  /** Undefined for the tasks of which it is not known. */
  readonly key: string | undefined;
  readonly count: number;
}

/** Tasks counted between two chances to stop. */
const chunk = 256;

const keys: Readonly<Record<TaskGrouping, (task: Task) => string | undefined>> = {
  state: (task) => task.state,
  type: (task) => task.name ?? undefined,
  worker: (task) => task.worker,
  root: (task) => task.rootId ?? undefined,
};

/**
 * How many of the tasks are in each group: the largest first, equal ones by name, `limit` at most. Can be interrupted
 * at each `yield`.
 */
export function* groupTasks(
  tasks: readonly Task[],
  by: TaskGrouping,
  limit = 1_000,
): Generator<void, TaskGroupCount[]> {
  const keyOf = keys[by];
  const counts = new KeyCounts(tasks.length);
  let unknown = 0;
  // Tasks of one root often come one after the other.
  let lastKey: string | undefined;
  let last = 0;
  let seen = 0;
  for (const task of tasks) {
    const key = keyOf(task);
    if (key === undefined) unknown += 1;
    else if (key === lastKey) counts.addAt(last);
    else {
      last = counts.add(key);
      lastKey = key;
    }
    seen += 1;
    if (seen % chunk === 0) yield;
  }
  const largest = yield* largestOf(counts, limit);
  const groups: TaskGroupCount[] = largest.map((index) => ({
    key: counts.keys[index],
    count: counts.countOf(index),
  }));
  if (unknown > 0) groups.push({ key: undefined, count: unknown });
  return groups.sort(compareGroups).slice(0, limit);
}

/** The indexes of the largest groups that have a key, and the first by name of those that are equal. */
function largestOf(counts: KeyCounts, limit: number): Generator<void, number[]> {
  const { keys } = counts;
  return firstInOrder(
    keys.keys(),
    (left, right) =>
      counts.countOf(right) - counts.countOf(left) || compareText(keys[left] ?? '', keys[right] ?? ''),
    limit,
  );
}

function compareGroups(left: TaskGroupCount, right: TaskGroupCount): number {
  if (left.count !== right.count) return right.count - left.count;
  if (left.key === undefined || right.key === undefined) return left.key === undefined ? 1 : -1;
  return compareText(left.key, right.key);
}
