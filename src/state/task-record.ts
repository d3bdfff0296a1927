import {
  type Cells,
  cell,
  cellBase,
  copiedRow,
  fromCell,
  type Numeric,
  noSlot,
  toCell,
} from './cell-pages.ts';
import { type EventKind, pendingKind } from './event-kind.ts';
import { type ExtraFields, keepExtra, noExtraFields } from './extra-fields.ts';
import { FamilyLinks } from './family-links.ts';
import { nullBit, RareFields, type RareNumber, type RareText, type Text } from './rare-fields.ts';
import type { TaskGroup } from './task-group.ts';
import type { TaskHome } from './task-home.ts';
import type { Worker } from './worker.ts';

/**
 * What events say about one task, in Celery's names in camelCase. `undefined`: no event carried it; `null`: it arrived
 * as null; both mean "not known". A value of another type than Celery sends never gets here: it is kept as it
 * arrived in the task's extra fields, so what is read here can be trusted whoever published the event.
 * Times are seconds since the epoch.
 *
 * Made to be small, for there are a million of them: numbers are cells of a page shared with other tasks, what few
 * tasks have is in a record of its own, and names are those of the groups that the task is counted in.
 *
 * @typeParam Self the task itself
 */
export class TaskRecord<Self> {
  readonly uuid: string;
  /** Book-keeping of the State: the task's number in its tables, negative once the task is evicted. */
  slot: number;
  /** Celery's `saferepr` of the arguments: to show as it is, not to parse. */
  args: Text = undefined;
  kwargs: Text = undefined;
  result: Text = undefined;
  rootId: Text = undefined;
  /** The sender of the newest event that was merged whole. */
  hostname: Text = undefined;
  /** The worker of the newest event that came from one. */
  workerRecord: Worker | undefined = undefined;
  /** Book-keeping of the State: what the task is counted in. */
  typeGroup: TaskGroup | undefined = undefined;
  stateGroup: TaskGroup | undefined = undefined;
  /** The kind of the newest event that was merged whole, and of the one that gave the present state. */
  protected kind: EventKind = pendingKind;
  protected stateKind: EventKind = pendingKind;
  family: FamilyLinks<Self> | undefined = undefined;
  protected readonly home: TaskHome<Self>;
  #cells: Cells;
  /** Which rare fields and name arrived as null. */
  #nulls = 0;
  #rare: RareFields | undefined = undefined;

  constructor(uuid: string, slot: number, home: TaskHome<Self>) {
    this.uuid = uuid;
    this.slot = slot;
    this.home = home;
    this.#cells = home.pages.emptied(slot);
    this.#cells[cellBase(slot) + cell.clock] = 0;
    this.#cells[cellBase(slot) + cell.revision] = 0;
  }

  get name(): Text {
    return this.typeGroup?.name ?? this.#nullOr(nullBit.name);
  }

  get sent(): Numeric {
    return this.readCell(cell.sent);
  }

  get received(): Numeric {
    return this.readCell(cell.received);
  }

  get started(): Numeric {
    return this.readCell(cell.started);
  }

  get rejected(): Numeric {
    return this.#rare?.rejected ?? this.#nullOr(nullBit.rejected);
  }

  get succeeded(): Numeric {
    return this.readCell(cell.succeeded);
  }

  get failed(): Numeric {
    return this.#rare?.failed ?? this.#nullOr(nullBit.failed);
  }

  get retried(): Numeric {
    return this.#rare?.retried ?? this.#nullOr(nullBit.retried);
  }

  get revoked(): Numeric {
    return this.#rare?.revoked ?? this.#nullOr(nullBit.revoked);
  }

  /** ISO 8601 with offset. */
  get eta(): Text {
    return this.#rare?.eta ?? this.#nullOr(nullBit.eta);
  }

  /** ISO 8601 with offset. */
  get expires(): Text {
    return this.#rare?.expires ?? this.#nullOr(nullBit.expires);
  }

