import { CellPages } from './cell-pages.ts';
import { SlotList } from './slot-list.ts';
import { Task } from './task.ts';
import { TaskCatalog } from './task-catalog.ts';
import type { TaskHome } from './task-home.ts';
import { UuidIndex } from './uuid-index.ts';

/**
 * The tasks in memory: each has a slot, the number by which the other structures of the State know it. A new task
 * beyond the limit takes the place of the oldest. Reading does not make a task newer (a screen that reads must not
 * decide what is forgotten), only `touch` does. Mirrors kombu/utils/functional.py:LRUCache as
 * celery/events/state.py uses it.
 */
export class TaskTable implements TaskHome<Task> {
  readonly pages: CellPages = new CellPages();
  readonly catalog: TaskCatalog = new TaskCatalog();
  /** By slot; slot 0 is none. */
  readonly bySlot: readonly (Task | undefined)[];
  readonly #tasks: (Task | undefined)[] = [undefined];
  readonly #index: UuidIndex;
  readonly #order = new SlotList();
  readonly #free: number[] = [];
  readonly #limit: number;
  readonly #onEvict: (task: Task) => void;
  #size = 0;

  /** @param onEvict called while the task still has its slot */
  constructor(limit: number, onEvict: (task: Task) => void) {
    this.#limit = limit;
    this.#onEvict = onEvict;
    this.bySlot = this.#tasks;
    this.#index = new UuidIndex(this.#tasks);
  }

  get size(): number {
    return this.#size;
  }

  /** The next to be evicted. */
  get oldest(): Task | undefined {
    return this.#tasks[this.#order.first];
  }

  get(uuid: string): Task | undefined {
    return this.#tasks[this.#index.find(uuid)];
  }

  /** The one seen or touched after this one. */
  after(task: Task): Task | undefined {
    return this.#tasks[this.#order.after(task.slot)];
  }

  /** A new task; its uuid must not be here yet. */
  add(uuid: string): Task {
    const { oldest } = this;
    if (this.#size >= this.#limit && oldest !== undefined) {
      this.#onEvict(oldest);
      this.remove(oldest);
    }
    const slot = this.#free.pop() ?? this.#tasks.length;
    const task = new Task(uuid, slot, this);
    this.#tasks[slot] = task;
    this.#index.add(uuid, slot);
    this.#order.append(slot);
    this.#size += 1;
    return task;
  }

  /** Makes the task the newest one, as Celery does for a parent each time that a child of it reports. */
  touch(uuid: string): Task | undefined {
    const slot = this.#index.find(uuid);
    if (slot !== 0) this.#order.moveToEnd(slot);
    return this.#tasks[slot];
  }

  /** What is known of the task stays readable. */
  remove(task: Task): void {
    const { slot } = task;
    this.#index.delete(task.uuid, slot);
    this.#order.remove(slot);
    this.#tasks[slot] = undefined;
    this.#free.push(slot);
    this.#size -= 1;
    task.detach();
  }
}
