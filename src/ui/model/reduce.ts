import type { Task } from '../../state/task.ts';
import type { ActionId } from '../input/actions.ts';
import { isOperation } from '../operations/operations.ts';
import { disabledReason } from './availability.ts';
import { openDialog } from './dialog.ts';
import type { Effect, Step } from './effect.ts';
import { editorWith, emptyEditor } from './line-editor.ts';
import { selectedIndex } from './list.ts';
import { reduceTask, reduceText } from './reduce-detail.ts';
import { follow, hold, reduceTasks, reduceWorkers, refilter } from './reduce-list.ts';
import { reducePlayback } from './reduce-playback.ts';
import { reduceTypes, typeUnderCursor } from './reduce-task-types.ts';
import type { TaskTabId } from './screens.ts';
import { back, canUndo, say, switchView, undoLast } from './stack.ts';
import { targetOf } from './target.ts';
import { TaskIds } from './task-ids.ts';
import { freshText } from './text.ts';
import type { ViewContext } from './view-context.ts';
import {
  type Frame,
  frameOf,
  openFrame,
  taskFrame,
  tasksFrame,
  type ViewState,
  withFrame,
} from './view-state.ts';

export type { Step } from './effect.ts';

function only(view: ViewState): Step {
  return { view, effects: [] };
}

/** One action of the operator: the next view, and what has to happen outside it. Pure. */
export function reduce(view: ViewState, id: ActionId, context: ViewContext): Step {
  const reason = disabledReason(view, id, context);
  if (reason !== undefined) return only(say(view, reason, context.nowMs, 'warn'));
  if (isOperation(id)) {
    // Events are switched for workers: the list of tasks may go on.
    const held = id === 'task-events' ? view : holdFrame(view, context);
    const target = targetOf(held, id, context);
    const dialog = openDialog(id, target, context.facts, context.chunk);
    return only({ ...held, overlay: { kind: 'dialog', dialog } });
  }
  const effect = effectOf(id);
  if (effect !== undefined) return { view, effects: [effect] };
  const moved = reducePlayback(view, id);
  if (moved !== undefined) return moved;
  if (leavesPast(view, id)) return { view, effects: [{ kind: 'move', move: { to: 'end' } }] };
  if (id === 'back') {
    const { view: next, quit } = back(view, context.nowMs);
    return { view: next, effects: quit ? [{ kind: 'quit' }] : [] };
  }
  return only(reduceView(view, id, context));
}

/** From the top of what just was, the way back leads to the present. */
function leavesPast(view: ViewState, id: ActionId): boolean {
  if (view.playback !== 'rewind' || (id !== 'back' && id !== 'escape')) return false;
  return view.stack.length === 1 && (id === 'back' || !canUndo(view));
}

function effectOf(id: ActionId): Effect | undefined {
  switch (id) {
    case 'quit':
    case 'suspend':
    case 'redraw':
    case 'refresh':
    case 'pager':
    case 'copy':
      return { kind: id };
    default:
      return undefined;
  }
}

function reduceView(view: ViewState, id: ActionId, context: ViewContext): ViewState {
  return (
    reduceOverlay(view, id, context) ??
    reduceGlobal(view, id, context) ??
    reduceFrame(view, id, context) ??
    view
  );
}

function reduceOverlay(view: ViewState, id: ActionId, context: ViewContext): ViewState | undefined {
  const frame = frameOf(view);
  switch (id) {
    case 'help':
    case 'palette':
      return { ...view, overlay: { kind: id, editor: emptyEditor, row: 0 } };
    case 'actions':
      return { ...holdFrame(view, context), overlay: { kind: 'actions', row: 0 } };
    case 'command-log':
      return { ...view, overlay: { kind: 'log', row: 0 } };
    case 'intake':
      return { ...view, overlay: { kind: 'intake', row: 0 } };
    case 'sort':
      return { ...view, overlay: { kind: 'sort' } };
    case 'find':
      return { ...view, overlay: { kind: 'find', editor: emptyEditor } };
    case 'filter': {
      const before = 'filter' in frame ? frame.filter : '';
      return { ...view, overlay: { kind: 'filter', editor: editorWith(before), before, problem: undefined } };
    }
    default:
      return undefined;
  }
}

