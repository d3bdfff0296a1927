import { noTraceback } from '../../presentation/task-details.ts';
import type { TaskView } from '../../presentation/task-view.ts';
import type { ActionId } from '../input/actions.ts';
import { isOperation } from '../operations/operations.ts';
import { severalTypes, typeUnderCursor } from './reduce-task-types.ts';
import { operationDisabled, targetOf } from './target.ts';
import type { ViewContext } from './view-context.ts';
import { frameOf, type ViewState } from './view-state.ts';

/** Why an action can do nothing here and now, as the message line says it; undefined when it can. */
export function disabledReason(view: ViewState, id: ActionId, context: ViewContext): string | undefined {
  if (isOperation(id)) return operationDisabled(view, id, targetOf(view, id, context), context);
  switch (id) {
    case 'task-traceback': {
      const task = context.taskUnderCursor(view);
      return task === undefined ? 'nothing is selected' : tracebackReason(task);
    }
    case 'sort':
    case 'sort-reverse':
    case 'follow':
    case 'view-tasks':
    case 'view-workers':
    case 'view-types':
    case 'window':
      return view.paused === undefined ? undefined : 'paused: press p to go on';
    case 'open':
      return noType(view, context);
    case 'next-task':
    case 'previous-task':
      return noSibling(view, id);
    case 'fold':
    case 'find-next':
    case 'find-previous':
      return notInText(view, id, context);
    default:
      return undefined;
  }
}

/** A row that stands for several types has no tasks of one type. */
function noType(view: ViewState, context: ViewContext): string | undefined {
  const frame = frameOf(view);
  if (frame.screen !== 'types') return undefined;
  const row = typeUnderCursor(frame, context);
  return row !== undefined && row.name === undefined ? severalTypes : undefined;
}

function noSibling(view: ViewState, id: 'next-task' | 'previous-task'): string | undefined {
  const frame = frameOf(view);
  if (frame.screen !== 'task') return undefined;
  const at = frame.siblings.findIndex((task) => task.uuid === frame.uuid);
  if (frame.siblings[id === 'next-task' ? at + 1 : at - 1] !== undefined) return undefined;
  return id === 'next-task' ? 'this is the last task of the list' : 'this is the first task of the list';
}

function notInText(view: ViewState, id: ActionId, context: ViewContext): string | undefined {
  const frame = frameOf(view);
  if (frame.screen !== 'task' && frame.screen !== 'worker') return undefined;
  if (id === 'fold') {
    const folds = frame.screen === 'task' && ['args', 'result', 'traceback'].includes(frame.tab);
    return folds ? undefined : 'there is nothing to fold here';
  }
  // Without a search, the headings of a chained traceback are what n and N go to.
  if (context.text(frame).matches.length > 0) return undefined;
  return frame.text.find === '' ? 'nothing to find yet: / starts a search' : `not found: ${frame.text.find}`;
}

function tracebackReason(task: TaskView): string | undefined {
  return typeof task.traceback === 'string' && task.traceback !== '' ? undefined : noTraceback(task);
}
