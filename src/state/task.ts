import type { Event } from '../protocol/event.ts';
import { precedence, readyStates } from '../protocol/task-state.ts';
import type { EventKind } from './event-kind.ts';
import { type ExtraFields, keepExtra, noExtraFields } from './extra-fields.ts';
import { storedText } from './stored-value.ts';
import { fieldByProperty, fieldByWireName, type TaskField, TaskFields, taskFields } from './task-fields.ts';
import type { TaskGroup } from './task-group.ts';
import type { Worker } from './worker.ts';

/** What `info()` shows unless told otherwise. Mirrors celery/events/state.py:Task._info_fields. */
const infoFields: readonly string[] = [
  'args',
  'kwargs',
  'retries',
  'result',
  'eta',
  'runtime',
  'expires',
  'exception',
  'exchange',
  'routingKey',
  'rootId',
  'parentId',
];

/**
 * A task's place in the structures of its State. Kept apart from the task, so that what still points here does not
 * keep an evicted task in memory.
 */
export class TaskLinks {
  /** Undefined once the task is evicted. */
  task: Task | undefined;
  /** Number of the last walk over the timeline that met this task. */
  walk: number = 0;
  /** Tasks in memory that name this one as their parent. */
  children: Set<Task> | undefined = undefined;
  /** The parent this task is filed under: the newest `parentId` that is not its own uuid. */
  parentUuid: string | undefined = undefined;
  /** What the task is filed under. */
  type: TaskGroup | undefined = undefined;
  worker: TaskGroup | undefined = undefined;
  state: TaskGroup | undefined = undefined;

  constructor(task: Task) {
    this.task = task;
  }
}

/**
 * One task as its events describe it. Mutated in place; `revision` tells whether it changed.
 * Mirrors celery/events/state.py:Task, in camelCase, with `worker` as a hostname.
 *
 * Celery's faults that are mended here: a retried task, whose second task-received names its own uuid as parent, does
 * not become its own child and keeps the parent it had; `parent` and `root` are looked up at each reading, where
 * Celery remembers the first answer for ever, also "not there yet"; wire fields called `state`, `worker`, `client`,
 * `children` and the like cannot overwrite the task's own and are found in `extra`; a rejected task is REJECTED, where
 * Celery leaves it STARTED for ever (see `state`).
 */
export class Task extends TaskFields {
  readonly uuid: string;
  /** What the events merge to by Celery's precedence. */
  mergedState: string = 'PENDING';
  /** Hostname of the process that sent the task, known from a task-sent. */
  client: string | undefined = undefined;
  /** The worker of the newest event that came from one. */
  workerRecord: Worker | undefined = undefined;
  /** `State.revision` at the newest change. */
  revision: number = 0;
  /** Book-keeping of the State. */
  readonly links: TaskLinks;
  readonly #cluster: ReadonlyMap<string, Task>;
  #extra: Map<string, unknown> | undefined = undefined;

  constructor(uuid: string, cluster: ReadonlyMap<string, Task>) {
    super();
    this.uuid = uuid;
    this.#cluster = cluster;
    this.links = new TaskLinks(this);
  }

  /**
   * PENDING, RECEIVED, STARTED, RETRY, SUCCESS, FAILURE, REVOKED, REJECTED, or a custom event's subject in capitals.
   *
   * Celery ranks REJECTED below STARTED, though a task can only reject itself after it has started: its State shows
   * such a task as running for ever. Here it is REJECTED until a later event says that it was received again.
   */
  get state(): string {
    const { mergedState, rejected } = this;
    if (mergedState !== 'STARTED' && mergedState !== 'RECEIVED') return mergedState;
    if (typeof rejected !== 'number' || rejected < (this.started ?? 0)) return mergedState;
    return rejected >= (this.received ?? 0) ? 'REJECTED' : 'RECEIVED';
  }

  /** Hostname of the worker. */
  get worker(): string | undefined {
    return this.workerRecord?.hostname;
  }

  /** The sender until a worker has it, then `hostname.pid` of the worker. */
  get origin(): string | undefined {
    return this.workerRecord === undefined ? this.client : this.workerRecord.id;
  }

  /** Succeeded, failed or revoked. */
  get ready(): boolean {
    return readyStates.has(this.state);
  }

  /** No longer in memory of the State: what is still shown of it will not change. */
  get evicted(): boolean {
    return this.links.task === undefined;
  }

  /** The tasks in memory that this one started, in the order in which they were seen. */
  get children(): Task[] {
    return this.links.children === undefined ? [] : [...this.links.children];
  }

  /** Undefined also when the parent is not, or no longer, in memory. */
  get parent(): Task | undefined {
    const { parentUuid } = this.links;
    return parentUuid === undefined ? undefined : this.#cluster.get(parentUuid);
  }

