import type { Task } from '../../state/task.ts';
import type { Ids } from './list.ts';

/** The uuids of a list of tasks, read where they are asked for: a list of a million tasks needs no list of ids. */
export class TaskIds implements Ids {
  readonly #tasks: readonly Pick<Task, 'uuid'>[];

  constructor(tasks: readonly Pick<Task, 'uuid'>[]) {
    this.#tasks = tasks;
  }

  get length(): number {
    return this.#tasks.length;
  }

  at(index: number): string | undefined {
    return this.#tasks.at(index)?.uuid;
  }

  indexOf(id: string, from = 0): number {
    for (let index = Math.max(0, from); index < this.#tasks.length; index += 1) {
      if (this.#tasks[index]?.uuid === id) return index;
    }
    return -1;
  }

  slice(from: number, to: number): string[] {
    return this.#tasks.slice(from, to).map((task) => task.uuid);
  }
}
