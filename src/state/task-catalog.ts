import { LruMap } from './lru-map.ts';
import type { Task } from './task.ts';
import { TaskIndex } from './task-index.ts';

/** Names remembered, in case a sender invents them; Celery remembers all. */
const maxTypes = 10_000;

/** The tasks in memory by type and by worker, and the types seen so far. */
export class TaskCatalog {
  readonly #byType = new TaskIndex();
  readonly #byWorker = new TaskIndex();
  /** Each name once, so that the tasks of a type share one string. */
  readonly #types: LruMap<string> = new LruMap(maxTypes);

  ofType(name: string): ReadonlySet<Task> | undefined {
    return this.#byType.get(name);
  }

  ofWorker(hostname: string): ReadonlySet<Task> | undefined {
    return this.#byWorker.get(hostname);
  }

  /** Sorted; also those of evicted tasks. */
  types(): string[] {
    return [...this.#types.entries.keys()].sort();
  }

  /** Files the task under its present name and worker. */
  update(task: Task): void {
    const { links, worker } = task;
    const name = this.#sharedName(task.name, links.indexedName);
    if (name !== undefined) task.name = name;
    this.#byType.move(task, links.indexedName, name);
    links.indexedName = name;
    this.#byWorker.move(task, links.indexedWorker, worker);
    links.indexedWorker = worker;
  }

  forget(task: Task): void {
    this.#byType.move(task, task.links.indexedName, undefined);
    this.#byWorker.move(task, task.links.indexedWorker, undefined);
  }

  #sharedName(name: string | null | undefined, present: string | undefined): string | undefined {
    if (typeof name !== 'string') return undefined;
    if (name === present) return present;
    const seen = this.#types.get(name);
    if (seen === undefined) this.#types.add(name, name);
    return seen ?? name;
  }
}
