import { typeLimits } from '../../monitor/task-type-limits.ts';
import type { Watched } from '../../monitor/watched.ts';
import type { Context } from '../../presentation/context.ts';
import { compileFilter } from '../../presentation/filter/compile-filter.ts';
import { parseFilter } from '../../presentation/filter/parse-filter.ts';
import { typeFilterFields } from '../../presentation/filter/task-type-filter-fields.ts';
import { sortRows } from '../../presentation/sort.ts';
import { compareTypes, typeColumns } from '../../presentation/task-type-columns.ts';
import type { TypeRow } from '../../presentation/task-type-row.ts';
import { typeRows } from '../../presentation/task-type-rows.ts';
import { isRunning } from '../../presentation/task-view.ts';
import type { Slices } from '../../query/slices.ts';
import type { TaskFilter } from '../../query/task-filter.ts';
import { TaskQuery } from '../../query/task-query.ts';
import type { Task } from '../../state/task.ts';
import type { TypesFrame, TypesPicture } from './view-state.ts';

/** Rows change, and change places, at most this often, so that the eye can follow. */
const refreshMs = 1_000;

const running: TaskFilter = { test: isRunning, plan: {}, isUnsteady: false };

export interface TypeListOptions {
  readonly monitor: Watched;
  readonly slices: Slices;
  /** For how often it is worked out anew. */
  readonly nowMs: () => number;
  /** What time it is for the cluster, in seconds since the epoch. */
  readonly now: () => number;
}

/** What the Types list shows, narrowed and sorted, and remembered until it is due again. */
export class TypeList {
  readonly #monitor: Watched;
  readonly #nowMs: () => number;
  readonly #now: () => number;
  readonly #slices: Slices;
  /** Running tasks are few: they are kept track of, instead of looking for them among all each second. */
  #running: TaskQuery | undefined;
  #question = '';
  #atMs = 0;
  #picture: TypesPicture | undefined;

  constructor({ monitor, slices, nowMs, now }: TypeListOptions) {
    this.#now = now;
    this.#monitor = monitor;
    this.#slices = slices;
    this.#nowMs = nowMs;
  }

  /** The present, to be painted. */
  picture(frame: TypesFrame, context: Context): TypesPicture {
    const known = this.#shown(frame);
    if (known !== undefined && this.#nowMs() - this.#atMs < refreshMs) return known;
    const monitor = this.#monitor;
    const now = this.#now();
    const rows = typeRows(monitor, typeLimits(monitor), frame.window, now, this.#runningTasks());
    this.#picture = {
      rows: narrowed(rows, frame, context),
      total: rows.filter(({ name }) => name !== undefined).length,
      overall: monitor.statistics.overall(frame.window, now),
    };
    this.#question = questionOf(frame);
    this.#atMs = this.#nowMs();
    return this.#picture;
  }

  /** The rows as they were last painted. */
  shownRows(frame: TypesFrame, context: Context): readonly TypeRow[] {
    return (this.#shown(frame) ?? this.picture(frame, context)).rows;
  }

  #runningTasks(): Iterable<Task> {
    const { state } = this.#monitor;
    this.#running ??= new TaskQuery({ state, slices: this.#slices, nowMs: this.#nowMs, filter: running });
    this.#running.refresh();
    return this.#running.newest(this.#running.count);
  }

  #shown(frame: TypesFrame): TypesPicture | undefined {
    return questionOf(frame) === this.#question ? this.#picture : undefined;
  }
}

/** All of it read, so that it stays as it is while the display is paused. */
export function keptPicture({ rows, total, overall }: TypesPicture): TypesPicture {
  return { rows: rows.map((row) => ({ ...row })), total, overall: { ...overall } };
}

function narrowed(rows: readonly TypeRow[], frame: TypesFrame, context: Context): readonly TypeRow[] {
  const parsed = parseFilter(frame.filter, typeFilterFields);
  const filterContext = { now: () => context.now, zoneOffset: context.localOffset };
  const keep = parsed.ok ? compileFilter(parsed.node, typeFilterFields, filterContext) : (): boolean => true;
  return sortRows(rows.filter(keep), typeColumns, frame.sort, compareTypes, context);
}

function questionOf({ filter, sort, window }: TypesFrame): string {
  return JSON.stringify([filter, sort, window]);
}
