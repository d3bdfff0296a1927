import type { Context } from '../../presentation/context.ts';
import { isProblem } from '../../presentation/problem.ts';
import { sortRows } from '../../presentation/sort.ts';
import { compareTasks, taskColumns } from '../../presentation/task-columns.ts';
import { textFilter } from '../../presentation/text-filter.ts';
import type { State } from '../../state/state.ts';
import type { Task } from '../../state/task.ts';
import type { TasksFrame } from './view-state.ts';

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

  constructor(state: State, nowMs: () => number) {
    this.#state = state;
    this.#nowMs = nowMs;
  }

  /** All rows of the list in the order shown: the held ones, or the live ones newest first or sorted. */
  all(frame: TasksFrame, context: Context): readonly Task[] {
    if (frame.held !== undefined)
      return isNewestFirst(frame) ? byArrival(frame) : sorted(frame.held.tasks, frame, context);
    const key = `${frame.filter}\n${frame.problemsOnly}\n${frame.sort.column}\n${frame.sort.descending}`;
    const sameRows = key === this.#key && this.#revision === this.#state.revision;
    const tooSoon = key === this.#key && !isNewestFirst(frame) && this.#nowMs() - this.#sortedMs < resortMs;
    if (sameRows || tooSoon) return this.#rows;
    const rows = this.#state.tasksByTime().filter(predicate(frame));
    this.#rows = isNewestFirst(frame) ? rows : sorted(rows, frame, context);
    this.#key = key;
    this.#revision = this.#state.revision;
    this.#sortedMs = this.#nowMs();
    return this.#rows;
  }

  /** The first `count` rows: what a frame that follows needs, without asking for the other ten thousand. */
  first(frame: TasksFrame, count: number, context: Context): readonly Task[] {
    const plain =
      frame.held === undefined && isNewestFirst(frame) && frame.filter === '' && !frame.problemsOnly;
    return plain ? this.#state.tasksByTime({ limit: count }) : this.all(frame, context);
  }

  /** How many rows the list has now; for an unfiltered list that is every task in memory. */
  count(frame: TasksFrame, context: Context): number {
    if (frame.filter === '' && !frame.problemsOnly) return this.#state.tasks.size;
    return this.all({ ...frame, held: undefined }, context).length;
  }

  /** Tasks that would be listed now and were not there when the list was held. */
  newer(frame: TasksFrame): number {
    if (frame.held === undefined) return 0;
    const held = this.#idsOf(frame.held.tasks);
    const keep = predicate(frame);
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

function isNewestFirst(frame: TasksFrame): boolean {
  return frame.sort.column === 'time' && frame.sort.descending;
}

/** Held rows keep the order in which they were held: their times go on changing, their places do not. */
function byArrival(frame: TasksFrame): readonly Task[] {
  return frame.held?.tasks ?? [];
}

function sorted(rows: readonly Task[], frame: TasksFrame, context: Context): readonly Task[] {
  return sortRows(rows, taskColumns, frame.sort, compareTasks, context) as Task[];
}

function predicate(frame: TasksFrame): (task: Task) => boolean {
  const matches = frame.filter === '' ? undefined : textFilter(frame.filter);
  if (matches === undefined) return frame.problemsOnly ? isProblem : () => true;
  return frame.problemsOnly ? (task) => isProblem(task) && matches(task) : matches;
}
