import type { Task } from './task.ts';
import type { TaskTable } from './task-table.ts';

/**
 * The tasks in memory as a Map that can be read, the next to be evicted first. To be walked through within one turn: a
 * walk ends at a task that was evicted meanwhile.
 */
export class TaskMap implements ReadonlyMap<string, Task> {
  readonly #table: TaskTable;

  constructor(table: TaskTable) {
    this.#table = table;
  }

  get size(): number {
    return this.#table.size;
  }

  get(uuid: string): Task | undefined {
    return this.#table.get(uuid);
  }

  has(uuid: string): boolean {
    return this.#table.get(uuid) !== undefined;
  }

  forEach(
    callback: (task: Task, uuid: string, map: ReadonlyMap<string, Task>) => void,
    self?: unknown,
  ): void {
    for (const task of this.values()) callback.call(self, task, task.uuid, this);
  }

  *values(): MapIterator<Task> {
    let task = this.#table.oldest;
    while (task !== undefined) {
      yield task;
      task = task.evicted ? undefined : this.#table.after(task);
    }
    return undefined;
  }

  *keys(): MapIterator<string> {
    for (const task of this.values()) yield task.uuid;
    return undefined;
  }

  *entries(): MapIterator<[string, Task]> {
    for (const task of this.values()) yield [task.uuid, task];
    return undefined;
  }

  [Symbol.iterator](): MapIterator<[string, Task]> {
    return this.entries();
  }
}
