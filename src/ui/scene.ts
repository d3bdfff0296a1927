import type { Watched } from '../monitor/watched.ts';
import type { Context } from '../presentation/context.ts';
import type { TaskView } from '../presentation/task-view.ts';
import type { WorkerRow } from '../presentation/worker-row.ts';
import type { TaskRows } from './model/task-rows.ts';
import type {
  TaskFrame,
  TasksFrame,
  TypesFrame,
  TypesPicture,
  ViewState,
  WorkerFrame,
  WorkersFrame,
} from './model/view-state.ts';
import type { LaidOut } from './painters/text-body.ts';

/** What painters may look at: the model under the view that is open. They change nothing in it. */
export interface Scene {
  readonly monitor: Watched;
  readonly rows: TaskRows;
  /** What time it is for the cluster on screen, in seconds since the epoch. */
  now(): number;
  /** Columns that may be drawn on. */
  readonly width: number;
  /** How things are to be drawn now; `tasks` are the rows in view, whose short uuids must differ. */
  drawing(view: ViewState, tasks?: readonly TaskView[]): Context;
  /** At least the first `count` rows of the list: as they are, or as they were when the display was paused. */
  tasks(view: ViewState, frame: TasksFrame, count: number): readonly TaskView[];
  workers(view: ViewState, frame: WorkersFrame): readonly WorkerRow[];
  worker(view: ViewState, hostname: string): WorkerRow | undefined;
  types(view: ViewState, frame: TypesFrame): TypesPicture;
  taskOf(view: ViewState, frame: TaskFrame): TaskView;
  text(view: ViewState, frame: TaskFrame | WorkerFrame): LaidOut;
}
