import type { Monitor } from '../../monitor/monitor.ts';
import { typeLimits } from '../../monitor/task-type-limits.ts';
import type { Context } from '../../presentation/context.ts';
import { compileFilter } from '../../presentation/filter/compile-filter.ts';
import { parseFilter } from '../../presentation/filter/parse-filter.ts';
import { typeFilterFields } from '../../presentation/filter/task-type-filter-fields.ts';
import { sortRows } from '../../presentation/sort.ts';
import { compareTypes, typeColumns } from '../../presentation/task-type-columns.ts';
import type { TypeRow } from '../../presentation/task-type-row.ts';
import { typeRows } from '../../presentation/task-type-rows.ts';
import type { TypesFrame } from './view-state.ts';

/** Rows change, and change places, at most this often, so that the eye can follow. */
const refreshMs = 1_000;

/** The rows of the Types list, narrowed and sorted, and remembered until they are due again. */
export class TypeList {
  readonly #monitor: Monitor;
  readonly #nowMs: () => number;
  #question = '';
  #atMs = 0;
  #rows: readonly TypeRow[] = [];

  constructor(monitor: Monitor, nowMs: () => number) {
    this.#monitor = monitor;
    this.#nowMs = nowMs;
  }

  /** The present rows, to be painted. */
  rows(frame: TypesFrame, context: Context): readonly TypeRow[] {
    const question = questionOf(frame);
    if (question === this.#question && this.#nowMs() - this.#atMs < refreshMs) return this.#rows;
    const monitor = this.#monitor;
    const all = typeRows(monitor, typeLimits(monitor), frame.window, this.#nowMs() / 1000);
    this.#rows = narrowed(all, frame, context);
    this.#question = question;
    this.#atMs = this.#nowMs();
    return this.#rows;
  }

  /** The rows as they were last painted. */
  shown(frame: TypesFrame, context: Context): readonly TypeRow[] {
    return questionOf(frame) === this.#question ? this.#rows : this.rows(frame, context);
  }
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
