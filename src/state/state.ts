import { UsageError } from '../errors.ts';
import type { Event } from '../protocol/event.ts';
import { type EventKind, eventKind } from './event-kind.ts';
import { eventClock, eventTime } from './event-time.ts';
import { LruMap } from './lru-map.ts';
import type { EventOutcome, GroupHandler, ListOptions, StateOptions } from './state-options.ts';
import { isStoredName } from './stored-value.ts';
import { Task } from './task.ts';
import { TaskCatalog } from './task-catalog.ts';
import { TaskFamily } from './task-family.ts';
import type { TaskGroup } from './task-group.ts';
import { TaskTimeline } from './task-timeline.ts';
import { Worker } from './worker.ts';

/** Timeline entries per task: sent, received, started and an end. Mirrors celery/events/state.py:State.heap_multiplier. */
const eventsPerTask = 4;

/**
 * The cluster as its events describe it. Mirrors celery/events/state.py:State in camelCase.
 *
 * An event that lacks what its group needs is counted in `eventCount` and `malformedCount` and changes nothing: a
 * worker event needs `hostname`, `timestamp` and `local_received`, a task event also `uuid`; both names and
 * the type must be strings of at most 1,024 characters. (Celery raises KeyError for a task event, ignores a worker
 * event, and raises TypeError for a uuid or hostname it cannot hash.) An absent clock, which Celery demands, counts like a null one: such events are ordered by
 * time. No event makes `event` throw; what a callback throws passes through.
 *
 * Celery's faults that are mended here, besides those named at Task, Worker, TaskTimeline and TaskFamily:
 * - a task enters the index of its type and of its worker when these become known, where Celery looks only at the
 *   event that created the task, and only if that has a name;
 * - `tasksByWorker` names workers; in Celery a task that began with a task-sent is filed under its client, and asking
 *   for a worker raises AttributeError as soon as one task has none;
 * - a limit counts tasks; in Celery's `tasks_by_time` it counts events, so that 10 may give three tasks;
 * - evicted tasks are gone at once, also from indexes and lists, where Celery's stay until Python collects the cycle;
 * - reading `tasks` does not protect a task from being evicted, and `taskTypes` remembers 10,000 names.
 *
 * @example
 * const state = new State({ maxTasksInMemory: 1000 });
 * state.event({ type: 'task-started', uuid, hostname, timestamp, local_received: timestamp, clock: 7 });
 * state.tasks.get(uuid)?.state; // 'STARTED'
 */
export class State {
  /** Events of any kind since the start or the last `clear`. */
  eventCount = 0;
  /** task-received events, so a retried task counts again. */
  taskCount = 0;
  /** Events that lacked what their group needs. */
  malformedCount = 0;
  /** Grows with each change of any task or worker. */
  revision = 0;
  /** By uuid, the next to be evicted first. */
  readonly tasks: ReadonlyMap<string, Task>;
  /** By hostname, the next to be evicted first. */
  readonly workers: ReadonlyMap<string, Worker>;
  /** By event group; a handler for `task` or `worker` replaces the built-in one. */
  readonly handlers: Map<string, GroupHandler> = new Map();
  readonly maxTasksInMemory: number;
  readonly maxWorkersInMemory: number;

  readonly #options: StateOptions<State>;
  readonly #tasks: LruMap<Task>;
  readonly #workers: LruMap<Worker>;
  readonly #timeline: TaskTimeline;
  readonly #family: TaskFamily;
  readonly #catalog = new TaskCatalog();
  /** Events that came in while frozen; undefined when not frozen. */
  #deferred: Event[] | undefined = undefined;

