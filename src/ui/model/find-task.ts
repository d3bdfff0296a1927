import type { State } from '../../state/state.ts';
import type { Task } from '../../state/task.ts';

/** Fewer characters of a uuid say nothing. */
const shortest = 4;

/** A task in memory by its uuid, or by the beginning of it; `several` when others begin with it too. */
export function findTask({ tasks }: State, uuid: string): Task | 'several' | undefined {
  const exact = tasks.get(uuid);
  if (exact !== undefined || uuid.length < shortest) return exact;
  const found = [...tasks.values()].filter((task) => task.uuid.startsWith(uuid));
  return found.length > 1 ? 'several' : found[0];
}
