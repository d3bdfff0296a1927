import type { Task } from './task.ts';

/** Tasks by a name of theirs: only those in memory, and no name without a task. */
export class TaskIndex {
  readonly #tasks: Map<string, Set<Task>> = new Map();

  get(name: string): ReadonlySet<Task> | undefined {
    return this.#tasks.get(name);
  }

  move(task: Task, from: string | undefined, to: string | undefined): void {
    if (from === to) return;
    if (from !== undefined) this.#remove(task, from);
    if (to === undefined) return;
    const tasks = this.#tasks.get(to);
    if (tasks === undefined) this.#tasks.set(to, new Set([task]));
    else tasks.add(task);
  }

  #remove(task: Task, name: string): void {
    const tasks = this.#tasks.get(name);
    if (tasks?.delete(task) && tasks.size === 0) this.#tasks.delete(name);
  }
}
