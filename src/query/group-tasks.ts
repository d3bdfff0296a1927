import type { Task } from '../state/task.ts';
import { firstByLevels, type SortLevel } from './sort-level.ts';

/** What tasks can be counted by. */
export type TaskGrouping = 'state' | 'type' | 'worker' | 'root';

export interface TaskGroupCount {
  /** Undefined for the tasks of which it is not known. */
  readonly key: string | undefined;
  readonly count: number;
}

/** Tasks counted between two chances to stop. */
const chunk = 256;
const mapCount = 256;

const keys: Readonly<Record<TaskGrouping, (task: Task) => string | undefined>> = {
  state: (task) => task.state,
  type: (task) => task.name ?? undefined,
  worker: (task) => task.worker,
  root: (task) => task.rootId ?? undefined,
};

const order: readonly SortLevel<TaskGroupCount>[] = [
  { value: ({ count }) => count, descending: true },
  { value: ({ key }) => key, descending: false },
];

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
  let unknown = 0;
  // There can be as many groups as tasks, and one map of a million keys would stop to make itself larger.
  const maps = Array.from({ length: mapCount }, () => new Map<string, number>());
  let seen = 0;
  for (const task of tasks) {
    const key = keyOf(task);
    if (key === undefined) unknown += 1;
    else {
      const counts = maps[mapOf(key)];
      counts?.set(key, (counts.get(key) ?? 0) + 1);
    }
    seen += 1;
    if (seen % chunk === 0) yield;
  }
  return yield* firstByLevels(groupsOf(maps, unknown), order, limit);
}

function* groupsOf(maps: readonly ReadonlyMap<string, number>[], unknown: number): Generator<TaskGroupCount> {
  for (const map of maps) for (const [key, count] of map) yield { key, count };
  if (unknown > 0) yield { key: undefined, count: unknown };
}

/** Uuids differ in their last characters, names of workers and types in some of them. */
function mapOf(key: string): number {
  const { length } = key;
  return (31 * key.charCodeAt(length - 1) + key.charCodeAt(length - 2)) & (mapCount - 1);
}
