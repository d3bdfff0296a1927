import type { State } from '../state/state.ts';
import type { Task } from '../state/task.ts';

/** Tasks gone over between two chances to stop. */
const chunk = 1024;

/**
 * All tasks in memory, each once, newest first. Can be interrupted at each `yield`: what changes meanwhile is as new as
 * it then is.
 */
export function* allTasks(state: State): Generator<void, Task[]> {
  const walk = state.walk();
  const tasks: Task[] = [];
  while (walk.next(chunk, tasks) > 0) yield;
  const changed = state.changedSince(walk.revision) ?? [];
  if (changed.length === 0) return tasks;
  const isChanged = new Set(changed);
  const all = changed.toReversed();
  for (const task of tasks) {
    if (!isChanged.has(task)) all.push(task);
    if (all.length % chunk === 0) yield;
  }
  return all;
}
