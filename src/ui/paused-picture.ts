import { freezeTask } from './model/frozen-task.ts';
import { keptPicture } from './model/task-type-list.ts';
import { frameOf, type PausedPicture, type ViewState } from './model/view-state.ts';
import type { Scene } from './scene.ts';

/** No more rows than this are kept as they were while the display is paused. */
const frozenRows = 5_000;

/** The screen as it is at this moment, to stay so while the display is paused. */
export function pausedPicture(scene: Scene, view: ViewState): PausedPicture {
  const frame = frameOf(view);
  const listed = frame.screen === 'tasks' ? scene.rows.first(frame, frozenRows, scene.drawing(view)) : [];
  const open = frame.screen === 'task' ? [frame.task] : [];
  const tasks = [...listed.slice(0, frozenRows), ...open].map(
    (task) => [task.uuid, freezeTask(task)] as const,
  );
  return {
    at: scene.now(),
    eventCount: scene.monitor.state.eventCount,
    following: frame.screen === 'tasks' && frame.held === undefined,
    tasks: new Map(tasks),
    workers: frame.screen === 'workers' ? scene.workers(view, frame) : undefined,
    types: frame.screen === 'types' ? keptPicture(scene.types(view, frame)) : undefined,
  };
}
