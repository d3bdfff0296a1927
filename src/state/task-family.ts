import { copiedSet } from './family-links.ts';
import { entryBytes, setBytes, textBytes } from './memory-size.ts';
import type { Task } from './task.ts';
import type { TaskTable } from './task-table.ts';

/**
 * Files tasks under their parents. A task whose parent is not in memory waits for it.
 *
 * Celery's fault that is mended here: children whose parent never appears stay parked for ever. Here an evicted task
 * leaves its place, whether under its parent or among the waiting, so nothing outlives the tasks in memory.
 */
export class TaskFamily {
  readonly #tasks: TaskTable;
  /** uuid of a parent that is not in memory → the tasks that named it. */
  readonly #waiting: Map<string, Set<Task>> = new Map();
  #bytes = 0;

  constructor(tasks: TaskTable) {
    this.#tasks = tasks;
  }

  /** Number of parents that tasks wait for: never more than there are tasks. */
  get waitingCount(): number {
    return this.#waiting.size;
  }

  /** What the sets of children take in memory. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Files the task under its parent, which counts as a use of the parent, and takes in children that waited for it. */
  update(task: Task): void {
    const parentId = task.family?.parentId;
    if (parentId !== undefined && parentId !== '') {
      const parent = this.#tasks.touch(parentId);
      if (parentId !== task.uuid) this.#fileUnder(parentId, parent, task);
    }
    if (this.#waiting.size > 0) this.#takeIn(task);
  }

  /** For a new family. Children are with their parents and come with them. */
  copyFrom(other: TaskFamily): void {
    for (const [uuid, tasks] of other.#waiting)
      this.#waiting.set(
        uuid,
        copiedSet(tasks, (task) => this.#tasks.bySlot[task.slot]),
      );
    this.#bytes = other.#bytes;
  }

  /** To be called when the task is no longer in memory. */
  forget(task: Task): void {
    const { family } = task;
    if (family === undefined) return;
    this.#leave(family.parentUuid, task);
    if (family.children === undefined) return;
    this.#bytes -= setBytes + family.children.size * entryBytes;
    // A task that is still shown somewhere does not hold on to others.
    family.children = undefined;
  }

  #leave(parentUuid: string | undefined, task: Task): void {
    if (parentUuid === undefined) return;
    if (this.#tasks.get(parentUuid)?.family?.children?.delete(task)) this.#bytes -= entryBytes;
    const siblings = this.#waiting.get(parentUuid);
    if (!siblings?.delete(task)) return;
    this.#bytes -= entryBytes;
    if (siblings.size > 0) return;
    this.#waiting.delete(parentUuid);
    this.#bytes -= setBytes + entryBytes + textBytes(parentUuid);
  }

  #fileUnder(parentUuid: string, parent: Task | undefined, task: Task): void {
    const family = task.makeFamily();
    if (family.parentUuid !== parentUuid) this.#leave(family.parentUuid, task);
    // The parent's own string if there is one, so that the tasks of a workflow share it.
    family.parentUuid = parent?.uuid ?? parentUuid;
    const siblings = parent === undefined ? this.#waitingFor(parentUuid) : this.#childrenOf(parent);
    if (siblings.has(task)) return;
    siblings.add(task);
    this.#bytes += entryBytes;
  }

  #takeIn(parent: Task): void {
    const waiting = this.#waiting.get(parent.uuid);
    if (waiting === undefined) return;
    this.#waiting.delete(parent.uuid);
    this.#bytes -= setBytes + entryBytes + textBytes(parent.uuid);
    const children = this.#childrenOf(parent);
    for (const child of waiting) children.add(child);
  }

  #waitingFor(parentUuid: string): Set<Task> {
    const known = this.#waiting.get(parentUuid);
    if (known !== undefined) return known;
    const waiting = new Set<Task>();
    this.#waiting.set(parentUuid, waiting);
    this.#bytes += setBytes + entryBytes + textBytes(parentUuid);
    return waiting;
  }

  #childrenOf(task: Task): Set<Task> {
    const family = task.makeFamily();
    if (family.children === undefined) {
      family.children = new Set();
      this.#bytes += setBytes;
    }
    return family.children;
  }
}
