import type { Task } from '../state/task.ts';
import { SlotNumbers } from './slot-numbers.ts';

/** Holes that are too many, beyond as many as there are tasks. */
const mostHoles = 16_384;
/** Places looked at between two chances to stop. */
const chunk = 1024;

/**
 * The tasks that match, newest first, and how many. `base` is what a look at all tasks found; what matched since then
 * lies on top of it. A place that a task has left is a hole; when there are too many of them, it is time to make the
 * list anew.
 */
export class TaskMatches {
  /** Newest first. */
  readonly #base: (Task | undefined)[] = [];
  /** Oldest first. */
  readonly #top: (Task | undefined)[] = [];
  /** Where the task of a slot is: at `place - 1` in `#top`, or at `-1 - place` in `#base`; 0 for nowhere. */
  readonly #places = new SlotNumbers();
  #size = 0;

  /** Tasks that were evicted count until `sweep` has gone over them. */
  get size(): number {
    return this.#size;
  }

  get hasTooManyHoles(): boolean {
    return this.#top.length > 2 * this.#size + mostHoles;
  }

  has(task: Task): boolean {
    return this.#placeOf(task) !== 0;
  }

  /** Puts a task that is not here yet behind all others: so a look at all tasks fills an empty list. */
  append(task: Task): void {
    if (task.evicted || this.has(task)) return;
    this.#base.push(task);
    this.#places.set(task.slot, -this.#base.length);
    this.#size += 1;
  }

  /** Puts a task before all others, wherever it was. */
  prepend(task: Task): void {
    if (task.evicted) return;
    this.delete(task);
    this.#top.push(task);
    this.#places.set(task.slot, this.#top.length);
    this.#size += 1;
  }

  delete(task: Task): boolean {
    const place = this.#placeOf(task);
    if (place === 0) return false;
    if (place < 0) this.#base[-1 - place] = undefined;
    else this.#top[place - 1] = undefined;
    this.#size -= 1;
    return true;
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
    for (let place = 0; place < places.length; place += 1) {
      const task = places[place];
      if (task !== undefined) tasks.push(task);
      if (place % chunk === 0) yield;
    }
    return tasks;
  }

  /** Lets go of the tasks that were evicted. Nothing else may change this meanwhile. */
  *sweep(gone: (task: Task) => void): Generator<void, void> {
    for (const places of [this.#top, this.#base]) {
      for (let place = 0; place < places.length; place += 1) {
        const task = places[place];
        if (task?.evicted === true) {
          places[place] = undefined;
          this.#size -= 1;
          gone(task);
        }
        if (place % chunk === 0) yield;
      }
    }
  }

  /** The slot of an evicted task may be another's by now. */
  #placeOf(task: Task): number {
    if (task.evicted) return 0;
    const place = this.#places.get(task.slot);
    const found = place < 0 ? this.#base[-1 - place] : this.#top[place - 1];
    return found === task ? place : 0;
  }
}
