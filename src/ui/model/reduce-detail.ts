import type { ActionId } from '../input/actions.ts';
import { type TaskTabId, taskTabs } from './screens.ts';
import { freshText, jumpToMatch, scrollBy, scrollTo, type TextState } from './text.ts';
import type { ViewContext } from './view-context.ts';
import type { TaskFrame, WorkerFrame } from './view-state.ts';

export function reduceText<F extends TaskFrame | WorkerFrame>(
  frame: F,
  id: ActionId,
  context: ViewContext,
): F | undefined {
  const text = scrolled(frame, id, context) ?? toggled(frame.text, id);
  return text === undefined ? undefined : { ...frame, text };
}

export function reduceTask(frame: TaskFrame, id: ActionId): TaskFrame | undefined {
  switch (id) {
    case 'next-tab':
      return atTab(frame, nextTab(frame.tab, 1));
    case 'previous-tab':
      return atTab(frame, nextTab(frame.tab, -1));
    case 'task-info':
      return atTab(frame, 'info');
    case 'task-traceback':
      return atTab(frame, 'traceback');
    case 'task-result':
      return atTab(frame, 'result');
    case 'next-task':
      return sibling(frame, 1);
    case 'previous-task':
      return sibling(frame, -1);
    default:
      return undefined;
  }
}

function scrolled(frame: TaskFrame | WorkerFrame, id: ActionId, context: ViewContext): TextState | undefined {
  const { text } = frame;
  const { count, start, matches } = context.text(frame);
  const page = context.pageRows;
  const half = Math.ceil(page / 2);
  const by = (rows: number): TextState => scrollBy(text, rows, start, count, page);
  switch (id) {
    case 'scroll-down':
      return by(1);
    case 'scroll-up':
      return by(-1);
    case 'scroll-first':
      return scrollTo(text, 0, count, page);
    case 'scroll-last':
      return scrollTo(text, count, count, page);
    case 'scroll-half-down':
      return by(half);
    case 'scroll-half-up':
      return by(-half);
    case 'scroll-page-down':
      return by(page);
    case 'scroll-page-up':
      return by(-page);
    case 'find-next':
      return jumpToMatch(text, matches, 1, start, count, page);
    case 'find-previous':
      return jumpToMatch(text, matches, -1, start, count, page);
    default:
      return undefined;
  }
}

function toggled(text: TextState, id: ActionId): TextState | undefined {
  switch (id) {
    case 'wrap':
      return { ...text, wrap: !text.wrap, left: 0, top: undefined };
    case 'fold':
      return { ...text, folded: !text.folded, top: undefined };
    case 'pan-left':
      return { ...text, left: Math.max(0, text.left - 8) };
    case 'pan-right':
      return { ...text, left: text.left + 8 };
    default:
      return undefined;
  }
}

function nextTab(tab: TaskTabId, step: number): TaskTabId {
  const at = taskTabs.findIndex((entry) => entry.id === tab);
  return taskTabs[(at + step + taskTabs.length) % taskTabs.length]?.id ?? 'info';
}

function atTab(frame: TaskFrame, tab: TaskTabId): TaskFrame {
  return tab === frame.tab ? frame : { ...frame, tab, text: { ...freshText, wrap: frame.text.wrap } };
}

/** The next task of the list keeps the sub-tab, so that a page of failures reads with one key each. */
function sibling(frame: TaskFrame, step: number): TaskFrame {
  const at = frame.siblings.findIndex((task) => task.uuid === frame.uuid);
  const next = frame.siblings[at + step];
  if (at < 0 || next === undefined) return frame;
  return { ...frame, uuid: next.uuid, task: next, text: { ...freshText, wrap: frame.text.wrap } };
}
