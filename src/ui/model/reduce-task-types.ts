import { typeColumns } from '../../presentation/task-type-columns.ts';
import type { TypeRow } from '../../presentation/task-type-row.ts';
import { type Window, windows } from '../../statistics/time-slots.ts';
import type { ActionId } from '../input/actions.ts';
import { selectedIndex } from './list.ts';
import { moved } from './reduce-list.ts';
import type { ViewContext } from './view-context.ts';
import type { Sort, TypesFrame } from './view-state.ts';

/** The identity of the row that belongs to no type: no type is called that. */
export const othersId = '';

export const severalTypes = 'this row is of several types';

export function typeId({ name }: TypeRow): string {
  return name ?? othersId;
}

export function typeUnderCursor(frame: TypesFrame, context: ViewContext): TypeRow | undefined {
  const rows = context.types(frame);
  return rows[selectedIndex(frame.list, rows.map(typeId))];
}

export function reduceTypes(frame: TypesFrame, id: ActionId, context: ViewContext): TypesFrame | undefined {
  if (id === 'sort-reverse') return { ...frame, sort: { ...frame.sort, descending: !frame.sort.descending } };
  if (id === 'window') return { ...frame, window: windowAfter(frame.window) };
  const list = moved(frame.list, id, context.types(frame).map(typeId), context.pageRows);
  return list === undefined ? undefined : { ...frame, list };
}

/** Figures begin with the largest, names with the first. */
export function sortedBy(column: string, before?: Sort): Sort {
  if (before?.column === column) return { column, descending: !before.descending };
  return { column, descending: typeColumns.find(({ id }) => id === column)?.align === 'right' };
}

function windowAfter(window: Window): Window {
  return windows[(windows.indexOf(window) + 1) % windows.length] ?? '15m';
}
