import type { WorkerRow } from '../../presentation/worker-row.ts';
import type { Task } from '../../state/task.ts';
import type { Facts } from '../operations/operation.ts';
import type { Sort, TaskFrame, TasksFrame, ViewState, WorkerFrame, WorkersFrame } from './view-state.ts';

/** A text as it was last laid out: what scrolling and finding need to know of it. */
export interface TextLayout {
  readonly count: number;
  /** Where it opens: for a traceback, so that the last own frame is in view. */
  readonly start: number;
  readonly matches: readonly number[];
}

/** What the reducer may ask of the world. It changes nothing there. */
export interface ViewContext {
  readonly now: number;
  readonly nowMs: number;
  /** Rows of the list or text on screen at its last paint. */
  readonly pageRows: number;
  /** The input chunk that the key came in. */
  readonly chunk: number;
  readonly facts: Facts;
  /** Why nothing can be sent now; undefined while connected. */
  readonly disconnected: string | undefined;
  /** All rows of a list that follows, in its order; undefined while they are worked out. */
  tasks(frame: TasksFrame): readonly Task[] | undefined;
  /** Tasks in another order, as they are at this moment; undefined while they are sorted. */
  reordered(tasks: readonly Task[], sort: Sort): readonly Task[] | undefined;
  /**
   * The rows of a following list as they were last painted; none when they were the answer to another question and the
   * answer to this one is there.
   */
  shown(frame: TasksFrame): readonly Task[];
  workers(frame: WorkersFrame): readonly WorkerRow[];
  text(frame: TaskFrame | WorkerFrame): TextLayout;
  /** The task that is open, or the one under the cursor of the list. */
  taskUnderCursor(view: ViewState): Task | undefined;
  isProblem(task: Task): boolean;
  /** The present, to be shown for as long as the display is paused. */
  pausePicture(): NonNullable<ViewState['paused']>;
}
