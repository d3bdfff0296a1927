import type { Task } from './task.ts';

/** Changes remembered: some seconds of a busy stream, for readers that look several times a second. */
const reach = 65_536;

/** Which tasks changed at which revision of the State, so that a reader can catch up without looking at all of them. */
export class TaskJournal {
  /** By slot. */
  readonly #tasks: readonly (Task | undefined)[];
  /** The slot that changed at a revision, at the place of the revision; 0 for a change of something else. */
  readonly #slots = new Uint32Array(reach);
  /** Grows with each change. */
  #revision = 0;
  /** The revision after which the journal is whole. */
  #since = 0;

  constructor(tasks: readonly (Task | undefined)[]) {
    this.#tasks = tasks;
  }

  get revision(): number {
    return this.#revision;
  }

  /** Gives a change its number. @param slot 0 for a change of something else than a task */
  note(slot: number): number {
    this.#revision += 1;
    this.#slots[this.#revision % reach] = slot;
    return this.#revision;
  }

  /** For a new journal over the copies of the tasks: both go on from the same revision. */
  copyFrom(other: TaskJournal): void {
    this.#slots.set(other.#slots);
    this.#revision = other.#revision;
    this.#since = other.#since;
  }

  /** Everything changed: what was before is no longer told. */
  restart(): void {
    this.#revision += 1;
    this.#since = this.#revision;
  }

  /** The tasks in memory that changed after `since`, each once, in the order of their newest changes. */
  changedSince(since: number): Task[] | undefined {
    const revision = this.#revision;
    if (since < this.#since || revision - since > reach) return undefined;
    const tasks: Task[] = [];
    for (let each = since + 1; each <= revision; each += 1) {
      const task = this.#tasks[this.#slots[each % reach] ?? 0];
      // An older change of a task that changed again gives way to the newer one; a slot may have another task by now.
      if (task?.revision === each) tasks.push(task);
    }
    return tasks;
  }
}
