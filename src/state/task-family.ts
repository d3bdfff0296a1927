import type { LruMap } from './lru-map.ts';
import type { Task } from './task.ts';

/**
 * Files tasks under their parents. A task whose parent is not in memory waits for it.
 *
 * Celery's fault that is mended here: children whose parent never appears stay parked for ever. Here an evicted task
 * leaves its place, whether under its parent or among the waiting, so nothing outlives the tasks in memory.
 */
export class TaskFamily {
  readonly #tasks: LruMap<Task>;
  /** uuid of a parent that is not in memory → the tasks that named it. */
  readonly #waiting: Map<string, Set<Task>> = new Map();

  constructor(tasks: LruMap<Task>) {
    this.#tasks = tasks;
  }

  /** Number of parents that tasks wait for: never more than there are tasks. */
  get waitingCount(): number {
    return this.#waiting.size;
  }

  /** Files the task under its parent, which counts as a use of the parent, and takes in children that waited for it. */
  update(task: Task): void {
    const { parentId, uuid } = task;
    if (typeof parentId === 'string' && parentId !== '') {
      const parent = this.#tasks.touch(parentId);
      if (parentId !== uuid) this.#fileUnder(parentId, parent, task);
    }
    if (this.#waiting.size > 0) this.#takeIn(task);
  }

  /** To be called when the task is no longer in memory. */
  forget(task: Task): void {
    const { parentUuid } = task.links;
    if (parentUuid === undefined) return;
    this.#tasks.get(parentUuid)?.links.children?.delete(task);
    const siblings = this.#waiting.get(parentUuid);
    if (siblings?.delete(task) && siblings.size === 0) this.#waiting.delete(parentUuid);
  }

  #fileUnder(parentUuid: string, parent: Task | undefined, task: Task): void {
    if (task.links.parentUuid !== parentUuid) {
      this.forget(task);
      task.links.parentUuid = parentUuid;
    }
    // The parent's own string if there is one, so that the tasks of a workflow share it.
    if (parent !== undefined) task.parentId = task.links.parentUuid = parent.uuid;
    if (parent !== undefined) {
      parent.links.children ??= new Set();
      parent.links.children.add(task);
      return;
    }
    const siblings = this.#waiting.get(parentUuid);
    if (siblings === undefined) this.#waiting.set(parentUuid, new Set([task]));
    else siblings.add(task);
  }

  #takeIn(parent: Task): void {
    const children = this.#waiting.get(parent.uuid);
    if (children === undefined) return;
    this.#waiting.delete(parent.uuid);
    parent.links.children ??= new Set();
    for (const child of children) parent.links.children.add(child);
  }
}
