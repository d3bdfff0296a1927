import type { Task } from './task.ts';

/** Changes remembered: some seconds of a busy stream, for readers that look several times a second. */
const reach = 65_536;

/** Which tasks changed at which revision of the State, so that a reader can catch up without looking at all of them. */
export class TaskJournal {
  /** The task that changed at a revision, at the place of the revision. */
  #changed: (Task | undefined)[] = [];
  /** The revision after which the journal is whole. */
  #since = 0;

  /** @param task undefined for a change of something else */
  note(revision: number, task: Task | undefined): void {
    this.#changed[revision % reach] = task;
  }

  /** Forgets everything up to the revision. */
  clear(revision: number): void {
    this.#changed = [];
    this.#since = revision;
  }

  /** The tasks in memory that changed after `since`, each once, in the order of their newest changes. */
  changedSince(since: number, revision: number): Task[] | undefined {
    if (since < this.#since || revision - since > reach) return undefined;
    const tasks: Task[] = [];
    for (let each = since + 1; each <= revision; each += 1) {
      const task = this.#changed[each % reach];
      // An older change of a task that changed again gives way to the newer one.
      if (task !== undefined && task.revision === each && !task.evicted) tasks.push(task);
    }
    return tasks;
  }
}
