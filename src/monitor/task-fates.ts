import type { State } from '../state/state.ts';

/**
 * Which running tasks nobody can vouch for. A task is suspected when its events may have been lost: we were deaf, or
 * its worker went away or lost its own connection (Celery 5.6 then never sends task-succeeded, protocol.md I.7). An
 * event of the task, or a worker that lists it, clears it.
 */
export class TaskFates {
  /** Uuids whose fate is unknown: STARTED as far as events told, and found nowhere since. */
  readonly unknown: Set<string> = new Set();
  /** Uuids that a worker still listed after events may have been lost: their end may never be told either. */
  readonly #doubtful = new Set<string>();
  readonly #state: State;

  constructor(state: State) {
    this.#state = state;
  }

  /** Uuids that are STARTED now, as far as events told. */
  running(): string[] {
    const uuids: string[] = [];
    for (const task of this.#state.tasks.values()) if (task.state === 'STARTED') uuids.push(task.uuid);
    return uuids;
  }

  workerOf(uuid: string): string | undefined {
    return this.#state.tasks.get(uuid)?.worker;
  }

  /** Marks those that are still STARTED and were not found. */
  suspect(uuids: readonly string[], found: ReadonlySet<string> = new Set()): void {
    for (const uuid of uuids) {
      if (found.has(uuid) || this.#state.tasks.get(uuid)?.state !== 'STARTED') this.unknown.delete(uuid);
      else this.unknown.add(uuid);
    }
  }

  /** A worker lists them. Those that ran already when events may have been lost have to be asked about again. */
  found(uuids: ReadonlySet<string>, suspected: readonly string[]): void {
    for (const uuid of uuids) this.unknown.delete(uuid);
    for (const uuid of suspected) {
      if (uuids.has(uuid)) this.#doubtful.add(uuid);
      else this.#doubtful.delete(uuid);
    }
  }

  /** Uuids that have to be asked about again. */
  get doubtful(): ReadonlySet<string> {
    return this.#doubtful;
  }

  /** Any event of a task tells of its fate. */
  noteEvent(uuid: string): void {
    if (this.unknown.size > 0) this.unknown.delete(uuid);
    if (this.#doubtful.size > 0) this.#doubtful.delete(uuid);
  }

  /** Drops what the State has evicted, so that the set stays within its limits. Returns true when it shrank. */
  prune(): boolean {
    const before = this.unknown.size;
    for (const uuid of this.unknown) if (!this.#state.tasks.has(uuid)) this.unknown.delete(uuid);
    for (const uuid of this.#doubtful) if (!this.#state.tasks.has(uuid)) this.#doubtful.delete(uuid);
    return this.unknown.size !== before;
  }
}
