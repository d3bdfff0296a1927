import { cell } from './cell-pages.ts';
import { slotBytes } from './memory-size.ts';
import type { Task } from './task.ts';
import type { TaskFamily } from './task-family.ts';
import type { TaskJournal } from './task-journal.ts';
import type { TaskTable } from './task-table.ts';
import type { TaskTimeline } from './task-timeline.ts';
import type { TaskWeights } from './task-weights.ts';
import type { WorkerRegister } from './worker-register.ts';

/** The share of the budget that the newest raw texts keep: or the failure of this minute would have no traceback. */
const textShare = 0.25;

/** What takes memory in a State. */
export interface MemoryParts {
  readonly tasks: TaskTable;
  readonly weights: TaskWeights;
  readonly timeline: TaskTimeline;
  readonly family: TaskFamily;
  readonly workers: WorkerRegister;
  readonly journal: TaskJournal;
}

/** How much was dropped because of the budget: tasks that lost their raw texts, and whole tasks. */
export interface Shed {
  texts: number;
  tasks: number;
}

/**
 * The memory that a State may take. Beyond it goes, in this order: the oldest raw texts, as long as texts take more than
 * a quarter of the budget; the oldest finished tasks; the other texts; the oldest unfinished tasks; workers. Never
 * counters.
 */
export class MemoryBudget {
  readonly shed: Shed = { texts: 0, tasks: 0 };
  readonly #limit: number;
  readonly #parts: MemoryParts;

  /** @param limit bytes */
  constructor(limit: number, parts: MemoryParts) {
    this.#limit = limit;
    this.#parts = parts;
  }

  /** Bytes. Room that was made for tasks stays taken when they go, until all of them are gone. */
  get inUse(): number {
    const { tasks, weights, timeline, family, workers } = this.#parts;
    const room = tasks.slotCount * slotBytes;
    return room + weights.total + tasks.catalog.bytes + timeline.originBytes + family.bytes + workers.bytes;
  }

  /** After an event of the task. */
  noteEvent(task: Task): void {
    this.#parts.weights.file(task.slot, task.ready || task.state === 'REJECTED');
    this.keep();
  }

  /** Begins to count anew. */
  clear(): void {
    this.shed.texts = 0;
    this.shed.tasks = 0;
  }

  /** For the new budget of copied parts. */
  copyFrom(other: MemoryBudget): void {
    this.shed.texts = other.shed.texts;
    this.shed.tasks = other.shed.tasks;
  }

  /** Sheds what is too much. */
  keep(): void {
    while (this.inUse > this.#limit) if (!this.#shedNext()) return;
  }

  /** Returns false when there is nothing left to shed. */
  #shedNext(): boolean {
    const { tasks, weights, workers } = this.#parts;
    const withTexts = tasks.bySlot[weights.firstWithTexts];
    const finished = tasks.bySlot[weights.firstFinished];
    if (withTexts !== undefined && (finished === undefined || weights.texts > this.#limit * textShare)) {
      this.#dropTexts(withTexts);
      return true;
    }
    const oldest = finished ?? tasks.bySlot[weights.firstUnfinished];
    if (oldest === undefined) return workers.evictOldest();
    this.shed.tasks += 1;
    tasks.evict(oldest);
    return true;
  }

  #dropTexts(task: Task): void {
    this.shed.texts += 1;
    task.dropTexts();
    this.#parts.weights.dropTexts(task.slot);
    task.writeCell(cell.revision, this.#parts.journal.note(task.slot));
  }
}
