import type { FilterError } from '../../presentation/filter/filter-error.ts';
import { defaultTypeSort } from '../../presentation/task-type-columns.ts';
import type { TypeRow } from '../../presentation/task-type-row.ts';
import type { TaskView } from '../../presentation/task-view.ts';
import { defaultWorkerSort } from '../../presentation/worker-columns.ts';
import type { WorkerRow } from '../../presentation/worker-row.ts';
import { type KeptFilters, noFilters } from '../../query/kept-filters.ts';
import type { Task } from '../../state/task.ts';
import type { Reading } from '../../statistics/reading.ts';
import type { Window } from '../../statistics/time-slots.ts';
import type { DialogState } from './dialog.ts';
import type { LineEditor } from './line-editor.ts';
import { freshList, type ListState } from './list.ts';
import type { TaskTabId, TopScreenId } from './screens.ts';
import { freshText, type TextState } from './text.ts';

export interface Sort {
  readonly column: string;
  readonly descending: boolean;
}

/**
 * The Tasks list. FOLLOW while `held` is undefined: live, newest first. HOLD keeps the rows and their order as they
 * were; the Task objects in it stay live, so states keep updating in place.
 */
export interface TasksFrame {
  readonly screen: 'tasks';
  readonly list: ListState;
  readonly held: HeldRows | undefined;
  readonly filter: string;
  readonly problemsOnly: boolean;
  /** The one type of task that the list is for: that of the row of Types which it was opened from. */
  readonly type: string | undefined;
  readonly sort: Sort;
}

/** The rows of a list in HOLD, in their order. */
export interface HeldRows {
  /** Seconds since the epoch. */
  readonly at: number;
  readonly tasks: readonly Task[];
  /**
   * What is still being worked out, in slices: the rows below those that were on screen, other rows under another
   * filter, or another order of these. Absent when the rows are what they should be.
   */
  readonly awaits?: 'rest' | 'rows' | 'order';
}

export interface TaskFrame {
  readonly screen: 'task';
  readonly uuid: string;
  /** The task as it was opened: it stays readable when the State has evicted it meanwhile. */
  readonly task: Task;
  readonly tab: TaskTabId;
  readonly text: TextState;
  /** The list that it was opened from, for J and K. */
  readonly siblings: readonly Task[];
  /** The filter in force there, named beside the position. */
  readonly filter: string;
}

export interface WorkersFrame {
  readonly screen: 'workers';
  readonly list: ListState;
  readonly filter: string;
  readonly sort: Sort;
}

export interface WorkerFrame {
  readonly screen: 'worker';
  readonly hostname: string;
  readonly text: TextState;
}

export interface TypesFrame {
  readonly screen: 'types';
  readonly list: ListState;
  readonly filter: string;
  readonly sort: Sort;
  /** What the figures are of. */
  readonly window: Window;
}

export type Frame = TasksFrame | TaskFrame | WorkersFrame | WorkerFrame | TypesFrame;

/** What lies over the screen and takes the keys. */
export type Overlay =
  | {
      readonly kind: 'filter';
      readonly editor: LineEditor;
      /** The filter in force when the typing began: Esc goes back to it. */
      readonly before: string;
      readonly problem: FilterError | undefined;
    }
  | { readonly kind: 'find'; readonly editor: LineEditor }
  | { readonly kind: 'sort' }
  | { readonly kind: 'help'; readonly editor: LineEditor; readonly row: number }
  | { readonly kind: 'palette'; readonly editor: LineEditor; readonly row: number }
  | { readonly kind: 'actions'; readonly row: number }
  | { readonly kind: 'log'; readonly row: number }
  | { readonly kind: 'intake'; readonly row: number }
  /** Digits of how far into what is played again. */
  | { readonly kind: 'percent'; readonly digits: string }
  | { readonly kind: 'replies'; readonly entry: number }
  | { readonly kind: 'dialog'; readonly dialog: DialogState };

/** The message line: a reason, a warning, or what became of a command (`entry` is its place in the command log). */
export interface Message {
  readonly text: string;
  readonly tone: 'plain' | 'warn' | 'fail';
  readonly untilMs: number | undefined;
  readonly entry?: number;
}