  get retries(): Numeric {
    return this.readCell(cell.retries);
  }

  get exception(): Text {
    return this.#rare?.exception ?? this.#nullOr(nullBit.exception);
  }

  get traceback(): Text {
    return this.#rare?.traceback ?? this.#nullOr(nullBit.traceback);
  }

  /** Seconds. */
  get runtime(): Numeric {
    return this.readCell(cell.runtime);
  }

  get queue(): Text {
    return this.#rare?.queue ?? this.#nullOr(nullBit.queue);
  }

  get exchange(): Text {
    return this.#rare?.exchange ?? this.#nullOr(nullBit.exchange);
  }

  get routingKey(): Text {
    return this.#rare?.routingKey ?? this.#nullOr(nullBit.routingKey);
  }

  /** After a retry a worker sends the task's own uuid here; `parent` and `children` are not misled by it. */
  get parentId(): Text {
    return this.family?.parentId ?? this.#nullOr(nullBit.parentId);
  }

  /** Type, process and times of the newest event that was merged whole. */
  get type(): string {
    return this.kind.type;
  }

  get pid(): Numeric {
    return this.readCell(cell.pid);
  }

  get clock(): Numeric {
    return this.readCell(cell.clock);
  }

  get utcoffset(): Numeric {
    return this.readCell(cell.utcoffset);
  }

  get timestamp(): Numeric {
    return this.readCell(cell.timestamp);
  }

  get localReceived(): Numeric {
    return this.readCell(cell.localReceived);
  }

  /** `State.revision` at the newest change. */
  get revision(): number {
    return this.readCell(cell.revision) ?? 0;
  }

  /** Hostname of the process that sent the task, known from a task-sent. */
  get client(): string | undefined {
    return this.#rare?.client;
  }

  /** Event fields without a property here, and those whose value has an unexpected type, by wire name. */
  get extra(): ExtraFields {
    return this.#rare?.extra ?? noExtraFields();
  }

  readCell(place: number): Numeric {
    return fromCell(this.#cells[cellBase(this.slot) + place]);
  }

  writeCell(place: number, value: number | null): void {
    this.#cells[cellBase(this.slot) + place] = toCell(value);
  }

  writeName(name: string | null): void {
    this.typeGroup = this.home.catalog.retype(this.typeGroup, name);
    this.#noteNull(nullBit.name, name === null);
  }

  writeParent(parentId: string | null): void {
    this.#noteNull(nullBit.parentId, parentId === null);
    if (parentId !== null) this.family ??= new FamilyLinks();
    if (this.family !== undefined) this.family.parentId = parentId ?? undefined;
  }

  writeRareText(field: RareText, value: string | null): void {
    this.#noteNull(nullBit[field], value === null);
    if (value !== null) this.rare()[field] = value;
    else if (this.#rare !== undefined) this.#rare[field] = undefined;
  }

  writeRareNumber(field: RareNumber, value: number | null): void {
    this.#noteNull(nullBit[field], value === null);
    if (value !== null) this.rare()[field] = value;
    else if (this.#rare !== undefined) this.#rare[field] = undefined;
  }

  keepExtra(name: string, value: unknown): void {
    const rare = this.rare();
    rare.extra = keepExtra(rare.extra, name, value);
  }

  deleteExtra(name: string): void {
    this.#rare?.extra?.delete(name);
  }

  rare(): RareFields {
    this.#rare ??= new RareFields();
    return this.#rare;
  }

  /** Gives the slot away: what is known stays readable. */
  detach(): void {
    this.#cells = copiedRow(this.#cells, this.slot);
    this.slot = noSlot;
  }

  #noteNull(bit: number, isNull: boolean): void {
    this.#nulls = isNull ? this.#nulls | bit : this.#nulls & ~bit;
  }

  #nullOr(bit: number): null | undefined {
    return (this.#nulls & bit) === 0 ? undefined : null;
  }
}
