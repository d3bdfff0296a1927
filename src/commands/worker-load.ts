import { fieldOf } from '../control/json-field.ts';
import type { Reply } from '../control/reply.ts';
import { formatDuration } from '../presentation/format.ts';
import type { Line, Span } from '../presentation/line.ts';
import { alignedLines } from '../presentation/table-lines.ts';
import { clean } from '../presentation/text.ts';
import { valueText } from '../presentation/value-text.ts';

/** What a worker runs now, by its answer to `active`; undefined when the answer was no list. */
export type Load = readonly unknown[] | undefined;

const mostTasks = 5;

export function loadOf({ value }: Reply): Load {
  return Array.isArray(value) ? value : undefined;
}

/** `2 tasks run` in words. */
export function loadText(load: Load): string {
  if (load === undefined) return 'what it runs is not known';
  if (load.length === 0) return 'nothing runs';
  return load.length === 1 ? '1 task runs' : `${load.length} tasks run`;
}

/** The workers and what they run, with the tasks that run longest under each. */
export function loadLines(loads: ReadonlyMap<string, Load>, now: number): Line[] {
  const rows: (readonly Span[])[] = [];
  for (const [hostname, load] of loads) {
    rows.push([{ text: clean(hostname), tone: 'accent' }, { text: loadText(load) }]);
    const tasks = [...(load ?? [])].sort((a, b) => startOf(a) - startOf(b));
    for (const task of tasks.slice(0, mostTasks)) rows.push([{ text: '' }, { text: taskText(task, now) }]);
    if (tasks.length > mostTasks) {
      rows.push([{ text: '' }, { text: `and ${tasks.length - mostTasks} more`, tone: 'muted' }]);
    }
  }
  return alignedLines(rows, 2);
}

function taskText(task: unknown, now: number): string {
  const name = valueText(fieldOf(task, 'name')) ?? '?';
  const id = valueText(fieldOf(task, 'id')) ?? '?';
  const start = startOf(task);
  const since = Number.isFinite(start) ? ` for ${formatDuration(now - start)}` : '';
  return clean(`${name}[${id}]${since}`, 300);
}

function startOf(task: unknown): number {
  const start = fieldOf(task, 'time_start');
  return typeof start === 'number' ? start : Number.POSITIVE_INFINITY;
}
