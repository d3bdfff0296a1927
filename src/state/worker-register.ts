import type { Event } from '../protocol/event.ts';
import type { Copies } from './copies.ts';
import type { EventKind } from './event-kind.ts';
import { LruMap } from './lru-map.ts';
import type { EventOutcome, StateListeners } from './state-options.ts';
import { isStoredName } from './stored-value.ts';
import { type TaskGroup, TaskGroups } from './task-group.ts';
import { Worker } from './worker.ts';

/** The callbacks of StateOptions that are about workers. */
export type WorkerCallbacks = Pick<StateListeners<never>, 'onNodeJoin' | 'onNodeLeave' | 'onDrift'>;

/** A task as far as it has a worker. */
interface Employed {
  workerRecord: Worker | undefined;
}

/** The workers in memory, their tasks, and who is told of their coming and going and of clocks that disagree. */
export class WorkerRegister {
  /** By hostname, the next to be evicted first. */
  readonly entries: ReadonlyMap<string, Worker>;
  readonly #workers: LruMap<Worker>;
  readonly #groups = new TaskGroups();
  readonly #callbacks: WorkerCallbacks;
  #bytes = 0;

  constructor(limit: number, callbacks: WorkerCallbacks) {
    this.#workers = new LruMap(limit, (worker) => this.#forgotten(worker));
    this.#callbacks = callbacks;
    this.entries = this.#workers.entries;
  }

  /** What the workers take in memory, also those that only tasks still know. */
  get bytes(): number {
    return this.#bytes + this.#groups.bytes;
  }

  /** The worker's record, made when there is none yet. @param likely nearly always the one: saves looking for it */
  of(hostname: string, likely?: Worker): Worker {
    if (likely?.inMemory && likely.hostname === hostname) return likely;
    const known = this.#workers.get(hostname);
    if (known !== undefined) return known;
    const worker = new Worker(hostname);
    worker.inMemory = true;
    this.#bytes += worker.bytes;
    this.#workers.add(hostname, worker);
    return worker;
  }

  /** The tasks in memory whose newest worker has this hostname. */
  tasksOf(hostname: string): TaskGroup | undefined {
    return this.#groups.get(hostname);
  }

  /** Makes the worker that of the task. */
  employ(task: Employed, worker: Worker): void {
    if (task.workerRecord === worker) return;
    this.dismiss(task);
    worker.group = this.#groups.enter(worker.hostname, worker.group);
    worker.tasks += 1;
    task.workerRecord = worker;
  }

  /** The task counts no longer as one of its worker, though it remembers it. */
  dismiss({ workerRecord: worker }: Employed): void {
    if (worker === undefined) return;
    this.#groups.leave(worker.group);
    worker.tasks -= 1;
    if (worker.tasks === 0 && !worker.inMemory) this.#bytes -= worker.bytes;
  }

  /**
   * Takes in a worker event.
   *
   * @param changed gives the change its number
   * @returns undefined for an event that lacks what it needs
   */
  event(kind: EventKind, event: Event, changed: () => number): EventOutcome | undefined {
    const { hostname, timestamp, local_received: localReceived } = event;
    if (!isStoredName(hostname) || timestamp === undefined || localReceived === undefined) return undefined;
    const isOffline = kind.subject === 'offline';
    const known = this.#workers.get(hostname);
    const created = known === undefined && !isOffline;
    const worker = known ?? (created ? this.of(hostname) : new Worker(hostname));
    const before = worker.bytes;
    worker.update(event);
    if (worker.inMemory) this.#bytes += worker.bytes - before;
    if (isOffline) worker.heartbeats.length = 0;
    else this.beat(worker, event, false);
    worker.revision = changed();
    const { onNodeJoin, onNodeLeave } = this.#callbacks;
    if (created || kind.subject === 'online') onNodeJoin?.(worker);
    if (isOffline && onNodeLeave !== undefined) {
      onNodeLeave(worker);
      this.#workers.delete(hostname);
      if (worker.inMemory) this.#forgotten(worker);
    }
    return { object: worker, created, subject: kind.subject };
  }

  /** For a new register. @param workers the copies of the workers, those that only tasks still know included */
  copyFrom(other: WorkerRegister, groups: Copies<TaskGroup>, workers: Copies<Worker>): void {
    this.#groups.copyFrom(other.#groups, groups);
    this.#workers.copyFrom(other.#workers, (worker) => workers.of(worker));
    this.#bytes = other.#bytes;
  }

  /** Notes a sign of life; the first time that the worker's clock is far from ours, `onDrift` is told. */
  beat(worker: Worker, event: Event, ofTask: boolean): void {
    const isDrifting = worker.beat(event.timestamp, event.local_received, ofTask);
    if (!isDrifting || worker.driftReported) return;
    worker.driftReported = true;
    this.#callbacks.onDrift?.(worker, worker.drift ?? 0);
  }

  /** Returns false when there is none. */
  evictOldest(): boolean {
    return this.#workers.evictOldest();
  }

  clear(): void {
    for (const worker of this.entries.values()) this.#forgotten(worker);
    this.#workers.clear();
  }

  #forgotten(worker: Worker): void {
    worker.inMemory = false;
    if (worker.tasks === 0) this.#bytes -= worker.bytes;
  }
}
