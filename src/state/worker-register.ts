import type { Event } from '../protocol/event.ts';
import type { EventKind } from './event-kind.ts';
import { LruMap } from './lru-map.ts';
import type { EventOutcome } from './state-options.ts';
import { isStoredName } from './stored-value.ts';
import { Worker } from './worker.ts';

/** The callbacks of StateOptions that are about workers. */
export interface WorkerCallbacks {
  onNodeJoin?: (worker: Worker) => void;
  onNodeLeave?: (worker: Worker) => void;
  onDrift?: (worker: Worker, seconds: number) => void;
}

/** The workers in memory, and who is told of their coming and going and of clocks that disagree. */
export class WorkerRegister {
  /** By hostname, the next to be evicted first. */
  readonly entries: ReadonlyMap<string, Worker>;
  readonly #workers: LruMap<Worker>;
  readonly #callbacks: WorkerCallbacks;

  constructor(limit: number, callbacks: WorkerCallbacks) {
    this.#workers = new LruMap(limit, (worker) => {
      worker.inMemory = false;
    });
    this.#callbacks = callbacks;
    this.entries = this.#workers.entries;
  }

  /** The worker's record, made when there is none yet. @param likely nearly always the one: saves looking for it */
  of(hostname: string, likely?: Worker): Worker {
    if (likely?.inMemory && likely.hostname === hostname) return likely;
    const known = this.#workers.get(hostname);
    if (known !== undefined) return known;
    const worker = new Worker(hostname);
    worker.inMemory = true;
    this.#workers.add(hostname, worker);
    return worker;
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
    worker.update(event);
    if (isOffline) worker.heartbeats.length = 0;
    else this.beat(worker, event, false);
    worker.revision = changed();
    const { onNodeJoin, onNodeLeave } = this.#callbacks;
    if (created || kind.subject === 'online') onNodeJoin?.(worker);
    if (isOffline && onNodeLeave !== undefined) {
      onNodeLeave(worker);
      worker.inMemory = false;
      this.#workers.delete(hostname);
    }
    return { object: worker, created, subject: kind.subject };
  }

  /** Notes a sign of life; the first time that the worker's clock is far from ours, `onDrift` is told. */
  beat(worker: Worker, event: Event, ofTask: boolean): void {
    const isDrifting = worker.beat(event.timestamp, event.local_received, ofTask);
    if (!isDrifting || worker.driftReported) return;
    worker.driftReported = true;
    this.#callbacks.onDrift?.(worker, worker.drift ?? 0);
  }

  clear(): void {
    for (const worker of this.entries.values()) worker.inMemory = false;
    this.#workers.clear();
  }
}
