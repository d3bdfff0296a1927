import type { Task } from '../state/task.ts';

/** Holes that are too many, beyond as many as there are tasks. */
const mostHoles = 16_384;
/** Places looked at between two chances to stop. */
const chunk = 4096;

/**
 * The tasks that match, newest first, and how many. `base` is what a look at all tasks found; what matched since then
 * lies on top of it. A place that a task has left is a hole; when
 * there are too many of them, it is time to make the list anew.
 */
export class TaskMatches {
  /** Newest first. */
  #base: (Task | undefined)[] = [];
  /** Oldest first. */
  #top: (Task | undefined)[] = [];
  /** Where each task is: in `#top`, or at `-1 - place` in `#base`. */
  readonly #places = new Map<Task, number>();

  get size(): number {
    return this.#places.size;
  }

  get hasTooManyHoles(): boolean {
    return this.#top.length > 2 * this.size + mostHoles;
  }

  has(task: Task): boolean {
    return this.#places.has(task);
  }

  tasks(): IterableIterator<Task> {
    return this.#places.keys();
  }

  /** Puts a task behind all others; the way in which a look at all tasks fills an empty list. */
  append(task: Task): void {
    if (this.#places.has(task)) return;
    this.#places.set(task, -1 - this.#base.length);
    this.#base.push(task);
  }

  /** Puts a task before all others, wherever it was. */
  prepend(task: Task): void {
    this.#leaveHole(task);
    this.#places.set(task, this.#top.length);
    this.#top.push(task);
  }

  delete(task: Task): boolean {
    this.#leaveHole(task);
    return this.#places.delete(task);
  }

  /** The newest ones, at most `limit`. */
  newest(limit: number): Task[] {
    const tasks: Task[] = [];
    for (let place = this.#top.length - 1; place >= 0 && tasks.length < limit; place -= 1) {
      const task = this.#top[place];
      if (task !== undefined) tasks.push(task);
    }
    for (let place = 0; place < this.#base.length && tasks.length < limit; place += 1) {
      const task = this.#base[place];
      if (task !== undefined) tasks.push(task);
    }
    return tasks;
  }

  /** All of them as they are now, newest first. Can be interrupted at each `yield`. */
  *all(): Generator<void, Task[]> {
    const places = this.#top.toReversed().concat(this.#base);
    const tasks: Task[] = [];
    for (const [place, task] of places.entries()) {
      if (task !== undefined) tasks.push(task);
      if (place % chunk === 0) yield;
    }
    return tasks;
  }

  #leaveHole(task: Task): void {
    const place = this.#places.get(task);
    if (place === undefined) return;
    if (place < 0) this.#base[-1 - place] = undefined;
    else this.#top[place] = undefined;
  }
}
