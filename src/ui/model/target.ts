import { type OperationId, type Target, unseenTask } from '../operations/operation.ts';
import { operations } from '../operations/operations.ts';
import { selectedIndex, selectionIsMissing } from './list.ts';
import { TaskIds } from './task-ids.ts';
import type { ViewContext } from './view-context.ts';
import { type Frame, frameOf, type ViewState } from './view-state.ts';

const none: Target = { tasks: [], hostnames: [] };

/**
 * What an operation opened here would be aimed at: the marks if there are any, also those that a filter hides, else
 * the row under the cursor.
 */
export function targetOf(view: ViewState, operation: OperationId, context: ViewContext): Target {
  const frame = frameOf(view);
  if (operation === 'task-events' && (frame.screen === 'tasks' || frame.screen === 'task')) {
    return { tasks: [], hostnames: context.facts.online };
  }
  switch (frame.screen) {
    case 'task':
      return { tasks: [context.facts.task(frame.uuid) ?? frame.task], hostnames: [] };
    case 'worker':
      return { tasks: [], hostnames: [frame.hostname] };
    case 'tasks':
      return tasksTarget(view, frame, context);
    case 'workers':
      return workersTarget(frame, context);
  }
}

function tasksTarget(
  view: ViewState,
  frame: Extract<Frame, { screen: 'tasks' }>,
  context: ViewContext,
): Target {
  const { marks } = frame.list;
  const held = frame.held?.tasks;
  if (marks.size > 0) {
    const listed = held?.filter((task) => marks.has(task.uuid)) ?? [];
    const seen = new Set(listed.map((task) => task.uuid));
    const hidden = [...marks].filter((uuid) => !seen.has(uuid));
    return {
      tasks: [...listed, ...hidden.map((uuid) => context.facts.task(uuid) ?? unseenTask(uuid))],
      hostnames: [],
    };
  }
  if (held !== undefined && selectionIsMissing(frame.list, new TaskIds(held))) {
    return { ...none, missing: 'the selected task is not shown' };
  }
  const task = context.taskUnderCursor(view);
  return task === undefined ? none : { tasks: [task], hostnames: [] };
}

function workersTarget(frame: Extract<Frame, { screen: 'workers' }>, context: ViewContext): Target {
  const ids = context.workers(frame).map((row) => row.hostname);
  const { marks } = frame.list;
  if (marks.size > 0) {
    const hidden = [...marks].filter((id) => !ids.includes(id));
    return { tasks: [], hostnames: [...ids.filter((id) => marks.has(id)), ...hidden] };
  }
  if (selectionIsMissing(frame.list, ids)) return { ...none, missing: 'the selected worker is not shown' };
  const hostname = ids[selectedIndex(frame.list, ids)];
  return hostname === undefined ? none : { tasks: [], hostnames: [hostname] };
}

/** Why an operation is refused here and now, before anything is asked or sent; undefined when it is not. */
export function operationDisabled(
  view: ViewState,
  operation: OperationId,
  target: Target,
  context: ViewContext,
): string | undefined {
  if (view.readonly) return 'read-only (:readonly off)';
  if (context.disconnected !== undefined) return context.disconnected;
  if (target.missing !== undefined) return target.missing;
  const empty = target.tasks.length === 0 && target.hostnames.length === 0 && target.taskName === undefined;
  if (empty) return 'nothing is selected';
  return operations[operation].disabled(target, context.facts);
}