function reduceGlobal(view: ViewState, id: ActionId, context: ViewContext): ViewState | undefined {
  switch (id) {
    case 'escape':
      return refreshed(view, undoLast(view, context.nowMs), context);
    case 'view-tasks':
      return switchView(view, 'tasks');
    case 'view-workers':
      return switchView(view, 'workers');
    case 'view-types':
      return switchView(view, 'types');
    case 'time-mode':
      return { ...view, timeMode: nextTimeMode(view.timeMode) };
    case 'full-uuid':
      return { ...view, fullUuid: !view.fullUuid };
    case 'preview':
      return { ...view, preview: !view.preview };
    case 'all-columns':
      return { ...view, allColumns: !view.allColumns, pan: 0 };
    case 'pause':
      return togglePause(view, context);
    case 'open':
      return open(view, 'info', context);
    default:
      return undefined;
  }
}

function reduceFrame(view: ViewState, id: ActionId, context: ViewContext): ViewState | undefined {
  const frame = frameOf(view);
  if (frame.screen === 'tasks' && (id === 'task-info' || id === 'task-traceback' || id === 'task-result')) {
    return open(view, id.slice('task-'.length) as TaskTabId, context);
  }
  if ('list' in frame) {
    if (id === 'pan-left') return { ...view, pan: Math.max(0, view.pan - 1) };
    if (id === 'pan-right') return { ...view, pan: view.pan + 1 };
  }
  const next = nextFrame(frame, id, context);
  return next === undefined ? undefined : withFrame(view, next);
}

function nextFrame(frame: Frame, id: ActionId, context: ViewContext): Frame | undefined {
  switch (frame.screen) {
    case 'tasks':
      return reduceTasks(frame, id, context);
    case 'workers':
      return reduceWorkers(frame, id, context);
    case 'types':
      return reduceTypes(frame, id, context);
    case 'task':
      return reduceTask(frame, id) ?? reduceText(frame, id, context);
    case 'worker':
      return reduceText(frame, id, context);
  }
}

/** Opens what is under the cursor, after latching it. */
export function open(view: ViewState, tab: TaskTabId, context: ViewContext): ViewState {
  const frame = frameOf(view);
  if (frame.screen === 'workers') {
    const rows = context.workers(frame);
    const row =
      rows[
        selectedIndex(
          frame.list,
          rows.map((entry) => entry.hostname),
        )
      ];
    if (row === undefined) return view;
    return openFrame(view, { screen: 'worker', hostname: row.hostname, text: freshText });
  }
  if (frame.screen === 'types') {
    const name = typeUnderCursor(frame, context)?.name;
    return name === undefined ? view : { ...openFrame(view, tasksFrame(name)), pan: 0 };
  }
  if (frame.screen !== 'tasks') return view;
  const held = hold(frame, context);
  const tasks: readonly Task[] = held.held?.tasks ?? [];
  const task = tasks[selectedIndex(held.list, new TaskIds(tasks))];
  if (task === undefined) return view;
  return openFrame(withFrame(view, held), taskFrame(task, tab, held, tasks));
}

/** The display stands still, rows and values; intake goes on. Afterwards the list follows again if it did. */
function togglePause(view: ViewState, context: ViewContext): ViewState {
  const { paused } = view;
  if (paused === undefined) return { ...holdFrame(view, context), paused: context.pausePicture() };
  const frame = frameOf(view);
  const live = { ...view, paused: undefined };
  // Whoever moved meanwhile is at work on a row, and stays there.
  const stayed = frame.screen === 'tasks' && frame.list.selected === frame.held?.tasks[0]?.uuid;
  return paused.following && stayed ? withFrame(live, follow(frame)) : live;
}

function holdFrame(view: ViewState, context: ViewContext): ViewState {
  const frame = frameOf(view);
  return frame.screen === 'tasks' ? withFrame(view, hold(frame, context)) : view;
}

/** When a narrowing was undone, the held rows are picked again under what is left of it. */
function refreshed(before: ViewState, after: ViewState, context: ViewContext): ViewState {
  const was = frameOf(before);
  const frame = frameOf(after);
  if (was.screen !== 'tasks' || frame.screen !== 'tasks') return after;
  const same = was.filter === frame.filter && was.problemsOnly === frame.problemsOnly;
  return same ? after : withFrame(after, refilter(frame, context));
}

function nextTimeMode(mode: ViewState['timeMode']): ViewState['timeMode'] {
  if (mode === 'utc') return 'local';
  return mode === 'local' ? 'relative' : 'utc';
}
