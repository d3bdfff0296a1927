import type { Task } from './task.ts';

/**
 * A walk over the tasks in memory, newest first, in slices, while events go on arriving. The order is that of its
 * beginning. Tasks that are evicted meanwhile are left out, and new ones are not met: `State.changedSince(revision)`
 * has everything that changed since the walk began.
 */
export class TaskWalk {
  /** `State.revision` at the beginning. */
  readonly revision: number;
  #place = 0;
  readonly #tasks: readonly Task[];

  constructor(revision: number, tasks: readonly Task[]) {
    this.revision = revision;
    this.#tasks = tasks;
  }

  /** Tasks that are still to come, at most. */
  get remaining(): number {
    return this.#tasks.length - this.#place;
  }

  /**
   * Appends the next tasks to `into`, at most `count`.
   *
   * @returns how many were appended; 0 at the end of the walk
   */
  next(count: number, into: Task[]): number {
    const before = into.length;
    while (into.length - before < count) {
      const task = this.#tasks[this.#place];
      if (task === undefined) break;
      this.#place += 1;
      if (!task.evicted) into.push(task);
    }
    return into.length - before;
  }
}
