import type { Event } from '../protocol/event.ts';
import { cell } from './cell-pages.ts';
import { type EventKind, eventKind } from './event-kind.ts';
import { eventClock, eventTime } from './event-time.ts';
import {
  type EventOutcome,
  type GroupHandler,
  type ListOptions,
  limitOf,
  type StateOptions,
} from './state-options.ts';
import { isStoredName } from './stored-value.ts';
import type { Task } from './task.ts';
import { TaskFamily } from './task-family.ts';
import type { TaskGroup } from './task-group.ts';
import { TaskJournal } from './task-journal.ts';
import { TaskMap } from './task-map.ts';
import { TaskTable } from './task-table.ts';
import { TaskTimeline } from './task-timeline.ts';
import { TaskWalk } from './task-walk.ts';
import type { Worker } from './worker.ts';
import { WorkerRegister } from './worker-register.ts';

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
  /** Tasks that had to make room for others. */
  evictions = 0;
  /** By uuid, the next to be evicted first. */
  readonly tasks: ReadonlyMap<string, Task>;
  /** By hostname, the next to be evicted first. */
  readonly workers: ReadonlyMap<string, Worker>;
  /** By event group; a handler for `task` or `worker` replaces the built-in one. */
  readonly handlers: Map<string, GroupHandler> = new Map();
  readonly maxTasksInMemory: number;
  readonly maxWorkersInMemory: number;

  readonly #options: StateOptions<State>;
  readonly #tasks: TaskTable;
  readonly #workers: WorkerRegister;
  readonly #timeline: TaskTimeline;
  readonly #family: TaskFamily;
  readonly #journal: TaskJournal;
  /** Events that came in while frozen; undefined when not frozen. */
  #deferred: Event[] | undefined = undefined;

  /** @throws UsageError for a limit that is not a whole number above 0 */
  constructor(options: StateOptions<State> = {}) {
    this.#options = options;
    this.maxTasksInMemory = limitOf('maxTasksInMemory', options.maxTasksInMemory ?? 10_000);
    this.maxWorkersInMemory = limitOf('maxWorkersInMemory', options.maxWorkersInMemory ?? 5_000);
    this.#tasks = new TaskTable(this.maxTasksInMemory, (task) => {
      this.evictions += 1;
      this.#forget(task);
    });
    this.#workers = new WorkerRegister(this.maxWorkersInMemory, options);
    this.#timeline = new TaskTimeline(this.#tasks.bySlot);
    this.#journal = new TaskJournal(this.#tasks.bySlot);
    this.#family = new TaskFamily(this.#tasks);
    this.tasks = new TaskMap(this.#tasks);
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
    if (kind.group !== 'worker') return undefined;
    return this.#workers.event(kind, event, () => this.#changed()) ?? this.#malformed();
  }

  /** Tasks in time order: by logical clock, equal ones by origin, and by time where a clock is not known. */
  tasksByTime(options: ListOptions = {}): Task[] {
    return this.#timeline.list(options.reverse ?? true, options.limit ?? this.tasks.size);
  }

  /** Tasks whose present name is `name`, in time order. */
  tasksByType(name: string, options: ListOptions = {}): Task[] {
    const type = this.#tasks.catalog.ofType(name);
    return this.#listed(type, (task) => task.typeGroup === type, options);
  }

  /** Tasks whose newest worker is `hostname`, in time order. */
  tasksByWorker(hostname: string, options: ListOptions = {}): Task[] {
    const group = this.#tasks.catalog.workers.get(hostname);
    return this.#listed(group, (task) => task.workerRecord?.group === group, options);
  }

  /** Tasks whose present state is `state`, in time order. */
  tasksByState(state: string, options: ListOptions = {}): Task[] {
    const group = this.#tasks.catalog.states.get(state);
    return this.#listed(group, (task) => task.stateGroup === group, options);
  }

  /** Tasks of the workflow that began with this uuid, in time order. */
  tasksByRoot(rootId: string, options: ListOptions = {}): Task[] {
    const limit = options.limit ?? this.tasks.size;
    return this.#timeline.list(options.reverse ?? true, limit, (task) => task.rootId === rootId);
  }

  /** How many tasks in memory are in each state; states without a task are left out. */
  countByState(): ReadonlyMap<string, number> {
    return this.#tasks.catalog.countByState();
  }

  /** All tasks in time order, newest first, in slices as small as the caller likes. */
  walk(): TaskWalk {
    return new TaskWalk(this.revision, this.#timeline);
  }

  /**
   * The tasks in memory that changed after a `revision`, each once, the longest unchanged first. Undefined when that is
   * no longer known: more than 65,536 changes ago, or before the tasks were cleared or ordered anew.
   */
  changedSince(revision: number): readonly Task[] | undefined {
    return this.#journal.changedSince(revision, this.revision);
  }

  /** The task types seen so far, also those of evicted tasks, sorted. */
  taskTypes(): string[] {
    return this.#tasks.catalog.types();
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
      this.#forget(task);
      this.#tasks.remove(task);
    }
    this.#timeline.clear();
    this.#reordered();
  }

  /** Puts every task in memory into the time order, by its newest state alone. */
  rebuildTaskHeap(): void {
    this.#timeline.rebuild(this.tasks.values());
    this.#reordered();
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

  #taskEvent(kind: EventKind, event: Event): EventOutcome | undefined {
    const { uuid, hostname } = event;
    if (!isStoredName(uuid) || !isStoredName(hostname)) return this.#malformed();
    if (event.timestamp === undefined || event.local_received === undefined) return this.#malformed();
    const known = this.#tasks.get(uuid);
    const task = known ?? this.#tasks.add(uuid);
    const { catalog } = this.#tasks;
    // A task-sent comes from the client, all others from a worker.
    const worker = kind.subject === 'sent' ? undefined : this.#workers.of(hostname, known?.workerRecord);
    const sender = worker?.hostname ?? catalog.share(hostname);
    if (worker === undefined) {
      task.rare().client = sender;
    } else {
      catalog.employ(task, worker);
      this.#workers.beat(worker, event, true);
      worker.revision = this.revision + 1;
    }
    const time = eventTime(event);
    const origin = worker ?? { id: sender, number: 0 };
    this.#timeline.insert(eventClock(event.clock), time, origin, task.slot);
    if (kind.subject === 'received') this.taskCount += 1;
    const earlier = known === undefined ? undefined : known.stageTime(kind);
    task.event(kind, sender, time, event);
    task.writeCell(cell.revision, this.#changed(task.slot));
    this.#family.update(task);
    return { object: task, created: known === undefined, subject: kind.subject, earlier };
  }

  #listed(group: TaskGroup | undefined, isIn: (task: Task) => boolean, options: ListOptions): Task[] {
    if (group === undefined) return [];
    // No need to walk on once all of them are found.
    const limit = Math.min(options.limit ?? group.size, group.size);
    return this.#timeline.list(options.reverse ?? true, limit, isIn);
  }

  #changed(slot = 0): number {
    this.revision += 1;
    this.#journal.note(this.revision, slot);
    return this.revision;
  }

  #reordered(): void {
    this.revision += 1;
    this.#journal.clear(this.revision);
  }

  /** While the task still has its slot. */
  #forget(task: Task): void {
    this.#timeline.remove(task.slot);
    this.#family.forget(task);
    this.#tasks.catalog.leave(task);
  }

  #malformed(): undefined {
    this.malformedCount += 1;
    return undefined;
  }
}