  /** @throws UsageError for a limit that is not a whole number above 0 */
  constructor(options: StateOptions<State> = {}) {
    this.#options = options;
    this.maxTasksInMemory = limitOf('maxTasksInMemory', options.maxTasksInMemory ?? 10_000);
    this.maxWorkersInMemory = limitOf('maxWorkersInMemory', options.maxWorkersInMemory ?? 5_000);
    this.#tasks = new LruMap(this.maxTasksInMemory, (task) => this.#forget(task));
    this.#workers = new LruMap(this.maxWorkersInMemory);
    this.#timeline = new TaskTimeline(this.maxTasksInMemory * eventsPerTask);
    this.#family = new TaskFamily(this.#tasks);
    this.tasks = this.#tasks.entries;
    this.workers = this.#workers.entries;
  }

  /**
   * Takes in one event.
   *
   * @returns undefined for an event of a group nobody handles, and for one that lacks what its group needs
   */
  event(event: Event): EventOutcome | undefined {
    if (this.#deferred !== undefined) {
      this.#deferred.push(event);
      return undefined;
    }
    this.eventCount += 1;
    if (typeof event !== 'object' || event === null) return this.#malformed();
    this.#options.callback?.(this, event);
    if (!isStoredName(event.type)) return this.#malformed();
    const kind = eventKind(event.type);
    const handler = this.handlers.size > 0 ? this.handlers.get(kind.group) : undefined;
    if (handler !== undefined) {
      return { object: handler(kind.subject, event), created: false, subject: kind.subject };
    }
    if (kind.group === 'task') return this.#taskEvent(kind, event);
    if (kind.group === 'worker') return this.#workerEvent(kind, event);
    return undefined;
  }

  /** Tasks in time order: by logical clock, equal ones by origin, and by time where a clock is not known. */
  tasksByTime(options: ListOptions = {}): Task[] {
    return this.#timeline.list(options.reverse ?? true, options.limit ?? this.tasks.size);
  }

  /** Tasks whose present name is `name`, in time order. */
  tasksByType(name: string, options: ListOptions = {}): Task[] {
    const type = this.#catalog.ofType(name);
    return this.#listed(type, (task) => task.links.type === type, options);
  }

  /** Tasks whose newest worker is `hostname`, in time order. */
  tasksByWorker(hostname: string, options: ListOptions = {}): Task[] {
    const worker = this.#catalog.ofWorker(hostname);
    return this.#listed(worker, (task) => task.links.worker === worker, options);
  }

  /** The task types seen so far, also those of evicted tasks, sorted. */
  taskTypes(): string[] {
    return this.#catalog.types();
  }

  /** @param now seconds since the epoch */
  aliveWorkers(now: number = this.#options.now?.() ?? Date.now() / 1000): Worker[] {
    return [...this.workers.values()].filter((worker) => worker.alive(now));
  }

  /** Forgets all workers, the tasks that are ready (or all) and the counters. */
  clear(ready: boolean = true): void {
    this.#workers.clear();
    this.clearTasks(ready);
    this.eventCount = 0;
    this.taskCount = 0;
    this.malformedCount = 0;
  }

  /**
   * Forgets the tasks that are ready, or all. Those that remain have no place in the time order until an event of
   * theirs arrives or `rebuildTaskHeap` is called, as in Celery.
   */
  clearTasks(ready: boolean = true): void {
    for (const task of [...this.tasks.values()]) {
      if (ready && !task.ready) continue;
      this.#tasks.delete(task.uuid);
      this.#forget(task);
    }
    this.#timeline.clear();
    this.revision += 1;
  }

  /** Puts every task in memory into the time order, by its newest state alone. */
  rebuildTaskHeap(): void {
    this.#timeline.rebuild(this.tasks.values());
    this.revision += 1;
  }

