import type { TaskType } from './demo-task-definition.ts';
import { taskTypes } from './demo-tasks.ts';

/** What Celery itself registers (celery/app/builtins.py); those with a queue are sent by the demo. */
export const builtinTasks: readonly TaskType[] = [
  'accumulate',
  'backend_cleanup',
  'chain',
  'chord',
  'chord_unlock',
  'chunks',
  'group',
  'map',
  'starmap',
].map((name) => ({
  name: `celery.${name}`,
  queue: name === 'backend_cleanup' ? 'periodic' : 'celery',
  file: 'builtins.py',
  runtime: name === 'backend_cleanup' ? [0.4, 0.3] : [0.01, 0.3],
  arguments: () => ({}),
  result: () => null,
}));

const byName = new Map([...taskTypes, ...builtinTasks].map((type) => [type.name, type]));

export function findTaskType(name: string): TaskType | undefined {
  return byName.get(name);
}
