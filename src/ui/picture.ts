import type { CommandEntry } from '../monitor/command-log.ts';
import type { Watched } from '../monitor/watched.ts';
import { type Context, createContext } from '../presentation/context.ts';
import type { Line } from '../presentation/line.ts';
import { isProblem } from '../presentation/problem.ts';
import { sharedNodePrefix, uuidLength } from '../presentation/short-name.ts';
import type { TaskView } from '../presentation/task-view.ts';
import { clean } from '../presentation/text.ts';
import type { WorkerRow } from '../presentation/worker-row.ts';
import { Slices } from '../query/slices.ts';
import { nothingIsSent, type Replay } from '../replay/replay.ts';
import type { Task } from '../state/task.ts';
import { hasFaded } from './chrome/message-line.ts';
import { screenOfList } from './model/filter-keys.ts';
import { filterValues } from './model/filter-values.ts';
import { findTask } from './model/find-task.ts';
import { selectedIndex } from './model/list.ts';
import { listColumns } from './model/list-columns.ts';
import { monitorFacts } from './model/monitor-facts.ts';
import type { OverlayContext } from './model/overlay-context.ts';
import { typeUnderCursor } from './model/reduce-task-types.ts';
import { taskFilterContext } from './model/task-filter-context.ts';
import { TaskIds } from './model/task-ids.ts';
import { questionOf, TaskRows } from './model/task-rows.ts';
import { TypeList } from './model/task-type-list.ts';
import {
  frameOf,
  type TaskFrame,
  type TasksFrame,
  type TypesFrame,
  type TypesPicture,
  type ViewState,
  type WorkerFrame,
  type WorkersFrame,
} from './model/view-state.ts';
import { whyDisconnected } from './model/why-disconnected.ts';
import { workerRow, workerRows } from './model/worker-rows.ts';
import { layOut } from './painters/lay-out.ts';
import { type BodySize, paintBody } from './painters/paint-body.ts';
import type { LaidOut } from './painters/text-body.ts';
import { pausedPicture } from './paused-picture.ts';
import type { Scene } from './scene.ts';
import type { Config } from './ui-config.ts';

