import type { Event } from '../../protocol/event.ts';
import type { State } from '../../state/state.ts';

/** Seconds by which a start must lie within our time to count as missed: clocks differ. */
const margin = 2;

/**
 * Whether a task-succeeded, which the State has just taken in, ends a task whose start must have been seen and was not.
 * `since` is when we began to listen; undefined before that.
 */
export function isStartMissed(
  { uuid, timestamp, runtime }: Event,
  received: number,
  since: number | undefined,
  { tasks, evictions }: State,
): boolean {
  if (typeof uuid !== 'string' || typeof runtime !== 'number' || since === undefined) return false;
  const ended = typeof timestamp === 'number' ? Math.min(timestamp, received) : received;
  if (!(ended - runtime > since + margin)) return false;
  const task = tasks.get(uuid);
  if (task === undefined || task.started !== undefined) return false;
  // A task without any other event may have been forgotten and come back; one that is known as received was not.
  return task.received !== undefined || evictions === 0;
}
