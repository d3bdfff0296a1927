import type { TaskView } from './task-view.ts';
import { clean } from './text.ts';
import { valueText } from './value-text.ts';

/** The type of a task for people; no event may have told it yet. */
export function taskName(task: TaskView): string {
  const name = valueText(task.name);
  return name === undefined || name === '' ? 'unnamed task' : clean(name, 200);
}
