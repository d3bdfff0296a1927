import { LruMap } from './lru-map.ts';
import type { Task } from './task.ts';
import { type TaskGroup, TaskGroups } from './task-group.ts';

/** Names remembered, in case a sender invents them; Celery remembers all. */
const maxTypes = 10_000;

/** Which type, worker and state each task in memory is filed under, and the types seen so far. */
export class TaskCatalog {
  readonly #types = new TaskGroups();
  readonly #workers = new TaskGroups();
  readonly #states = new TaskGroups();
  readonly #typesSeen: LruMap<string> = new LruMap(maxTypes);

  ofType(name: string): TaskGroup | undefined {
    return this.#types.get(name);
  }

  ofWorker(hostname: string): TaskGroup | undefined {
    return this.#workers.get(hostname);
  }

  ofState(state: string): TaskGroup | undefined {
    return this.#states.get(state);
  }

  /** How many tasks in memory are in each state. */
  countByState(): Map<string, number> {
    return new Map([...this.#states.all].map(({ name, size }) => [name, size]));
  }

  /** Sorted; also those of evicted tasks. */
  types(): string[] {
    return [...new Set([...this.#types.names, ...this.#typesSeen.entries.keys()])].sort();
  }

  /** Files the task under its present name, worker and state. */
  update(task: Task): void {
    const { links } = task;
    const type = this.#types.move(links.type, task.name ?? undefined);
    if (type !== undefined) {
      // The string that all tasks of the type share.
      task.name = type.name;
      if (type !== links.type && this.#typesSeen.get(type.name) === undefined) {
        this.#typesSeen.add(type.name, type.name);
      }
    }
    links.type = type;
    links.worker = this.#workers.move(links.worker, task.worker);
    links.state = this.#states.move(links.state, task.state);
  }

  forget(task: Task): void {
    const { links } = task;
    links.type = this.#types.move(links.type, undefined);
    links.worker = this.#workers.move(links.worker, undefined);
    links.state = this.#states.move(links.state, undefined);
  }
}
