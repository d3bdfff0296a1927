import { compareText } from '../presentation/sort.ts';
import type { Task } from '../state/task.ts';
import { firstInOrder } from './sort-level.ts';

/** What tasks can be counted by. */
export type TaskGrouping = 'state' | 'type' | 'worker' | 'root';

export interface TaskGroupCount {
  /** Undefined for the tasks of which it is not known. */
  readonly key: string | undefined;
  readonly count: number;
}

type Counted = { -readonly [Field in keyof TaskGroupCount]: TaskGroupCount[Field] };

/** Tasks counted between two chances to stop. */
const chunk = 256;
const mapCount = 256;

const keys: Readonly<Record<TaskGrouping, (task: Task) => string | undefined>> = {
  state: (task) => task.state,
  type: (task) => task.name ?? undefined,
  worker: (task) => task.worker,
  root: (task) => task.rootId ?? undefined,
};

/**
 * How many of the tasks are in each group: the largest first, equal ones by name, `limit` at most. Can be interrupted
 * at each `yield`.
 */
export function* groupTasks(
  tasks: readonly Task[],
  by: TaskGrouping,
  limit = 1_000,
): Generator<void, TaskGroupCount[]> {
  const keyOf = keys[by];
  const unknown: Counted = { key: undefined, count: 0 };
  // There can be as many groups as tasks, and one map of a million keys would stop to make itself larger.
  const maps = Array.from({ length: mapCount }, () => new Map<string, Counted>());
  const groups: Counted[] = [];
  // Tasks of one root often come one after the other.
  let last = unknown;
  let seen = 0;
  for (const task of tasks) {
    const key = keyOf(task);
    if (key !== last.key) last = key === undefined ? unknown : groupOf(key, maps, groups);
    last.count += 1;
    seen += 1;
    if (seen % chunk === 0) yield;
  }
  if (unknown.count > 0) groups.push(unknown);
  return yield* firstInOrder(groups, compareGroups, limit);
}

function groupOf(key: string, maps: readonly Map<string, Counted>[], groups: Counted[]): Counted {
  const map = maps[mapOf(key)];
  let group = map?.get(key);
  if (group === undefined) {
    group = { key, count: 0 };
    map?.set(key, group);
    groups.push(group);
  }
  return group;
}

function compareGroups(left: TaskGroupCount, right: TaskGroupCount): number {
  if (left.count !== right.count) return right.count - left.count;
  if (left.key === undefined || right.key === undefined) return left.key === undefined ? 1 : -1;
  return compareText(left.key, right.key);
}

/** Uuids differ in their last characters, names of workers and types in some of them. */
function mapOf(key: string): number {
  const { length } = key;
  return (31 * key.charCodeAt(length - 1) + key.charCodeAt(length - 2)) & (mapCount - 1);
}
