import { Uint32Column } from './column.ts';
import { SlotList } from './slot-list.ts';
import type { TaskMeter } from './task-home.ts';

/** Which list of those that are shed a task is in. */
const inTexts = 1;
const inFinished = 2;
const inUnfinished = 4;

/**
 * What each task takes in memory, and in which order tasks would be shed: those with texts by the arrival of the first
 * of them, those that are finished by their end, the others by their first event. All of it takes the same short time
 * per event, however many tasks there are.
 */
export class TaskWeights implements TaskMeter {
  /** Bytes of all tasks, and those of them that are raw texts. */
  total = 0;
  texts = 0;
  readonly #texts = new Uint32Column();
  readonly #others = new Uint32Column();
  readonly #lists = new Uint32Column();
  readonly #withTexts = new SlotList();
  readonly #finished = new SlotList();
  readonly #unfinished = new SlotList();

  /** Slots of the tasks whose turn it is, 0 when there is none. */
  get firstWithTexts(): number {
    return this.#withTexts.first;
  }

  get firstFinished(): number {
    return this.#finished.first;
  }

  get firstUnfinished(): number {
    return this.#unfinished.first;
  }

  addText(slot: number, bytes: number): void {
    this.#texts.set(slot, this.#texts.get(slot) + bytes);
    this.texts += bytes;
    this.total += bytes;
  }

  addOther(slot: number, bytes: number): void {
    this.#others.set(slot, this.#others.get(slot) + bytes);
    this.total += bytes;
  }

  /** To be called after each event of the task. */
  file(slot: number, isFinished: boolean): void {
    const lists = this.#lists.get(slot);
    const end = isFinished ? inFinished : inUnfinished;
    const hasTexts = this.#texts.get(slot) > 0;
    if (lists === (end | (hasTexts ? inTexts : 0))) return;
    if ((lists & inTexts) === 0 && hasTexts) this.#withTexts.append(slot);
    if ((lists & inTexts) !== 0 && !hasTexts) this.#withTexts.remove(slot);
    if ((lists & end) === 0) {
      this.#leaveEnd(slot, lists);
      (isFinished ? this.#finished : this.#unfinished).append(slot);
    }
    this.#lists.set(slot, end | (hasTexts ? inTexts : 0));
  }

  /** The texts of the task are gone. */
  dropTexts(slot: number): void {
    this.addText(slot, -this.#texts.get(slot));
    this.#withTexts.remove(slot);
    this.#lists.set(slot, this.#lists.get(slot) & ~inTexts);
  }

  /** The task is gone. */
  forget(slot: number): void {
    const lists = this.#lists.get(slot);
    if ((lists & inTexts) !== 0) this.#withTexts.remove(slot);
    this.#leaveEnd(slot, lists);
    this.#lists.set(slot, 0);
    this.addText(slot, -this.#texts.get(slot));
    this.addOther(slot, -this.#others.get(slot));
  }

  /** For new weights: the same for the same slots. */
  copyFrom(other: TaskWeights): void {
    this.total = other.total;
    this.texts = other.texts;
    this.#texts.copyFrom(other.#texts);
    this.#others.copyFrom(other.#others);
    this.#lists.copyFrom(other.#lists);
    this.#withTexts.copyFrom(other.#withTexts);
    this.#finished.copyFrom(other.#finished);
    this.#unfinished.copyFrom(other.#unfinished);
  }

  #leaveEnd(slot: number, lists: number): void {
    if ((lists & inFinished) !== 0) this.#finished.remove(slot);
    if ((lists & inUnfinished) !== 0) this.#unfinished.remove(slot);
  }
}
