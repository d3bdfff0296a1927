import type { Context } from '../../presentation/context.ts';
import type { Line } from '../../presentation/line.ts';
import { noTraceback, taskArgs, taskRaw, taskResult } from '../../presentation/task-details.ts';
import { taskInfo } from '../../presentation/task-info.ts';
import type { TaskView } from '../../presentation/task-view.ts';
import { parseTraceback } from '../../presentation/traceback.ts';
import { tracebackRows } from '../../presentation/traceback-lines.ts';
import { valueText } from '../../presentation/value-text.ts';
import { workerSummary } from '../../presentation/worker-details.ts';
import type { TextState } from '../model/text.ts';
import type { TaskFrame, ViewState, WorkerFrame } from '../model/view-state.ts';
import type { Scene } from '../scene.ts';
import { type LaidOut, matchingRows } from './text-body.ts';

/** The text of the open tab for the present width. The caller keeps it until something in it changes. */
export function layOut(scene: Scene, view: ViewState, frame: TaskFrame | WorkerFrame): LaidOut {
  const context = scene.drawing(view);
  const { width } = scene;
  if (frame.screen === 'worker') return plain(workerText(scene, view, frame, width, context), frame.text);
  const task = scene.taskOf(view, frame);
  switch (frame.tab) {
    case 'info':
      return plain(
        taskInfo(task, width, context, (uuid) => scene.monitor.state.tasks.get(uuid)),
        frame.text,
      );
    case 'args':
      return plain(taskArgs(task, width, context, { folded: frame.text.folded }), frame.text);
    case 'result':
      return plain(taskResult(task, width, context, { folded: frame.text.folded }), frame.text);
    case 'raw':
      return plain(taskRaw(rawOf(scene, frame, task), width, context), frame.text);
    case 'traceback':
      return tracebackText(task, frame.text, width, context);
  }
}

function plain(lines: readonly Line[], state: TextState): LaidOut {
  return { lines, start: 0, matches: matchingRows(lines, state.find) };
}

function tracebackText(task: TaskView, state: TextState, width: number, context: Context): LaidOut {
  const text = valueText(task.traceback);
  if (text === undefined || text === '') return plain([[{ text: ` ${noTraceback(task)}` }]], state);
  const { wrap, folded, left, find } = state;
  return tracebackRows(parseTraceback(text), width, context, { wrap, folded, left, find });
}

function workerText(
  scene: Scene,
  view: ViewState,
  frame: WorkerFrame,
  width: number,
  context: Context,
): readonly Line[] {
  const row = scene.worker(view, frame.hostname);
  if (row === undefined) return [[{ text: ' This worker is no longer known.', tone: 'muted' }]];
  return workerSummary(row, width, context);
}

/** Raw shows the fields under their wire names, which only the task itself has. */
function rawOf(scene: Scene, frame: TaskFrame, task: TaskView): TaskView {
  return scene.monitor.state.tasks.get(frame.uuid) ?? task;
}
