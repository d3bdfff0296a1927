import { formatClock } from '../../presentation/clock-time.ts';
import { headerLine, layoutColumns, rowLine } from '../../presentation/column.ts';
import type { Context } from '../../presentation/context.ts';
import { formatCount } from '../../presentation/format.ts';
import type { Line } from '../../presentation/line.ts';
import { fillLine, ruleLine } from '../../presentation/line-layout.ts';
import { taskColumns } from '../../presentation/task-columns.ts';
import { previewHeight, taskPreview, taskSummary } from '../../presentation/task-preview.ts';
import type { TaskView } from '../../presentation/task-view.ts';
import { selectedIndex, windowTop } from '../model/list.ts';
import { TaskIds } from '../model/task-ids.ts';
import type { TasksFrame, ViewState } from '../model/view-state.ts';
import { type Painted, toHeight } from './body.ts';

export interface TaskListPicture {
  readonly view: ViewState;
  readonly frame: TasksFrame;
  readonly tasks: readonly TaskView[];
  /** Tasks that came since the list was held. */
  readonly newer: number;
  /** Said in the rule while nothing arrives. */
  readonly connected: boolean;
  readonly width: number;
  readonly rows: number;
  readonly screenRows: number;
  readonly context: Context;
}

/** Header, rows, the rule that names the mode, and what is known of the selected task. */
export function paintTaskList(picture: TaskListPicture): Painted {
  const { view, frame, tasks, width, rows, context } = picture;
  const footer = footerHeight(picture);
  const pageRows = Math.max(1, rows - 2 - footer);
  const selected = frame.held === undefined ? 0 : selectedIndex(frame.list, new TaskIds(tasks));
  const top = frame.held === undefined ? 0 : windowTop(frame.list.top, selected, tasks.length, pageRows);
  const layout = layoutColumns(taskColumns, width, {
    all: view.allColumns,
    pan: view.pan,
    fullUuid: view.fullUuid,
    uuidLength: context.uuidLength,
  });
  const body = tasks.slice(top, top + pageRows).map((task, index) =>
    rowLine(layout, task, context, {
      selected: top + index === selected,
      marked: frame.list.marks.has(task.uuid),
      dim: context.evicted.has(task.uuid),
    }),
  );
  const task = tasks[selected];
  const lines: Line[] = [
    headerLine(layout, frame.sort, context),
    ...toHeight(body, pageRows),
    modeRule(picture),
    ...footerLines(task, footer, picture),
  ];
  return { lines: toHeight(lines, rows), pageRows };
}

function footerHeight({ view, width, screenRows, rows }: TaskListPicture): number {
  if (screenRows >= 36 && width >= 119 && view.preview && rows > previewHeight + 8) return previewHeight;
  return screenRows >= 24 && rows > 8 ? 1 : 0;
}

function footerLines(task: TaskView | undefined, height: number, picture: TaskListPicture): readonly Line[] {
  const { width, context } = picture;
  if (height === 0) return [];
  if (task === undefined)
    return toHeight([fillLine([{ text: ' No task selected', tone: 'muted' }], width, context)], height);
  return height === 1
    ? [taskSummary(task, width, context)]
    : toHeight(taskPreview(task, width, context), height);
}

/** FOLLOW, HOLD or PAUSED, always in words: a list that stands still must say that it does. */
function modeRule({ view, frame, newer, connected, width, context }: TaskListPicture): Line {
  const right = connected ? '' : 'no new events';
  if (view.paused !== undefined) return ruleLine(width, context, 'PAUSED, p to go on', right);
  if (frame.held === undefined) {
    const order =
      frame.sort.column === 'time' && frame.sort.descending
        ? 'newest first'
        : `sorted by ${frame.sort.column}`;
    return ruleLine(width, context, `FOLLOW, ${order}`, right);
  }
  const at = formatClock(
    frame.held.at,
    context.timeMode === 'relative' ? { ...context, timeMode: 'utc' } : context,
  );
  const count = connected
    ? `${formatCount(newer)} newer ${newer === 1 ? 'task' : 'tasks'}: f to follow`
    : right;
  return ruleLine(width, context, `HOLD, list frozen at ${at}`, count);
}