  /**
   * Runs `fn` on a state that stands still: events that come in meanwhile are taken in afterwards, as Celery's lock
   * makes them wait. `fn` must be synchronous.
   *
   * @param options.clearAfter `clear()` when `fn` is done, also when it throws
   */
  freezeWhile<Result>(fn: () => Result, options: { clearAfter?: boolean } = {}): Result {
    if (this.#deferred !== undefined) return fn();
    const deferred: Event[] = [];
    this.#deferred = deferred;
    try {
      return fn();
    } finally {
      this.#deferred = undefined;
      if (options.clearAfter === true) this.clear();
      for (const event of deferred) this.event(event);
    }
  }

  #workerEvent(kind: EventKind, event: Event): EventOutcome | undefined {
    const { hostname, timestamp, local_received: localReceived } = event;
    if (!isStoredName(hostname) || timestamp === undefined || localReceived === undefined) {
      return this.#malformed();
    }
    const isOffline = kind.subject === 'offline';
    const known = this.#workers.get(hostname);
    const worker = known ?? new Worker(hostname);
    const created = known === undefined && !isOffline;
    if (created) this.#workers.add(hostname, worker);
    worker.update(event);
    if (isOffline) worker.heartbeats.length = 0;
    else this.#beat(worker, event, false);
    this.revision += 1;
    worker.revision = this.revision;
    if (created || kind.subject === 'online') this.#options.onNodeJoin?.(worker);
    if (isOffline && this.#options.onNodeLeave !== undefined) {
      this.#options.onNodeLeave(worker);
      this.#workers.delete(hostname);
    }
    return { object: worker, created, subject: kind.subject };
  }

  #taskEvent(kind: EventKind, event: Event): EventOutcome | undefined {
    const { uuid, hostname, timestamp, local_received: localReceived } = event;
    if (
      !isStoredName(uuid) ||
      !isStoredName(hostname) ||
      timestamp === undefined ||
      localReceived === undefined
    ) {
      return this.#malformed();
    }
    const known = this.#tasks.get(uuid);
    const task = known ?? new Task(uuid, this.tasks);
    if (known === undefined) this.#tasks.add(uuid, task);
    // A task-sent comes from the client, all others from a worker.
    const worker = kind.subject === 'sent' ? undefined : this.#workerOf(hostname);
    if (worker === undefined) task.client = hostname;
    else {
      task.workerRecord = worker;
      this.#beat(worker, event, true);
      worker.revision = this.revision + 1;
    }
    const time = eventTime(event);
    this.#timeline.insert(eventClock(event.clock), time, worker?.id ?? hostname, task.links);
    if (kind.subject === 'received') this.taskCount += 1;
    const earlier = kind.stage === undefined ? undefined : known?.[kind.stage.property];
    task.event(kind, worker?.hostname ?? hostname, time, event);
    this.revision += 1;
    task.revision = this.revision;
    this.#catalog.update(task);
    this.#family.update(task);
    return { object: task, created: known === undefined, subject: kind.subject, earlier };
  }

  #workerOf(hostname: string): Worker {
    const known = this.#workers.get(hostname);
    if (known !== undefined) return known;
    const worker = new Worker(hostname);
    this.#workers.add(hostname, worker);
    return worker;
  }

  #beat(worker: Worker, event: Event, ofTask: boolean): void {
    const isDrifting = worker.beat(event.timestamp, event.local_received, ofTask);
    if (!isDrifting || worker.driftReported) return;
    worker.driftReported = true;
    this.#options.onDrift?.(worker, worker.drift ?? 0);
  }

  #listed(group: TaskGroup | undefined, isIn: (task: Task) => boolean, options: ListOptions): Task[] {
    if (group === undefined) return [];
    // No need to walk on once all of them are found.
    const limit = Math.min(options.limit ?? group.size, group.size);
    return this.#timeline.list(options.reverse ?? true, limit, isIn);
  }

  #forget(task: Task): void {
    const { links } = task;
    links.task = undefined;
    this.#catalog.forget(task);
    this.#family.forget(task);
    // The timeline may hold on to the links for a while, but not to other tasks through them.
    links.children = undefined;
  }

  #malformed(): undefined {
    this.malformedCount += 1;
    return undefined;
  }
}

function limitOf(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new UsageError(`State cannot be made with ${name} ${value}: give a whole number above 0.`);
}
