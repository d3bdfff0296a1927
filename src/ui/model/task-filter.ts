import { compileFilter } from '../../presentation/filter/compile-filter.ts';
import type { FilterNode } from '../../presentation/filter/filter-node.ts';
import { type FilterPlan, planFilter } from '../../presentation/filter/filter-plan.ts';
import { parseFilter } from '../../presentation/filter/parse-filter.ts';
import type { TaskFilterContext } from '../../presentation/filter/task-filter-facts.ts';
import { taskFilterFields } from '../../presentation/filter/task-filter-fields.ts';
import type { State } from '../../state/state.ts';
import type { Task } from '../../state/task.ts';
import type { TasksFrame } from './view-state.ts';

/** What the Tasks list is narrowed to: the filter of the frame and its quick filter, or everything. */
export interface TaskFilter {
  readonly test: (task: Task) => boolean;
  readonly plan: FilterPlan;
}

const everything: TaskFilter = { test: () => true, plan: {} };

export function isNarrowed(frame: TasksFrame): boolean {
  return frame.filter !== '' || frame.problemsOnly || frame.type !== undefined;
}

/** Compiled for this moment. A frame only ever holds a filter that parses. */
export function taskFilter(frame: TasksFrame, context: TaskFilterContext): TaskFilter {
  if (!isNarrowed(frame)) return everything;
  const text = frame.problemsOnly
    ? frame.filter === ''
      ? 'is:problem'
      : `(${frame.filter}) is:problem`
    : frame.filter;
  const parsed = parseFilter(text, taskFilterFields);
  if (!parsed.ok) return everything;
  const node = frame.type === undefined ? parsed.node : ofType(frame.type, parsed.node);
  return {
    test: compileFilter(node, taskFilterFields, context),
    plan: planFilter(node, taskFilterFields),
  };
}

/** As `name="…"` before the filter; a name can hold what no quotes hold. */
function ofType(name: string, filter: FilterNode): FilterNode {
  const place = { start: 0, end: 0 };
  const operands = [{ ...place, kind: 'text', text: name } as const];
  return {
    ...place,
    kind: 'and',
    parts: [{ ...place, kind: 'field', field: 'name', operator: '=', operands }, filter],
  };
}

/** The matching tasks, newest first. Where the filter names types or workers, the State's indexes leave out the rest. */
export function tasksUnder(filter: TaskFilter, state: State): Task[] {
  const { uuid, name, worker } = filter.plan;
  const [only] = uuid?.keys ?? [];
  if (uuid?.keys?.length === 1 && only !== undefined) {
    const task = state.tasks.get(only);
    return task !== undefined && filter.test(task) ? [task] : [];
  }
  const candidates =
    listed(name?.keys, (key) => state.tasksByType(key)) ??
    listed(worker?.keys, (key) => state.tasksByWorker(key)) ??
    state.tasksByTime();
  return candidates.filter(filter.test);
}

/** One key's list is in order already; several would have to be merged, and the whole list is as quick. */
function listed(keys: readonly string[] | undefined, list: (key: string) => Task[]): Task[] | undefined {
  const [key] = keys ?? [];
  return keys?.length === 1 && key !== undefined ? list(key) : undefined;
}