/** The Types list at one moment. */
export interface TypesPicture {
  readonly rows: readonly TypeRow[];
  /** Types there are, whatever the filter. */
  readonly total: number;
  /** Of all types together. */
  readonly overall: Reading;
}

export interface PausedPicture {
  /** Seconds since the epoch. */
  readonly at: number;
  readonly eventCount: number;
  /** The list followed before, and does so again afterwards. */
  readonly following: boolean;
  readonly tasks: ReadonlyMap<string, TaskView>;
  readonly workers: readonly WorkerRow[] | undefined;
  readonly types: TypesPicture | undefined;
}

export interface ViewState {
  /** The open frames from the top view down; the last one is on screen. Never empty. */
  readonly stack: readonly [Frame, ...Frame[]];
  /** The stacks of the top views that are not on screen, given back as they were. */
  readonly others: Partial<Record<TopScreenId, readonly [Frame, ...Frame[]]>>;
  readonly overlay: Overlay | undefined;
  readonly message: Message | undefined;
  /** Set while the display is paused (`p`): the rows as they were then, and how many events had been seen. */
  readonly paused: PausedPicture | undefined;
  /** Set while the past is on screen: that of a recording, or what just was. */
  readonly playback: 'replay' | 'rewind' | undefined;
  /** Filters that were used and saved, in this session and before. */
  readonly keptFilters: KeptFilters;
  readonly timeMode: 'utc' | 'local' | 'relative';
  readonly fullUuid: boolean;
  readonly allColumns: boolean;
  readonly pan: number;
  readonly preview: boolean;
  readonly readonly: boolean;
  readonly ascii: boolean;
  /** When a frame was last popped: a `q` that follows at once must not quit the program. */
  readonly poppedAtMs: number;
}

export function tasksFrame(type: string | undefined): TasksFrame {
  return {
    screen: 'tasks',
    list: freshList,
    held: undefined,
    filter: '',
    problemsOnly: false,
    type,
    sort: { column: 'time', descending: true },
  };
}

export function topFrame(screen: TopScreenId): Frame {
  switch (screen) {
    case 'tasks':
      return tasksFrame(undefined);
    case 'workers':
      return { screen, list: freshList, filter: '', sort: defaultWorkerSort };
    case 'types':
      return { screen, list: freshList, filter: '', sort: defaultTypeSort, window: '15m' };
  }
}

export interface ViewOptions {
  readonly view: TopScreenId;
  readonly timeMode: ViewState['timeMode'];
  readonly readonly: boolean;
  readonly ascii: boolean;
  readonly playback?: 'replay' | undefined;
}

export function initialView(options: ViewOptions): ViewState {
  return {
    stack: [topFrame(options.view)],
    others: {},
    overlay: undefined,
    message: undefined,
    paused: undefined,
    playback: options.playback,
    keptFilters: noFilters,
    timeMode: options.timeMode,
    fullUuid: false,
    allColumns: false,
    pan: 0,
    preview: true,
    readonly: options.readonly,
    ascii: options.ascii,
    poppedAtMs: 0,
  };
}

export function frameOf(view: ViewState): Frame {
  return view.stack.at(-1) ?? view.stack[0];
}

export function withFrame(view: ViewState, frame: Frame): ViewState {
  const [first, ...rest] = view.stack;
  if (rest.length === 0) return { ...view, stack: [frame] };
  return { ...view, stack: [first, ...rest.slice(0, -1), frame] };
}

export function openFrame(view: ViewState, frame: Frame): ViewState {
  return { ...view, stack: [...view.stack, frame] };
}

export function taskFrame(
  task: Task,
  tab: TaskTabId,
  from: TasksFrame,
  siblings: readonly Task[],
): TaskFrame {
  const filter = from.problemsOnly ? `${from.filter} problems only`.trim() : from.filter;
  return { screen: 'task', uuid: task.uuid, task, tab, text: freshText, siblings, filter };
}
