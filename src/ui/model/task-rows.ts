import type { Context } from '../../presentation/context.ts';
import type { TaskFilterContext } from '../../presentation/filter/task-filter-facts.ts';
import { allTasks } from '../../query/all-tasks.ts';
import { sortByLevels } from '../../query/level-sort.ts';
import { SlicedAnswer } from '../../query/sliced-answer.ts';
import type { Slices } from '../../query/slices.ts';
import { firstByLevels } from '../../query/sort-level.ts';
import { taskFilter } from '../../query/task-filter.ts';
import { TaskQuery } from '../../query/task-query.ts';
import { isNewestFirst, taskLevels } from '../../query/task-sort.ts';
import type { State } from '../../state/state.ts';
import type { Task } from '../../state/task.ts';
import type { Sort, TasksFrame } from './view-state.ts';

/** A sort other than by time moves rows at most this often, so that the eye can follow. */
const resortMs = 1_000;
/** Rows that a following list in another order has ready. */
const leastSorted = 256;
/** Tasks gone over between two chances to stop. */
const chunk = 1_024;

export interface TaskRowsOptions {
  readonly state: State;
  readonly slices: Slices;
  readonly nowMs: () => number;
  /** What filters can ask of the session: about the list as it was last asked for. */
  readonly filterContext: (asked: () => AskedRows | undefined) => TaskFilterContext;
  /** Called when rows are there that were not there when they were asked for. */
  readonly onReady: () => void;
}

export interface AskedRows {
  readonly frame: TasksFrame;
  readonly context: Context;
}

export interface RowCount {
  readonly count: number;
  /** Still being counted: there may be more. */
  readonly isPartial: boolean;
}

export function wholeCount(count: number): RowCount {
  return { count, isPartial: false };
}

/**
 * The rows of the Tasks list. What takes long is worked out in slices, and is `undefined` until it is there; a list that
 * follows shows its last rows meanwhile.
 */
export class TaskRows {
  readonly #options: TaskRowsOptions;
  readonly #filterContext: TaskFilterContext;
  readonly #whole: SlicedAnswer<readonly Task[]>;
  #asked: AskedRows | undefined;
  #query: { readonly question: string; readonly query: TaskQuery } | undefined;
  /** What a following list shows. */
  #shown: readonly Task[] = [];
  #showsLast = false;
  /** The first rows of a list in another order than by time. */
  #sorted: { readonly question: unknown; readonly atMs: number; readonly tasks: readonly Task[] } | undefined;
  readonly #sorting: SlicedAnswer<readonly Task[]>;
  /** When the list was held, and how many tasks had been seen then. */
  #held: { readonly at: number; readonly seen: number; readonly query: TaskQuery | undefined } | undefined;

