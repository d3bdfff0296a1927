import type { Context } from '../../presentation/context.ts';
import type { TaskFilterContext } from '../../presentation/filter/task-filter-facts.ts';
import { sortRows } from '../../presentation/sort.ts';
import { compareTasks, taskColumns } from '../../presentation/task-columns.ts';
import type { State } from '../../state/state.ts';
import type { Task } from '../../state/task.ts';
import { isNarrowed, taskFilter, tasksUnder } from './task-filter.ts';
import type { Sort, TasksFrame } from './view-state.ts';

/** A sort other than by time moves rows at most this often, so that the eye can follow. */
const resortMs = 1_000;

/** The rows of the Tasks list, picked from the State and remembered until the State or the question changes. */
export class TaskRows {
  readonly #state: State;
  readonly #nowMs: () => number;
  #key = '';
  #revision = -1;
  #sortedMs = 0;
  #rows: readonly Task[] = [];
  /** The uuids of held rows, for as long as those rows are held. */
  readonly #heldIds = new WeakMap<readonly Task[], ReadonlySet<string>>();

  readonly #filterContext: (frame: TasksFrame, context: Context) => TaskFilterContext;

  constructor(
    state: State,
    nowMs: () => number,
    filterContext: (frame: TasksFrame, context: Context) => TaskFilterContext,
  ) {
    this.#state = state;
    this.#nowMs = nowMs;
    this.#filterContext = filterContext;
  }

  /** All rows of the list in the order shown: the held ones, or the live ones newest first or sorted. */
  all(frame: TasksFrame, context: Context): readonly Task[] {
    if (frame.held !== undefined) return frame.held.tasks;
    const { filter, problemsOnly, type, sort } = frame;
    const key = JSON.stringify([filter, problemsOnly, type, sort]);
    const sameRows = key === this.#key && this.#revision === this.#state.revision;
    const tooSoon =
      key === this.#key && !isNewestFirst(frame.sort) && this.#nowMs() - this.#sortedMs < resortMs;
    if (sameRows || tooSoon) return this.#rows;
    const rows = tasksUnder(taskFilter(frame, this.#filterContext(frame, context)), this.#state);
    this.#rows = isNewestFirst(frame.sort) ? rows : sorted(rows, frame.sort, context);
    this.#key = key;
    this.#revision = this.#state.revision;
    this.#sortedMs = this.#nowMs();
    return this.#rows;
  }

  /** The first `count` rows: what a frame that follows needs, without asking for the other ten thousand. */
  first(frame: TasksFrame, count: number, context: Context): readonly Task[] {
    const plain = frame.held === undefined && isNewestFirst(frame.sort) && !isNarrowed(frame);
    return plain ? this.#state.tasksByTime({ limit: count }) : this.all(frame, context);
  }

  /** How many rows the list has now; for an unfiltered list that is every task in memory. */
  count(frame: TasksFrame, context: Context): number {
    if (!isNarrowed(frame)) return this.#state.tasks.size;
    return this.all({ ...frame, held: undefined }, context).length;
  }

  /** Held rows in another order, by what they are now; from then on they stay in it. What was evicted is the oldest. */
  reordered(tasks: readonly Task[], sort: Sort, context: Context): readonly Task[] {
    if (!isNewestFirst(sort)) return sorted(tasks, sort, context);
    const places = new Map(this.#state.tasksByTime().map((task, place) => [task.uuid, place]));
    const placeOf = (task: Task): number => places.get(task.uuid) ?? places.size;
    return [...tasks].sort((a, b) => placeOf(a) - placeOf(b));
  }

  /** Tasks that would be listed now and were not there when the list was held. */
  newer(frame: TasksFrame, context: Context): number {
    if (frame.held === undefined) return 0;
    const held = this.#idsOf(frame.held.tasks);
    const keep = taskFilter(frame, this.#filterContext(frame, context)).test;
    let count = 0;
    for (const task of this.#state.tasks.values()) if (!held.has(task.uuid) && keep(task)) count++;
    return count;
  }

  #idsOf(tasks: readonly Task[]): ReadonlySet<string> {
    const known = this.#heldIds.get(tasks);
    if (known !== undefined) return known;
    const ids = new Set(tasks.map((task) => task.uuid));
    this.#heldIds.set(tasks, ids);
    return ids;
  }
}

function isNewestFirst(sort: Sort): boolean {
  return sort.column === 'time' && sort.descending;
}

function sorted(rows: readonly Task[], sort: Sort, context: Context): readonly Task[] {
  return sortRows(rows, taskColumns, sort, compareTasks, context) as Task[];
}
