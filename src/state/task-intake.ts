import type { Event } from '../protocol/event.ts';
import { type EventKind, fieldAt } from './event-kind.ts';
import { isNumber } from './event-time.ts';
import { textBytes } from './memory-size.ts';
import { ownBit } from './rare-fields.ts';
import { storedText } from './stored-value.ts';
import { unsharedBytes } from './task-catalog.ts';
import { TaskFacts } from './task-facts.ts';
import type { TaskField, TaskProperty } from './task-fields.ts';
import type { TaskMeter } from './task-home.ts';

/** A task that has a uuid. */
interface Named {
  readonly uuid: string;
}

/**
 * How the fields of an event get into a task: checked, cut, shared with other tasks where they are the same, and weighed
 * while memory is limited.
 *
 * @typeParam Self the task itself
 */
export class TaskIntake<Self extends Named> extends TaskFacts<Self> {
  /** @param late whether only what describes the task is taken */
  protected merge(kind: EventKind, event: Event, late: boolean): void {
    let place = 0;
    for (const name in event) {
      const field = fieldAt(kind, place, name);
      place += 1;
      if (late && field?.keptWhenLate !== true) continue;
      if (field === undefined) this.keepExtra(name, event[name]);
      else if (field.type === 'number') this.writeNumber(field, event[name]);
      else if (field.type === 'string') this.#writeText(field, event[name]);
    }
  }

  protected writeNumber(field: TaskField, value: unknown): void {
    const number = isNumber(value) ? value : null;
    if (field.cell !== undefined) this.writeCell(field.cell, number);
    else if (field.rareNumber !== undefined) this.writeRareNumber(field.rareNumber, number);
    if (number === null && value !== null) this.keepExtra(field.wireName, value);
    else this.deleteExtra(field.wireName);
  }

  #writeText(field: TaskField, value: unknown): void {
    const text = typeof value === 'string' ? this.#kept(field.property, storedText(value)) : null;
    if (this.home.meter !== undefined) this.#weigh(this.home.meter, field, text);
    if (field.raw !== undefined && text !== null) this.noteTold(field.raw);
    if (field.rareText !== undefined) this.writeRareText(field.rareText, text);
    else this.#writeOwn(field.property, text);
    if (text === null && value !== null) this.keepExtra(field.wireName, value);
    else this.deleteExtra(field.wireName);
  }

  #writeOwn(property: TaskProperty, text: string | null): void {
    switch (property) {
      case 'name':
        this.writeName(text);
        break;
      case 'args':
        this.args = text;
        break;
      case 'kwargs':
        this.kwargs = text;
        break;
      case 'result':
        this.result = text;
        break;
      case 'rootId':
        this.rootId = text;
        break;
      case 'parentId':
        this.writeParent(text);
        break;
    }
  }

  /** The one copy of a text that many tasks have: of a uuid that of its task, so that a workflow shares it. */
  #kept(property: TaskProperty, text: string): string {
    switch (property) {
      case 'rootId':
      case 'parentId':
        return text === this.uuid ? this.uuid : (this.home.get(text)?.uuid ?? text);
      case 'queue':
      case 'exchange':
      case 'routingKey':
        return this.home.catalog.share(text);
      default:
        return text;
    }
  }

  #weigh(meter: TaskMeter, { property, raw }: TaskField, text: string | null): void {
    const before = this.#bytesOf(property, this[property]);
    if (property === 'rootId' || property === 'parentId') this.#noteOwner(property, text);
    const bytes = this.#bytesOf(property, text) - before;
    if (raw !== undefined) meter.addText(this.slot, bytes);
    else meter.addOther(this.slot, bytes);
  }

  /** What the text takes of its own: for one that is shared nothing. */
  #bytesOf(property: TaskProperty, text: unknown): number {
    if (typeof text !== 'string') return 0;
    switch (property) {
      case 'name':
        return 0;
      case 'rootId':
      case 'parentId':
        return (this.marks & ownBit[property]) === 0 ? 0 : textBytes(text);
      case 'queue':
      case 'exchange':
      case 'routingKey':
        return unsharedBytes(text);
      default:
        return textBytes(text);
    }
  }

  /** Remembers whether the uuid is a string of this task alone, because what is counted must be what is taken off. */
  #noteOwner(property: 'rootId' | 'parentId', uuid: string | null): void {
    const isShared = uuid === null || uuid === this.uuid || this.home.get(uuid) !== undefined;
    this.marks = isShared ? this.marks & ~ownBit[property] : this.marks | ownBit[property];
  }
}
