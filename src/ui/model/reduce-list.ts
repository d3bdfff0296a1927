import type { Task } from '../../state/task.ts';
import type { ActionId } from '../input/actions.ts';
import {
  freshList,
  type Ids,
  type ListState,
  markAll,
  moveBy,
  moveTo,
  selectedIndex,
  toggleMark,
  toggleRange,
  unmarkAll,
} from './list.ts';
import { TaskIds } from './task-ids.ts';
import type { ViewContext } from './view-context.ts';
import type { HeldRows, TasksFrame, WorkersFrame } from './view-state.ts';

type Move = (list: ListState, ids: Ids, pageRows: number) => ListState;

const moves: Partial<Record<ActionId, Move>> = {
  'move-down': (list, ids, page) => moveBy(list, ids, 1, page),
  'move-up': (list, ids, page) => moveBy(list, ids, -1, page),
  'move-first': (list, ids, page) => moveTo(list, ids, 0, page),
  'move-last': (list, ids, page) => moveTo(list, ids, ids.length - 1, page),
  'half-page-down': (list, ids, page) => moveBy(list, ids, Math.ceil(page / 2), page),
  'half-page-up': (list, ids, page) => moveBy(list, ids, -Math.ceil(page / 2), page),
  'page-down': (list, ids, page) => moveBy(list, ids, page, page),
  'page-up': (list, ids, page) => moveBy(list, ids, -page, page),
  'mark-range': (list, ids) => toggleRange(list, ids),
  'mark-all': (list, ids) => markAll(list, ids),
  'unmark-all': (list) => unmarkAll(list),
  mark: (list, ids, page) => moveBy(toggleMark(list, ids.at(selectedIndex(list, ids))), ids, 1, page),
};

/**
 * FOLLOW → HOLD: the rows on screen stay as the operator saw them, not as they have become since, and the row under
 * the cursor becomes the selection, before anything else happens. Every action on a row goes through here first.
 */
export function hold(frame: TasksFrame, context: ViewContext): TasksFrame {
  if (frame.held !== undefined) return frame;
  const shown = context.shown(frame);
  const rows = context.tasks(frame);
  const held: HeldRows =
    rows === undefined
      ? { at: context.now, tasks: shown, awaits: 'rest' }
      : { at: context.now, tasks: withRest(shown, rows) };
  const selected = frame.list.selected ?? held.tasks[0]?.uuid;
  return { ...frame, held, list: { ...frame.list, selected } };
}

function withRest(first: readonly Task[], all: readonly Task[]): readonly Task[] {
  const isFirst = new Set(first);
  return [...first, ...all.filter((task) => !isFirst.has(task))];
}

/** Puts in place what a held list still awaited, if it is there by now. */
export function settle(frame: TasksFrame, context: ViewContext): TasksFrame {
  const { held, sort } = frame;
  switch (held?.awaits) {
    case 'rest': {
      const rows = context.tasks({ ...frame, held: undefined });
      if (rows === undefined) return frame;
      return { ...frame, held: { at: held.at, tasks: withRest(held.tasks, rows) } };
    }
    case 'rows':
      return refilter(frame, context);
    case 'order': {
      const tasks = context.reordered(held.tasks, sort);
      return tasks === undefined ? frame : reveal({ ...frame, held: { at: held.at, tasks } }, context);
    }
    case undefined:
      return frame;
  }
}

/** HOLD → FOLLOW: live again, newest first, cursor on the first row. Marks are kept: they name tasks, not rows. */
export function follow(frame: TasksFrame): TasksFrame {
  return { ...frame, held: undefined, list: { ...freshList, marks: frame.list.marks } };
}

export function reduceTasks(frame: TasksFrame, id: ActionId, context: ViewContext): TasksFrame | undefined {
  if (id === 'follow') return follow(frame);
  if (id === 'problems') return refilter({ ...frame, problemsOnly: !frame.problemsOnly }, context);
  if (id === 'sort-reverse') return resort(frame, frame.sort.column, context);
  if (id === 'next-problem' || id === 'previous-problem') return toProblem(frame, id, context);
  const move = moves[id];
  if (move === undefined) return undefined;
  if (id === 'move-first' && frame.held !== undefined && atFirst(frame)) return follow(frame);
  const held = hold(frame, context);
  return { ...held, list: move(held.list, new TaskIds(held.held?.tasks ?? []), context.pageRows) };
}

export function reduceWorkers(
  frame: WorkersFrame,
  id: ActionId,
  context: ViewContext,
): WorkersFrame | undefined {
  if (id === 'sort-reverse') {
    return { ...frame, sort: { ...frame.sort, descending: !frame.sort.descending } };
  }
  const move = moves[id];
  if (move === undefined) return undefined;
  const ids = context.workers(frame).map((row) => row.hostname);
  return { ...frame, list: move(frame.list, ids, context.pageRows) };
}

function atFirst(frame: TasksFrame): boolean {
  return frame.list.selected === frame.held?.tasks[0]?.uuid;
}

/**
 * A filter or the problems toggle picks from the live tasks again; HOLD holds the new rows from then on, and the old
 * ones until these are found.
 */
export function refilter(frame: TasksFrame, context: ViewContext): TasksFrame {
  const { held } = frame;
  if (held === undefined) return { ...frame, list: { ...frame.list, selected: undefined, top: 0 } };
  const tasks = context.tasks({ ...frame, held: undefined });
  if (tasks === undefined) return { ...frame, held: { ...held, awaits: 'rows' } };
  const kept = tasks.some((task) => task.uuid === frame.list.selected);
  const selected = kept ? frame.list.selected : tasks[0]?.uuid;
  return reveal({ ...frame, held: { at: context.now, tasks }, list: { ...frame.list, selected } }, context);
}

/** The same column again reverses it. In HOLD the held rows are sorted once; the selection stays on its task. */
export function resort(frame: TasksFrame, column: string, context: ViewContext): TasksFrame {
  const descending = frame.sort.column === column ? !frame.sort.descending : column === 'time';
  const sorted: TasksFrame = { ...frame, sort: { column, descending } };
  const { held } = sorted;
  if (held === undefined) return sorted;
  // Rows that are still to come will come in this order.
  if (held.awaits === 'rest' || held.awaits === 'rows') return refilter(sorted, context);
  return settle({ ...sorted, held: { ...held, awaits: 'order' } }, context);
}

function reveal(frame: TasksFrame, context: ViewContext): TasksFrame {
  const ids = new TaskIds(frame.held?.tasks ?? []);
  return {
    ...frame,
    list: moveTo({ ...frame.list, anchor: undefined }, ids, selectedIndex(frame.list, ids), context.pageRows),
  };
}

function toProblem(
  frame: TasksFrame,
  id: 'next-problem' | 'previous-problem',
  context: ViewContext,
): TasksFrame {
  const held = hold(frame, context);
  const tasks: readonly Task[] = held.held?.tasks ?? [];
  const ids = new TaskIds(tasks);
  const here = selectedIndex(held.list, ids);
  const next =
    id === 'next-problem'
      ? tasks.findIndex((task, row) => row > here && context.isProblem(task))
      : tasks.findLastIndex((task, row) => row < here && context.isProblem(task));
  return next < 0 ? held : { ...held, list: moveTo(held.list, ids, next, context.pageRows) };
}
