import type { Context } from '../presentation/context.ts';
import type { Sort } from '../presentation/sort.ts';
import { taskColumns } from '../presentation/task-columns.ts';
import { valueNumber } from '../presentation/value-text.ts';
import type { Task } from '../state/task.ts';
import type { SortLevel } from './sort-level.ts';

/** The order in which the State has the tasks already: by logical clock, which is not always that of `timestamp`. */
export function isNewestFirst(sort: Sort): boolean {
  return sort.column === 'time' && sort.descending;
}

/** The column, then newest first, then by uuid, so that equal rows never change places. As `compareTasks` has it. */
export function taskLevels(sort: Sort, context: Context): readonly SortLevel<Task>[] {
  const sortValue = taskColumns.find((column) => column.id === sort.column)?.sortValue;
  return [
    ...(sortValue === undefined
      ? []
      : [{ value: (task: Task) => sortValue(task, context), descending: sort.descending }]),
    { value: (task) => valueNumber(task.timestamp) ?? 0, descending: true },
    { value: (task) => task.uuid, descending: false },
  ];
}
