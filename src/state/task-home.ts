import type { CellPages } from './cell-pages.ts';
import type { TaskCatalog } from './task-catalog.ts';

/** What the tasks of a State share. @typeParam Self the task itself */
export interface TaskHome<Self> {
  readonly pages: CellPages;
  readonly catalog: TaskCatalog;
  /** The task in memory with this uuid. */
  get(uuid: string): Self | undefined;
}
