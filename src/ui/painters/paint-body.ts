import { headerLine, layoutColumns, rowLine } from '../../presentation/column.ts';
import { emptinessLines } from '../../presentation/emptiness.ts';
import { formatCount } from '../../presentation/format.ts';
import type { Line } from '../../presentation/line.ts';
import { fillLine } from '../../presentation/line-layout.ts';
import { taskHeader } from '../../presentation/task-details.ts';
import type { TaskView } from '../../presentation/task-view.ts';
import { workerColumns } from '../../presentation/worker-columns.ts';
import { workerFooter } from '../../presentation/worker-details.ts';
import { selectedIndex, windowTop } from '../model/list.ts';
import { screenOf, taskTabs } from '../model/screens.ts';
import { isNarrowed } from '../model/task-rows.ts';
import {
  frameOf,
  type TaskFrame,
  type TasksFrame,
  type ViewState,
  type WorkersFrame,
} from '../model/view-state.ts';
import type { Scene } from '../scene.ts';
import { type Painted, toHeight } from './body.ts';
import { paintTaskList } from './task-list.ts';
import { paintTypes } from './task-type-list.ts';
import { paintText } from './text-body.ts';

export interface BodySize {
  readonly width: number;
  readonly rows: number;
  readonly screenRows: number;
}

/** Rows over the text of a task's tab: its header and the tabs. */
export const taskHeadRows = 2;

/** The live part of the screen, whichever screen is open. */
export function paintBody(scene: Scene, view: ViewState, size: BodySize): Painted {
  const frame = frameOf(view);
  switch (frame.screen) {
    case 'tasks':
      return paintTasks(scene, view, frame, size);
    case 'task':
      return paintTask(scene, view, frame, size);
    case 'workers':
      return paintWorkers(scene, view, frame, size);
    case 'types':
      return paintTypes(scene, view, frame, size);
    case 'worker':
      return paintText([], scene.text(view, frame), frame.text, size.width, size.rows, scene.drawing(view));
  }
}

function paintTasks(scene: Scene, view: ViewState, frame: TasksFrame, size: BodySize): Painted {
  const tasks = scene.tasks(view, frame, size.rows);
  // Nothing is claimed before it is known.
  const isKnown = !scene.rows.count(frame, scene.drawing(view)).isPartial;
  if (tasks.length === 0 && isKnown) return paintEmptiness(scene, view, frame, size);
  return paintTaskList({
    view,
    frame,
    tasks,
    newer: scene.rows.newer(frame, scene.drawing(view)),
    connected: scene.monitor.status.kind === 'ready',
    width: size.width,
    rows: size.rows,
    screenRows: size.screenRows,
    context: scene.drawing(view, nearby(tasks, frame, size)),
  });
}

/** The rows in view and a screen around them: a dialog or a resize moves the window to keep the cursor in it. */
function nearby(tasks: readonly TaskView[], frame: TasksFrame, size: BodySize): readonly TaskView[] {
  return tasks.slice(Math.max(0, frame.list.top - size.screenRows), frame.list.top + size.screenRows);
}

/** Nothing to show is explained from what is known, never left blank. */
function paintEmptiness(scene: Scene, view: ViewState, frame: TasksFrame, size: BodySize): Painted {
  const { monitor } = scene;
  if (view.playback !== undefined && !isNarrowed(frame)) {
    const lines: readonly Line[] = [
      [],
      [{ text: '   No event of a task had come by this time.', tone: 'muted' }],
    ];
    return { lines: toHeight(lines, size.rows), pageRows: Math.max(1, size.rows - 3) };
  }
  const facts = monitor.facts;
  const lines = emptinessLines(
    {
      brokerLabel: monitor.brokerLabel,
      connection: monitor.status,
      workersAnswered: facts.workersAnswered,
      workersSending: facts.workersSendingEvents,
      sentSeen: facts.sentSeen,
      filtered: isNarrowed(frame),
      total: monitor.state.tasks.size,
      workersKey: screenOf('workers').digit ?? '',
    },
    size.width,
    scene.drawing(view),
  );
  return { lines: toHeight(lines, size.rows), pageRows: Math.max(1, size.rows - 3) };
}

function paintTask(scene: Scene, view: ViewState, frame: TaskFrame, size: BodySize): Painted {
  const context = scene.drawing(view);
  const task = scene.taskOf(view, frame);
  const tabs: Line = taskTabs.map((tab) =>
    tab.id === frame.tab ? { text: `[${tab.title}]`, tone: 'selected' as const } : { text: ` ${tab.title} ` },
  );
  const gone = scene.monitor.state.tasks.has(frame.uuid)
    ? []
    : [{ text: '  evicted from memory', tone: 'muted' as const }];
  const head = [taskHeader(task, size.width, context), fillLine([...tabs, ...gone], size.width, context)];
  return paintText(head, scene.text(view, frame), frame.text, size.width, size.rows, context);
}

function paintWorkers(scene: Scene, view: ViewState, frame: WorkersFrame, size: BodySize): Painted {
  const context = scene.drawing(view);
  const rows = scene.workers(view, frame);
  const ids = rows.map((row) => row.hostname);
  const selected = selectedIndex(frame.list, ids);
  const row = rows[selected];
  const footer = row === undefined || size.screenRows < 24 ? [] : workerFooter(row, size.width, context);
  const pageRows = Math.max(1, size.rows - 1 - Math.min(footer.length, size.rows - 6));
  const top = windowTop(frame.list.top, selected, rows.length, pageRows);
  const layout = layoutColumns(workerColumns, size.width, { all: view.allColumns, pan: view.pan });
  const body = rows.slice(top, top + pageRows).map((entry, index) =>
    rowLine(layout, entry, context, {
      selected: top + index === selected,
      marked: frame.list.marks.has(entry.hostname),
      dim: entry.status === 'offline',
    }),
  );
  if (rows.length === 0) body.push([{ text: noWorkers(scene.monitor.workers.size), tone: 'muted' }]);
  return {
    lines: toHeight(
      [headerLine(layout, frame.sort, context), ...toHeight(body, pageRows), ...footer],
      size.rows,
    ),
    pageRows,
  };
}

function noWorkers(hidden: number): string {
  return hidden === 0
    ? ' No worker has been heard of yet.'
    : ` 0 of ${formatCount(hidden)} match. Esc clears the filter.`;
}
