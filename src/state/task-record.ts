import { type Cells, cellBase, copiedRow, fromCell, type Numeric, noSlot, toCell } from './cell-pages.ts';
import type { Copies } from './copies.ts';
import { type EventKind, pendingKind } from './event-kind.ts';
import { ExtraValues } from './extra-fields.ts';
import { FamilyLinks } from './family-links.ts';
import { familyLinksBytes, rareFieldsBytes } from './memory-size.ts';
import { nullBit, RareFields, type RareNumber, type RareText, type Text } from './rare-fields.ts';
import { type ShedField, shedBit } from './shed-fields.ts';
import { unsharedBytes } from './task-catalog.ts';
import type { TaskGroup } from './task-group.ts';
import type { TaskHome } from './task-home.ts';
import type { Worker } from './worker.ts';

/**
 * Where a task keeps what it knows. Made to be small, for there are a million of them: numbers are cells of a page shared
 * with other tasks, what few tasks have is in a record of its own, and names are those of the groups that the task is
 * counted in.
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
  /** Bits: which fields arrived as null (`nullBit`), and which were dropped to save memory (`shedBit`). */
  protected marks: number = 0;
  protected rareFields: RareFields | undefined = undefined;

  /** @param page where the row of the slot is */
  constructor(uuid: string, slot: number, home: TaskHome<Self>, page: Float64Array) {
    this.uuid = uuid;
    this.slot = slot;
    this.home = home;
    this.#cells = page;
  }

  /**
   * For a new task of the same slot in the tables of a copied State, whose pages have the numbers already: the same
   * texts and names. Its family is told by `copyFamily`, when all tasks are there.
   */
  copyFrom(other: TaskRecord<Self>, groups: Copies<TaskGroup>, workers: Copies<Worker>): void {
    this.args = other.args;
    this.kwargs = other.kwargs;
    this.result = other.result;
    this.rootId = other.rootId;
    this.hostname = other.hostname;
    this.workerRecord = other.workerRecord && workers.of(other.workerRecord);
    this.typeGroup = other.typeGroup && groups.of(other.typeGroup);
    this.stateGroup = other.stateGroup && groups.of(other.stateGroup);
    this.kind = other.kind;
    this.stateKind = other.stateKind;
    this.marks = other.marks;
    this.rareFields = other.rareFields?.clone();
  }

  /** @param copyOf the copy of a task in memory */
  copyFamily(other: TaskRecord<Self>, copyOf: (task: Self) => Self | undefined): void {
    this.family = other.family?.clone(copyOf);
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
    if (parentId !== null) this.makeFamily().parentId = parentId;
    else if (this.family !== undefined) this.family.parentId = undefined;
  }

  writeClient(hostname: string): void {
    const rare = this.rare();
    this.home.meter?.addOther(this.slot, unsharedBytes(hostname) - unsharedBytes(rare.client ?? ''));
    rare.client = hostname;
  }

  writeRareText(field: RareText, value: string | null): void {
    this.#noteNull(nullBit[field], value === null);
    if (value !== null) this.rare()[field] = value;
    else if (this.rareFields !== undefined) this.rareFields[field] = undefined;
  }

  writeRareNumber(field: RareNumber, value: number | null): void {
    this.#noteNull(nullBit[field], value === null);
    if (value !== null) this.rare()[field] = value;
    else if (this.rareFields !== undefined) this.rareFields[field] = undefined;
  }

  keepExtra(name: string, value: unknown): void {
    const rare = this.rare();
    const before = rare.extra?.bytes ?? 0;
    rare.extra ??= new ExtraValues();
    rare.extra.keep(name, value);
    this.home.meter?.addText(this.slot, rare.extra.bytes - before);
  }

  deleteExtra(name: string): void {
    const extra = this.rareFields?.extra;
    if (extra === undefined) return;
    const before = extra.bytes;
    extra.delete(name);
    this.home.meter?.addText(this.slot, extra.bytes - before);
  }

  rare(): RareFields {
    if (this.rareFields !== undefined) return this.rareFields;
    this.rareFields = new RareFields();
    this.home.meter?.addOther(this.slot, rareFieldsBytes);
    return this.rareFields;
  }

  makeFamily(): FamilyLinks<Self> {
    if (this.family !== undefined) return this.family;
    this.family = new FamilyLinks();
    this.home.meter?.addOther(this.slot, familyLinksBytes);
    return this.family;
  }

  /** Forgets the raw texts, and remembers which there were. What they took is no longer counted. */
  dropTexts(): void {
    const { extra, exception, traceback } = this.rareFields ?? {};
    const present: readonly (readonly [ShedField, unknown])[] = [
      ['args', this.args],
      ['kwargs', this.kwargs],
      ['result', this.result],
      ['exception', exception],
      ['traceback', traceback],
      ['extra', extra],
    ];
    for (const [field, value] of present)
      if (value !== undefined && value !== null) this.marks |= shedBit[field];
    this.args = this.args === null ? null : undefined;
    this.kwargs = this.kwargs === null ? null : undefined;
    this.result = this.result === null ? null : undefined;
    if (this.rareFields === undefined) return;
    this.rareFields.exception = undefined;
    this.rareFields.traceback = undefined;
    this.rareFields.extra = undefined;
  }

  /** A field that is told again is no longer missing. */
  protected noteTold(field: ShedField): void {
    this.marks &= ~shedBit[field];
  }

  /** Gives the slot away: what is known stays readable. */
  detach(): void {
    this.#cells = copiedRow(this.#cells, this.slot);
    this.slot = noSlot;
  }

  #noteNull(bit: number, isNull: boolean): void {
    this.marks = isNull ? this.marks | bit : this.marks & ~bit;
  }

  protected nullOr(bit: number): null | undefined {
    return (this.marks & bit) === 0 ? undefined : null;
  }
}
