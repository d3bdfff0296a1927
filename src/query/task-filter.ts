import { compileFilter } from '../presentation/filter/compile-filter.ts';
import type { FilterNode } from '../presentation/filter/filter-node.ts';
import { type FilterPlan, planFilter } from '../presentation/filter/filter-plan.ts';
import { type FilterTraits, filterTraits } from '../presentation/filter/filter-traits.ts';
import { parseFilter } from '../presentation/filter/parse-filter.ts';
import type { TaskFilterContext } from '../presentation/filter/task-filter-facts.ts';
import { taskFilterFields } from '../presentation/filter/task-filter-fields.ts';
import type { SearchMeter } from '../presentation/filter/text-test.ts';
import type { State } from '../state/state.ts';
import type { Task } from '../state/task.ts';

/** A filter of tasks that is ready to be asked. */
export interface TaskFilter extends FilterTraits {
  readonly test: (task: Task) => boolean;
  readonly plan: FilterPlan;
  /** Of texts, one row can have a thousand times as much as another. */
  readonly searched?: SearchMeter;
}

const everything: TaskFilter = { test: () => true, plan: {}, isUnsteady: false };

/**
 * All of the texts at once, compiled for this moment, in which clock times get their day. A text that cannot be read
 * lets everything through: whoever takes filters from people tells them first, with `parseFilter`.
 *
 * @param type the name that tasks must have; it can hold what no quotes hold
 */
export function taskFilter(texts: readonly string[], context: TaskFilterContext, type?: string): TaskFilter {
  const typed = texts
    .map((text) => parseFilter(text, taskFilterFields))
    .flatMap((parsed) => (parsed.ok && parsed.node.kind !== 'all' ? [parsed.node] : []));
  const parts = type === undefined ? typed : [ofType(type), ...typed];
  if (parts.length === 0) return everything;
  const node: FilterNode = { kind: 'and', parts, start: 0, end: 0 };
  const searched: SearchMeter = { characters: 0 };
  return {
    searched,
    test: compileFilter(node, taskFilterFields, context, searched),
    plan: planFilter(node, taskFilterFields),
    ...filterTraits(node, taskFilterFields),
  };
}

/** As `name="…"`. */
function ofType(name: string): FilterNode {
  const place = { start: 0, end: 0 };
  const operands = [{ ...place, kind: 'text', text: name } as const];
  return { ...place, kind: 'field', field: 'name', operator: '=', operands };
}

/** An index lists its tasks in one go, which among more than these would keep others waiting. */
const mostListed = 200_000;

/** The only tasks that can match, newest first, where an index lists them; undefined where all have to be asked. */
export function candidatesOf({ plan }: TaskFilter, state: State): readonly Task[] | undefined {
  const { uuid } = plan;
  if (uuid?.keys?.length === 1) return uuid.keys.flatMap((key) => state.tasks.get(key) ?? []);
  if (state.tasks.size > mostListed) return undefined;
  return (
    listed(plan, 'name', (key) => state.tasksByType(key)) ??
    listed(plan, 'worker', (key) => state.tasksByWorker(key)) ??
    listed(plan, 'root', (key) => state.tasksByRoot(key))
  );
}

/** One key's list is in order already; several would have to be merged, and the whole list is as quick. */
function listed(
  plan: FilterPlan,
  index: 'name' | 'worker' | 'root',
  list: (key: string) => readonly Task[],
): readonly Task[] | undefined {
  const [key, ...others] = plan[index]?.keys ?? [];
  return key === undefined || others.length > 0 ? undefined : list(key);
}
