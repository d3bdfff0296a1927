import type { TaskView } from './task-view.ts';

const problems: ReadonlySet<string> = new Set(['FAILURE', 'RETRY', 'REVOKED', 'REJECTED']);

/** `is:problem`, the quick filter behind `!`. */
export function isProblem(task: Pick<TaskView, 'state'>): boolean {
  return problems.has(task.state);
}