  /** The task that began the workflow, itself for a task on its own; undefined when it is not in memory. */
  get root(): Task | undefined {
    return typeof this.rootId === 'string' ? this.#cluster.get(this.rootId) : undefined;
  }

  /** Event fields without a property here, and those whose value has an unexpected type, by wire name. */
  get extra(): ExtraFields {
    return this.#extra ?? noExtraFields();
  }

  /** Of a task-revoked: whether the running task was killed. */
  get terminated(): unknown {
    return this.#extra?.get('terminated');
  }

  /** Of a task-revoked: number or name of the signal. */
  get signum(): unknown {
    return this.#extra?.get('signum');
  }

  /** Of a task-revoked: whether it was too late to run it. */
  get expired(): unknown {
    return this.#extra?.get('expired');
  }

  /** Of a task-rejected: whether it went back to its queue. */
  get requeue(): unknown {
    return this.#extra?.get('requeue');
  }

  /**
   * Merges an event. One that logically comes before the present state (task-started after task-succeeded) does not
   * change the state; of a late task-received only what describes the task is taken, of others everything. RETRY
   * always wins, and anything wins over RETRY. Mirrors celery/events/state.py:Task.event.
   *
   * @param hostname the sender, as the string that many tasks share
   * @param time seconds since the epoch
   */
  event(kind: EventKind, hostname: string, time: number, event: Event): void {
    kind.stage?.write(this, time);
    const isLate =
      kind.state !== 'RETRY' &&
      this.mergedState !== 'RETRY' &&
      kind.precedence > precedence(this.mergedState);
    if (isLate && kind.state === 'RECEIVED') {
      this.#merge(event, true);
      return;
    }
    this.#merge(event, false);
    // The strings that all events of a kind share, instead of the copies this event brought.
    this.type = kind.type;
    this.hostname = hostname;
    if (this.rootId === this.uuid) this.rootId = this.uuid;
    if (isLate) return;
    this.mergedState = kind.state;
    this.timestamp = time;
  }

  /**
   * What is known and of use on a screen: fields that are neither undefined nor null.
   *
   * @param fields property names; wire names are understood for fields in `extra`
   */
  info(fields: readonly string[] = infoFields, extra: readonly string[] = []): Record<string, unknown> {
    const info: Record<string, unknown> = Object.create(null);
    for (const name of [...fields, ...extra]) {
      const value = this.#read(name);
      if (value !== undefined && value !== null) info[name] = value;
    }
    return info;
  }

  /** Everything known, by wire names, values as they arrived: what a raw view shows. */
  fields(): Record<string, unknown> {
    const all: Record<string, unknown> = Object.create(null);
    all['uuid'] = this.uuid;
    all['state'] = this.state;
    if (this.client !== undefined) all['client'] = this.client;
    if (this.workerRecord !== undefined) all['worker'] = this.worker;
    for (const { wireName, property } of taskFields) {
      const value = this[property];
      if (value !== undefined) all[wireName] = value;
    }
    // Also in place of the null that stands for a value of an unexpected type; never over what the task knows better.
    for (const [name, value] of this.extra) all[name] ??= value;
    return all;
  }

  toJSON(): Record<string, unknown> {
    return this.fields();
  }

  #merge(event: Event, late: boolean): void {
    for (const name in event) {
      const field = fieldByWireName.get(name);
      if (late && field?.keptWhenLate !== true) continue;
      if (field === undefined) this.#keep(name, event[name]);
      else this.#write(field, event[name]);
    }
  }

  #write(field: TaskField, value: unknown): void {
    if (field.type === 'string' && typeof value === 'string') field.write(this, storedText(value));
    else if (value === null) field.write(this, null);
    else if (field.type === 'number' && typeof value === 'number') field.write(this, value);
    else {
      field.write(this, null);
      this.#keep(field.wireName, value);
      return;
    }
    this.#extra?.delete(field.wireName);
  }

  #keep(name: string, value: unknown): void {
    if (name !== 'uuid') this.#extra = keepExtra(this.#extra, name, value);
  }

  #read(name: string): unknown {
    if (ownNames.has(name)) return this[name as OwnName];
    const field = fieldByProperty.get(name) ?? fieldByWireName.get(name);
    if (field === undefined) return this.extra.get(name);
    return this[field.property] ?? this.extra.get(field.wireName);
  }
}

type OwnName = 'uuid' | 'state' | 'client' | 'worker' | 'origin' | 'ready';

const ownNames: ReadonlySet<string> = new Set(['uuid', 'state', 'client', 'worker', 'origin', 'ready']);
