import type { Task } from '../state/task.ts';

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
  return [...counts]
    .map(([key, count]) => ({ key, count }))
    .sort((left, right) => right.count - left.count || byName(left.key, right.key));
}

function byName(left: string | undefined, right: string | undefined): number {
  if (left === undefined || right === undefined) {
    return Number(left === undefined) - Number(right === undefined);
  }
  return left < right ? -1 : Number(left > right);
}
