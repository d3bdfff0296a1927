import type { Task } from '../state/task.ts';

/**
 * Seconds from the sending of the present run to its receipt, without what the task was to wait anyway: a broker that
 * keeps a task until its eta delivers it after that. Undefined when the sending was not told.
 *
 * @param receivedBefore when an earlier run was received: what was sent before that belongs to it
 */
export function queueWait(task: Task, receivedBefore: number | undefined): number | undefined {
  const { sent, received } = task;
  if (!isTime(sent) || !isTime(received)) return undefined;
  if (receivedBefore !== undefined && sent <= receivedBefore) return undefined;
  const due = dueTime(task);
  return received - (due > sent && due <= received ? due : sent);
}

/**
 * Seconds from receipt to start. A worker holds a task until its eta on purpose, which is no wait.
 *
 * @param startedBefore when an earlier run was started: what was received before that belongs to it
 */
export function workerWait(task: Task, startedBefore: number | undefined): number | undefined {
  const { received, started } = task;
  if (!isTime(received) || !isTime(started)) return undefined;
  if (startedBefore !== undefined && received <= startedBefore) return undefined;
  return started - Math.max(received, dueTime(task));
}

function dueTime({ eta }: Task): number {
  if (typeof eta !== 'string' || eta.length >= 64) return -Infinity;
  const due = Date.parse(eta) / 1000;
  return Number.isNaN(due) ? -Infinity : due;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
