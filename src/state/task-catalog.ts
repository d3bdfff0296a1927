import { LruMap } from './lru-map.ts';
import { type TaskGroup, TaskGroups } from './task-group.ts';
import type { Worker } from './worker.ts';

/** Names remembered, in case a sender invents them; Celery remembers all. */
const maxTypes = 10_000;

/** Texts of which all tasks share one copy, and the longest of them. */
const maxShared = 4_096;
const longestShared = 256;

/** A task as far as it is counted. */
interface Counted {
  readonly typeGroup: TaskGroup | undefined;
  readonly stateGroup: TaskGroup | undefined;
  workerRecord: Worker | undefined;
}

/** Which types, workers and states the tasks in memory have, and the types seen so far. */
export class TaskCatalog {
  readonly workers: TaskGroups = new TaskGroups();
  readonly states: TaskGroups = new TaskGroups();
  readonly #types: TaskGroups = new TaskGroups();
  readonly #typesSeen: LruMap<string> = new LruMap(maxTypes);
  readonly #shared: Map<string, string> = new Map();

  ofType(name: string): TaskGroup | undefined {
    return this.#types.get(name);
  }

  /** Sorted; also those of evicted tasks. */
  types(): string[] {
    return [...new Set([...this.#types.names, ...this.#typesSeen.entries.keys()])].sort();
  }

  /** Counts a task of this name, and no longer one in `before`. */
  retype(before: TaskGroup | undefined, name: string | null): TaskGroup | undefined {
    if (before?.name === name) return before;
    this.#types.leave(before);
    if (name === null) return undefined;
    const type = this.#types.enter(name);
    if (type.size === 1 && this.#typesSeen.get(type.name) === undefined) {
      this.#typesSeen.add(type.name, type.name);
    }
    return type;
  }

  /** Counts a task of this state, and no longer one in `before`. */
  restate(before: TaskGroup | undefined, state: string): TaskGroup {
    if (before?.name === state) return before;
    this.states.leave(before);
    return this.states.enter(state);
  }

  /** Makes the worker that of the task. */
  employ(task: Counted, worker: Worker): void {
    if (task.workerRecord === worker) return;
    this.workers.leave(task.workerRecord?.group);
    worker.group = this.workers.enter(worker.hostname, worker.group);
    task.workerRecord = worker;
  }

  /** The task is counted nowhere any more. */
  leave({ typeGroup, stateGroup, workerRecord }: Counted): void {
    this.#types.leave(typeGroup);
    this.states.leave(stateGroup);
    this.workers.leave(workerRecord?.group);
  }

  countByState(): Map<string, number> {
    return new Map([...this.states.all].map(({ name, size }) => [name, size]));
  }

  /** The one copy of a text that many tasks have: the name of a queue, of a client. */
  share(text: string): string {
    if (text.length > longestShared) return text;
    const known = this.#shared.get(text);
    if (known !== undefined) return known;
    // A sender that invents them makes us begin anew, no more.
    if (this.#shared.size >= maxShared) this.#shared.clear();
    this.#shared.set(text, text);
    return text;
  }
}
