import type { Event } from '../protocol/event.ts';
import { readyStates } from '../protocol/task-state.ts';
import { cell } from './cell-pages.ts';
import type { EventKind } from './event-kind.ts';
import { fieldByProperty, fieldOf, taskFields } from './task-fields.ts';
import { TaskIntake } from './task-intake.ts';

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
 * One task as its events describe it. Mutated in place; `revision` tells whether it changed.
 * Mirrors celery/events/state.py:Task, in camelCase, with `worker` as a hostname.
 *
 * Celery's faults that are mended here: a retried task, whose second task-received names its own uuid as parent, does
 * not become its own child and keeps the parent it had; `parent` and `root` are looked up at each reading, where
 * Celery remembers the first answer for ever, also "not there yet"; wire fields called `state`, `worker`, `client`,
 * `children` and the like cannot overwrite the task's own and are found in `extra`; a rejected task is REJECTED, where
 * Celery leaves it STARTED for ever (see `state`).
 */
export class Task extends TaskIntake<Task> {
  /**
   * PENDING, RECEIVED, STARTED, RETRY, SUCCESS, FAILURE, REVOKED, REJECTED, or a custom event's subject in capitals.
   *
   * Celery ranks REJECTED below STARTED, though a task can only reject itself after it has started: its State shows
   * such a task as running for ever. Here it is REJECTED until a later event says that it was received again.
   */
  get state(): string {
    return this.stateGroup?.name ?? this.stateKind.state;
  }

  /** When it came to the stage that such an event tells of, in seconds; for other events undefined. */
  stageTime({ stage }: EventKind): number | null | undefined {
    const time = stage === undefined ? undefined : this[stage.property];
    return typeof time === 'string' ? undefined : time;
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
    return this.slot < 0;
  }

  /** The tasks in memory that this one started, in the order in which they were seen. */
  get children(): Task[] {
    return [...(this.family?.children ?? [])];
  }

  /** Undefined also when the parent is not, or no longer, in memory. */
  get parent(): Task | undefined {
    const parentUuid = this.family?.parentUuid;
    return parentUuid === undefined ? undefined : this.home.get(parentUuid);
  }

  /** The task that began the workflow, itself for a task on its own; undefined when it is not in memory. */
  get root(): Task | undefined {
    return typeof this.rootId === 'string' ? this.home.get(this.rootId) : undefined;
  }

  /** Of a task-revoked: whether the running task was killed. */
  get terminated(): unknown {
    return this.extra.get('terminated');
  }

  /** Of a task-revoked: number or name of the signal. */
  get signum(): unknown {
    return this.extra.get('signum');
  }

  /** Of a task-revoked: whether it was too late to run it. */
  get expired(): unknown {
    return this.extra.get('expired');
  }

  /** Of a task-rejected: whether it went back to its queue. */
  get requeue(): unknown {
    return this.extra.get('requeue');
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
    const { stage } = kind;
    if (stage !== undefined) this.writeNumber(stage, time);
    const isLate =
      kind.state !== 'RETRY' &&
      this.stateKind.state !== 'RETRY' &&
      kind.precedence > this.stateKind.precedence;
    if (isLate && kind.state === 'RECEIVED') {
      this.merge(kind, event, true);
    } else {
      this.merge(kind, event, false);
      this.home.meter?.addOther(this.slot, kind.bytes - this.kind.bytes);
      this.kind = kind;
      this.hostname = hostname;
      if (!isLate) {
        this.home.meter?.addOther(this.slot, kind.bytes - this.stateKind.bytes);
        this.stateKind = kind;
        this.writeCell(cell.timestamp, time);
      }
    }
    this.stateGroup = this.home.catalog.restate(this.stateGroup, this.#mendedState());
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

  #mendedState(): string {
    const { state } = this.stateKind;
    const { rejected } = this;
    if (typeof rejected !== 'number' || (state !== 'STARTED' && state !== 'RECEIVED')) return state;
    if (rejected < (this.started ?? 0)) return state;
    return rejected >= (this.received ?? 0) ? 'REJECTED' : 'RECEIVED';
  }

  #read(name: string): unknown {
    if (ownNames.has(name)) return this[name as OwnName];
    const field = fieldByProperty.get(name) ?? fieldOf(name);
    if (field === undefined) return this.extra.get(name);
    return this[field.property] ?? this.extra.get(field.wireName);
  }
}

type OwnName = 'uuid' | 'state' | 'client' | 'worker' | 'origin' | 'ready';

const ownNames: ReadonlySet<string> = new Set(['uuid', 'state', 'client', 'worker', 'origin', 'ready']);
