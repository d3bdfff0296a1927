import type { Task } from '../state/task.ts';
import { sortByLevels } from './level-sort.ts';
import type { SortLevel } from './sort-level.ts';

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

const order: readonly SortLevel<TaskGroupCount>[] = [
  { value: ({ count }) => count, descending: true },
  { value: ({ key }) => key, descending: false },
];

/** How many of the tasks are in each group: the largest first, equal ones by name. Can be interrupted at each `yield`. */
export function* groupTasks(tasks: Iterable<Task>, by: TaskGrouping): Generator<void, TaskGroupCount[]> {
  const keyOf = keys[by];
  const counts = new Map<string | undefined, number>();
  let seen = 0;
  for (const task of tasks) {
    const key = keyOf(task);
    counts.set(key, (counts.get(key) ?? 0) + 1);
    seen += 1;
    if (seen % chunk === 0) yield;
  }
  const groups: TaskGroupCount[] = [];
  for (const [key, count] of counts) {
    groups.push({ key, count });
    if (groups.length % chunk === 0) yield;
  }
  return yield* sortByLevels(groups, order);
}
