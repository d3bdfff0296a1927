import { CellPages } from './cell-pages.ts';
import type { Copies } from './copies.ts';
import { taskBytes, textBytes } from './memory-size.ts';
import { SlotList } from './slot-list.ts';
import { Task } from './task.ts';
import { TaskCatalog } from './task-catalog.ts';
import type { TaskGroup } from './task-group.ts';
import type { TaskHome, TaskMeter } from './task-home.ts';
import { UuidIndex } from './uuid-index.ts';
import type { Worker } from './worker.ts';

/**
 * The tasks in memory: each has a slot, the number by which the other structures of the State know it. A new task
 * beyond the limit takes the place of the oldest. Reading does not make a task newer (a screen that reads must not
 * decide what is forgotten), only `touch` does. Mirrors kombu/utils/functional.py:LRUCache as
 * celery/events/state.py uses it.
 */
export class TaskTable implements TaskHome<Task> {
  /** Tasks that had to make room. */
  evictions = 0;
  readonly pages: CellPages = new CellPages();
  readonly meter: TaskMeter | undefined;
  readonly catalog: TaskCatalog = new TaskCatalog();
  /** By slot; slot 0 is none. */
  readonly bySlot: readonly (Task | undefined)[];
  readonly #tasks: (Task | undefined)[] = [undefined];
  #index: UuidIndex;
  #order = new SlotList();
  #free: number[] = [];
  readonly #limit: number;
  readonly #onRemove: (task: Task) => void;
  #size = 0;

  /** @param onRemove called while the task still has its slot */
  constructor(limit: number, onRemove: (task: Task) => void, meter?: TaskMeter) {
    this.#limit = limit;
    this.meter = meter;
    this.#onRemove = onRemove;
    this.bySlot = this.#tasks;
    this.#index = new UuidIndex(this.#tasks);
  }

  get size(): number {
    return this.#size;
  }

  /** Slots that there is room for: as many as there ever were tasks at once. */
  get slotCount(): number {
    return this.#tasks.length - 1;
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
    if (this.#size >= this.#limit && oldest !== undefined) this.evict(oldest);
    const slot = this.#free.pop() ?? this.#tasks.length;
    const task = new Task(uuid, slot, this, this.pages.emptied(slot));
    this.meter?.addOther(slot, taskBytes + textBytes(uuid));
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

  /** Makes room. What is known of the task stays readable. */
  evict(task: Task): void {
    this.evictions += 1;
    this.remove(task);
  }

  remove(task: Task): void {
    this.#onRemove(task);
    const { slot } = task;
    this.#index.delete(task.uuid, slot);
    this.#order.remove(slot);
    this.#tasks[slot] = undefined;
    this.#free.push(slot);
    this.#size -= 1;
    task.detach();
  }

  /** For a new table: a copy of each task in the slot of its original. The meter has weighed them already. */
  copyFrom(other: TaskTable, groups: Copies<TaskGroup>, workers: Copies<Worker>): void {
    this.evictions = other.evictions;
    this.pages.copyFrom(other.pages);
    this.catalog.copyFrom(other.catalog, groups);
    for (let slot = 1; slot < other.#tasks.length; slot += 1) {
      const original = other.#tasks[slot];
      const copy = original && new Task(original.uuid, slot, this, this.pages.pageOf(slot));
      if (copy !== undefined && original !== undefined) copy.copyFrom(original, groups, workers);
      this.#tasks.push(copy);
    }
    const copyOf = (original: Task): Task | undefined => this.#tasks[original.slot];
    for (const original of other.#tasks) {
      if (original?.family !== undefined) copyOf(original)?.copyFamily(original, copyOf);
    }
    this.#index.copyFrom(other.#index);
    this.#order.copyFrom(other.#order);
    this.#free = other.#free.slice();
    this.#size = other.#size;
  }

  /** Gives back the room for tasks, when there is none left. */
  compact(): void {
    if (this.#size > 0) return;
    this.#tasks.length = 1;
    this.#free = [];
    this.pages.clear();
    this.#index = new UuidIndex(this.#tasks);
    this.#order = new SlotList();
  }
}