/** The read side of the screen: the model under the view that is open, as rows, lines and facts. Changes nothing. */
export class Picture implements Scene {
  monitor: Watched;
  /** Set while what is shown is the past. */
  replay: Replay | undefined;
  readonly config: Config;
  rows: TaskRows;
  #types: TypeList;
  readonly #slices: Slices = new Slices();
  /** Rows of the list or text at the last paint, so that keys know what a page is. */
  pageRows = 20;
  width = 79;
  /** Frames per second that a slow terminal has brought us down to. */
  slowLink: () => number | undefined = () => undefined;
  /** Called when rows are there that were still worked out when they were asked for. */
  onRowsReady: () => void = () => undefined;
  /** The rows of the following list at the last paint, and what they were the answer to. */
  #shown: { readonly question: string | undefined; readonly tasks: readonly Task[] } = {
    question: undefined,
    tasks: [],
  };
  #laidOut: { readonly key: string; readonly text: LaidOut } | undefined;

  constructor(monitor: Watched, config: Config, replay?: Replay) {
    this.monitor = monitor;
    this.replay = replay;
    this.config = config;
    this.rows = this.#rowsOf(monitor);
    this.#types = this.#typesOf(monitor);
  }

  /** From now on another cluster is looked at, or another moment of the same one. */
  turnTo(monitor: Watched, replay: Replay | undefined): void {
    this.#slices.close();
    this.monitor = monitor;
    this.replay = replay;
    this.rows = this.#rowsOf(monitor);
    this.#types = this.#typesOf(monitor);
    this.#shown = { question: undefined, tasks: [] };
    this.#laidOut = undefined;
  }

  /** Of whoever sits here, for what messages and keys take; milliseconds since the epoch. */
  nowMs(): number {
    return Date.now();
  }

  /** What time it is for the cluster on screen, in seconds since the epoch. */
  now(): number {
    return this.replay?.at ?? this.nowMs() / 1000;
  }

  /** How things are to be drawn now. While paused, the clock stands still with everything else. */
  drawing(view: ViewState, tasks: readonly TaskView[] = []): Context {
    const { monitor } = this;
    return createContext({
      now: view.paused?.at ?? this.now(),
      ascii: view.ascii,
      timeMode: view.timeMode,
      fullUuid: view.fullUuid,
      uuidLength: uuidLength(tasks.map((task) => task.uuid)),
      nodePrefix: sharedNodePrefix(monitor.state.workers.keys()),
      revoking: monitor.revokePending,
      unknown: monitor.unknownTasks,
      evicted: new Set(tasks.flatMap((task) => (monitor.state.tasks.has(task.uuid) ? [] : [task.uuid]))),
    });
  }

  /** What the reducer and the overlays may ask. */
  context(view: ViewState, chunk: number): OverlayContext {
    const { monitor } = this;
    const now = this.now();
    const frame = frameOf(view);
    const columns = listColumns(frame.screen);
    return {
      now,
      nowMs: this.nowMs(),
      pageRows: this.pageRows,
      chunk,
      facts: monitorFacts(monitor, now),
      disconnected: this.replay === undefined ? whyDisconnected(monitor.status) : nothingIsSent,
      tasks: (tasksFrame) => this.rows.all(tasksFrame, this.drawing(view)),
      reordered: (tasks, sort) => this.rows.reordered(tasks, sort, this.drawing(view)),
      shown: (tasksFrame) => this.#shownOf(view, tasksFrame),
      workers: (workersFrame) => this.workers(view, workersFrame),
      types: (typesFrame) =>
        view.paused?.types?.rows ?? this.#types.shownRows(typesFrame, this.drawing(view)),
      text: (textFrame) => {
        const text = this.text(view, textFrame);
        return { count: text.lines.length, start: text.start, matches: text.matches };
      },
      isProblem,
      taskUnderCursor: (open) => this.taskUnderCursor(open),
      pausePicture: () => pausedPicture(this, view),
      candidates: (kind) => {
        if (kind === 'worker') return monitor.workers.all().map((worker) => worker.hostname);
        if (kind === 'type') return monitor.state.taskTypes();
        return columns.filter((column) => column.sortKey !== undefined).map((column) => column.id);
      },
      filterValues: (field) => filterValues(monitor, screenOfList(view), field),
      findTask: (uuid) => findTask(monitor.state, uuid),
      sortColumn: (key) => columns.find((column) => column.sortKey === key)?.id,
      entry: (id) => monitor.commands.find(id),
      log: monitor.commands.entries.map((entry) => entry.id).reverse(),
      intakeWorkers: monitor.intake.workerCount,
    };
  }

  /** The body in exactly `size.rows` lines. */
  body(view: ViewState, size: BodySize): readonly Line[] {
    this.width = size.width;
    const painted = paintBody(this, view, size);
    this.pageRows = painted.pageRows;
    return painted.lines;
  }

  /** The tasks to draw: as they are, or as they were when the display was paused. */
  tasks(view: ViewState, frame: TasksFrame, count: number): readonly TaskView[] {
    const context = this.drawing(view);
    const tasks = this.rows.first(frame, count, context);
    if (frame.held === undefined) {
      const question = this.rows.showsLast ? undefined : questionOf(frame, context);
      this.#shown = { question, tasks: tasks.slice(0, count) };
    }
    const frozen = view.paused?.tasks;
    return frozen === undefined ? tasks : tasks.map((task) => frozen.get(task.uuid) ?? task);
  }

  workers(view: ViewState, frame: WorkersFrame): readonly WorkerRow[] {
    return view.paused?.workers ?? workerRows(this.monitor.workers.all(), frame, this.drawing(view));
  }

  types(view: ViewState, frame: TypesFrame): TypesPicture {
    return view.paused?.types ?? this.#types.picture(frame, this.drawing(view));
  }

  worker(view: ViewState, hostname: string): WorkerRow | undefined {
    const frozen = view.paused?.workers?.find((row) => row.hostname === hostname);
    if (frozen !== undefined) return frozen;
    const facts = this.monitor.workers.get(hostname);
    return facts === undefined ? undefined : workerRow(facts);
  }

  /** The text of a task's tab or of a worker, laid out for the present width; kept while nothing in it changes. */
  text(view: ViewState, frame: TaskFrame | WorkerFrame): LaidOut {
    const subject =
      frame.screen === 'task' ? `${frame.uuid} ${frame.tab} ${this.#revision(frame)}` : frame.hostname;
    const second = frame.screen === 'task' && frame.task.ready ? 0 : Math.floor(this.now());
    const key = JSON.stringify([
      subject,
      second,
      this.width,
      frame.text.wrap,
      frame.text.folded,
      frame.text.find,
      frame.text.left,
      view.ascii,
      view.timeMode,
    ]);
    if (this.#laidOut?.key !== key) this.#laidOut = { key, text: layOut(this, view, frame) };
    return this.#laidOut.text;
  }

  taskOf(view: ViewState, frame: TaskFrame): TaskView {
    return view.paused?.tasks.get(frame.uuid) ?? this.monitor.state.tasks.get(frame.uuid) ?? frame.task;
  }

  /** For the pager: a traceback as it was sent, other texts as they are laid out; never a raw control character. */
  plainText(view: ViewState): string {
    const frame = frameOf(view);
    if (frame.screen !== 'task' && frame.screen !== 'worker') return '';
    const traceback =
      frame.screen === 'task' && frame.tab === 'traceback' ? this.taskOf(view, frame).traceback : '';
    const lines =
      typeof traceback === 'string' && traceback !== ''
        ? traceback.split('\n').map((line) => clean(line))
        : this.text(view, frame).lines.map((line) => line.map((span) => span.text).join(''));
    return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
  }

  /** The command whose outcome the message line is telling; undefined once that has been told long enough. */
  messageEntry(view: ViewState): CommandEntry | undefined {
    const id = view.message?.entry;
    const entry = id === undefined ? undefined : this.monitor.commands.find(id);
    return entry === undefined || hasFaded(entry, this.nowMs() / 1000) ? undefined : entry;
  }

  taskUnderCursor(view: ViewState): Task | undefined {
    const frame = frameOf(view);
    if (frame.screen === 'task') return this.monitor.state.tasks.get(frame.uuid) ?? frame.task;
    if (frame.screen !== 'tasks') return undefined;
    const tasks = this.rows.first(frame, Math.max(1, this.#shown.tasks.length), this.drawing(view));
    return tasks[selectedIndex(frame.list, new TaskIds(tasks))];
  }

  /** What `y` copies: the identity of what is under the cursor. */
  identity(view: ViewState): string | undefined {
    const frame = frameOf(view);
    if (frame.screen === 'worker') return frame.hostname;
    if (frame.screen === 'types') return typeUnderCursor(frame, this.context(view, -1))?.name;
    if (frame.screen !== 'workers') return this.taskUnderCursor(view)?.uuid;
    const ids = this.workers(view, frame).map((row) => row.hostname);
    return ids[selectedIndex(frame.list, ids)];
  }

  /** Rows that answered another question are no guide to this one, unless it has no answer yet. */
  #shownOf(view: ViewState, frame: TasksFrame): readonly Task[] {
    const context = this.drawing(view);
    const { question, tasks } = this.#shown;
    const isOfThis = question === questionOf(frame, context);
    return isOfThis || this.rows.all(frame, context) === undefined ? tasks : [];
  }

  #revision(frame: TaskFrame): number {
    return this.monitor.state.tasks.get(frame.uuid)?.revision ?? frame.task.revision;
  }

  #rowsOf(monitor: Watched): TaskRows {
    return new TaskRows({
      state: monitor.state,
      slices: this.#slices,
      nowMs: () => this.nowMs(),
      filterContext: (asked) => taskFilterContext(monitor, () => this.now(), asked),
      onReady: () => this.onRowsReady(),
    });
  }

  #typesOf(monitor: Watched): TypeList {
    return new TypeList({
      monitor,
      slices: this.#slices,
      nowMs: () => this.nowMs(),
      now: () => this.now(),
    });
  }
}
