import type { CellPages } from './cell-pages.ts';
import type { TaskCatalog } from './task-catalog.ts';

/** Adds up what tasks take in memory, in bytes. */
export interface TaskMeter {
  /** Raw texts: arguments, results, tracebacks, extra values, which can be shed. */
  addText(slot: number, bytes: number): void;
  addOther(slot: number, bytes: number): void;
}

/** What the tasks of a State share. @typeParam Self the task itself */
export interface TaskHome<Self> {
  readonly pages: CellPages;
  readonly catalog: TaskCatalog;
  /** Only while memory is limited. */
  readonly meter: TaskMeter | undefined;
  /** The task in memory with this uuid. */
  get(uuid: string): Self | undefined;
}