  constructor(options: TaskRowsOptions) {
    this.#options = options;
    this.#whole = new SlicedAnswer(options.slices, options.onReady);
    this.#sorting = new SlicedAnswer(options.slices, ([question], tasks) => {
      const isFirst = this.#sorted?.question !== question;
      this.#sorted = { question, atMs: options.nowMs(), tasks };
      if (isFirst) options.onReady();
    });
    this.#filterContext = options.filterContext(() => this.#asked);
  }

  /** Whether the rows that `first` gave are those of an earlier question, because this one has no answer yet. */
  get showsLast(): boolean {
    return this.#showsLast;
  }

  /** At least the first `count` rows, where there are as many, to be shown now. */
  first(frame: TasksFrame, count: number, context: Context): readonly Task[] {
    if (frame.held !== undefined) return frame.held.tasks;
    this.#query?.query.forget();
    this.#held = undefined;
    const rows = this.#following(frame, count, context);
    this.#showsLast = rows === undefined;
    this.#shown = rows ?? this.#shown;
    return this.#shown;
  }

  /** All rows of a list that follows, in its order; undefined while they are worked out. */
  all(frame: TasksFrame, context: Context): readonly Task[] | undefined {
    const query = this.#queryOf(frame, context);
    if (query?.isReady === false) return undefined;
    return this.#whole.ask([questionOf(frame, context)], () => this.#list(query, frame.sort, context));
  }

  /** How many rows the list would have if it followed. */
  count(frame: TasksFrame, context: Context): RowCount {
    const query = this.#queryOf(frame, context);
    return query === undefined
      ? wholeCount(this.#options.state.tasks.size)
      : { count: query.count, isPartial: !query.isReady };
  }

  /** Held rows in another order, by what they are now; undefined while they are sorted. */
  reordered(tasks: readonly Task[], sort: Sort, context: Context): readonly Task[] | undefined {
    return this.#whole.ask([tasks, sort.column, sort.descending], () =>
      isNewestFirst(sort)
        ? newestFirst(tasks, this.#options.state)
        : sortByLevels(tasks, taskLevels(sort, context)),
    );
  }

  /** Tasks that would be listed now and were not there when the list was held. */
  newer(frame: TasksFrame, context: Context): number {
    if (frame.held === undefined) return 0;
    const query = this.#queryOf(frame, context);
    if (query?.isReady === false) return 0;
    const { tasks, evictions } = this.#options.state;
    const seen = tasks.size + evictions;
    if (this.#held?.at !== frame.held.at || this.#held.query !== query) {
      this.#held = { at: frame.held.at, seen, query };
      query?.remember();
    }
    return query === undefined ? Math.min(tasks.size, seen - this.#held.seen) : query.newCount;
  }

  close(): void {
    this.#query?.query.close();
  }

  #following(frame: TasksFrame, count: number, context: Context): readonly Task[] | undefined {
    const query = this.#queryOf(frame, context);
    if (!isNewestFirst(frame.sort)) return this.#sortedFirst(query, frame, count, context);
    if (query === undefined) return this.#options.state.tasksByTime({ limit: count });
    return query.isReady || query.count >= count ? query.newest(count) : undefined;
  }

  #sortedFirst(
    query: TaskQuery | undefined,
    frame: TasksFrame,
    count: number,
    context: Context,
  ): readonly Task[] | undefined {
    const limit = Math.max(count, leastSorted);
    const question = `${limit} ${questionOf(frame, context)}`;
    const known = this.#sorted?.question === question ? this.#sorted : undefined;
    if (known !== undefined && this.#options.nowMs() - known.atMs < resortMs) return known.tasks;
    if (query?.isReady === false) return known?.tasks;
    const sorted = this.#sorting.ask([question], () => this.#sort(query, frame.sort, context, limit));
    if (sorted === undefined) return known?.tasks;
    this.#sorted = { question, atMs: this.#options.nowMs(), tasks: sorted };
    return sorted;
  }

  *#sort(
    query: TaskQuery | undefined,
    sort: Sort,
    context: Context,
    limit: number,
  ): Generator<void, readonly Task[]> {
    const tasks = query === undefined ? yield* allTasks(this.#options.state) : yield* query.all();
    return yield* firstByLevels(tasks, taskLevels(sort, context), limit);
  }

  *#list(query: TaskQuery | undefined, sort: Sort, context: Context): Generator<void, readonly Task[]> {
    const tasks = query === undefined ? yield* allTasks(this.#options.state) : yield* query.all();
    return isNewestFirst(sort) ? tasks : yield* sortByLevels(tasks, taskLevels(sort, context));
  }

  /** What is asked of the tasks, up to date; undefined where nothing is. */
  #queryOf(frame: TasksFrame, context: Context): TaskQuery | undefined {
    this.#asked = { frame, context };
    const { type } = frame;
    const texts = textsOf(frame);
    if (!isNarrowed(frame)) {
      this.#query?.query.close();
      this.#query = undefined;
      return undefined;
    }
    // Clock times of a filter are of the zone that the screen shows.
    const question = JSON.stringify([texts, type, context.timeMode]);
    if (this.#query?.question === question) {
      this.#query.query.refresh();
      return this.#query.query;
    }
    this.#query?.query.close();
    const query = new TaskQuery({ ...this.#options, filter: taskFilter(texts, this.#filterContext, type) });
    this.#query = { question, query };
    return query;
  }
}

/** Whether the list holds less than every task: by its filter, its quick filter, or the type that it was opened on. */
export function isNarrowed(frame: TasksFrame): boolean {
  return frame.type !== undefined || textsOf(frame).length > 0;
}

/** The filter of the frame and its quick filter; none where the list is not narrowed. */
function textsOf({ filter, problemsOnly }: TasksFrame): readonly string[] {
  return [filter.trim(), problemsOnly ? 'is:problem' : ''].filter((text) => text !== '');
}

/** What a list asks of the tasks: two with the same question have the same rows. */
export function questionOf(frame: TasksFrame, { timeMode }: Context): string {
  return JSON.stringify([textsOf(frame), frame.type, frame.sort.column, frame.sort.descending, timeMode]);
}

/** What was evicted is the oldest. */
function* newestFirst(tasks: readonly Task[], state: State): Generator<void, Task[]> {
  const wanted = new Set<Task>();
  for (const [index, task] of tasks.entries()) {
    wanted.add(task);
    if (index % chunk === 0) yield;
  }
  const all = yield* allTasks(state);
  const found = all.filter((task) => wanted.delete(task));
  return [...found, ...wanted];
}
