import type { Event } from '../protocol/event.ts';
import type { State } from '../state/state.ts';
import type { Task } from '../state/task.ts';

/** An event of a task with what the state knows of the task, once the event was taken in. */
export interface TaskEvent {
  readonly type: string;
  /** Who sent it. */
  readonly hostname: string;
  readonly task: Task;
}

/** Undefined for what is no event of a task, or one that the state could not take in. */
export function taskEventOf(event: Event, state: State): TaskEvent | undefined {
  const { type, uuid, hostname } = event;
  if (typeof type !== 'string' || !type.startsWith('task-')) return undefined;
  if (typeof uuid !== 'string' || typeof hostname !== 'string') return undefined;
  const task = state.tasks.get(uuid);
  return task === undefined ? undefined : { type, hostname, task };
}
