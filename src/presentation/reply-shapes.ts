import { ExactNumber } from '../protocol/exact-json.ts';
import { formatDuration } from './format.ts';
import type { Line } from './line.ts';
import { pythonStr } from './python-str.ts';
import { alignedLines, tableLines } from './table-lines.ts';
import { clean } from './text.ts';

type Fields = ReadonlyMap<string, unknown>;

const indent = 2;

/** The value of a reply in lines for a person: tables of what Celery's commands return, and an outline of the rest. */
export function valueLines(value: unknown, now: number): Line[] {
  if (Array.isArray(value)) return listLines(value, now);
  if (value instanceof Map) return isQueriedTasks(value) ? queriedLines(value, now) : outline(value, indent);
  return textLines(pythonStr(value), indent);
}

/** A text of several rows, without the empty ones at its ends. */
export function textLines(text: string, margin: number): Line[] {
  return text
    .replace(/^\s*\n|\s+$/g, '')
    .split('\n')
    .map((row) => [{ text: ' '.repeat(margin) + clean(row) }]);
}

function listLines(items: readonly unknown[], now: number): Line[] {
  if (items.length === 0) return [[{ text: `${' '.repeat(indent)}none`, tone: 'muted' }]];
  if (items.every(isTask)) return taskLines(items, now);
  if (items.every(isScheduled)) return scheduledLines(items);
  if (items.every(isQueue)) return queueLines(items);
  return items.flatMap((item) => textLines(pythonStr(item), indent));
}

/** celery/worker/request.py:Request.info. */
function isTask(item: unknown): item is Fields {
  return item instanceof Map && typeof item.get('id') === 'string' && item.has('delivery_info');
}

function isScheduled(item: unknown): item is Fields {
  return item instanceof Map && item.has('eta') && isTask(item.get('request'));
}

function isQueue(item: unknown): item is Fields {
  return item instanceof Map && typeof item.get('name') === 'string' && item.get('exchange') instanceof Map;
}

/** The reply to `query_task`: `{id: [state, task]}`. */
function isQueriedTasks(value: Fields): boolean {
  return value.size > 0 && [...value.values()].every((pair) => Array.isArray(pair) && isTask(pair[1]));
}

function taskLines(tasks: readonly Fields[], now: number): Line[] {
  const rows = tasks.map((task) => [...taskCells(task), runningFor(task, now), cell(task, 'worker_pid')]);
  return tableLines(['ID', 'TASK', 'ARGS', 'KWARGS', 'RUNS FOR', 'PID'], rows, { indent });
}

function queriedLines(value: Fields, now: number): Line[] {
  const rows = [...value.values()].flatMap((pair) =>
    Array.isArray(pair) && isTask(pair[1])
      ? [[pythonStr(pair[0]), ...taskCells(pair[1]), runningFor(pair[1], now)]]
      : [],
  );
  return tableLines(['STATE', 'ID', 'TASK', 'ARGS', 'KWARGS', 'RUNS FOR'], rows, { indent });
}

function scheduledLines(items: readonly Fields[]): Line[] {
  const rows = items.map((item) => {
    const request = item.get('request');
    return [cell(item, 'eta'), ...(isTask(request) ? taskCells(request) : [])];
  });
  return tableLines(['ETA', 'ID', 'TASK', 'ARGS', 'KWARGS'], rows, { indent });
}

function taskCells(task: Fields): readonly string[] {
  const kwargs = task.get('kwargs');
  const hasKwargs = !(kwargs instanceof Map && kwargs.size === 0) && kwargs !== '{}';
  return [cell(task, 'id'), cell(task, 'name'), cell(task, 'args'), hasKwargs ? cell(task, 'kwargs') : ''];
}

function runningFor(task: Fields, now: number): string {
  const start = task.get('time_start');
  return start instanceof ExactNumber ? formatDuration(now - start.value) : '';
}

function queueLines(queues: readonly Fields[]): Line[] {
  const rows = queues.map((queue) => {
    const exchange = queue.get('exchange');
    const of = exchange instanceof Map ? exchange : new Map<string, unknown>();
    return [
      cell(queue, 'name'),
      cell(of, 'name'),
      cell(of, 'type'),
      cell(queue, 'routing_key'),
      traits(queue),
    ];
  });
  return tableLines(['QUEUE', 'EXCHANGE', 'TYPE', 'ROUTING KEY', 'TRAITS'], rows, { indent });
}

/** What is not as Celery makes a queue by itself. */
function traits(queue: Fields): string {
  const flags = ['exclusive', 'auto_delete', 'no_ack'].filter((name) => queue.get(name) === true);
  const others = ['max_priority', 'max_length', 'expires', 'message_ttl']
    .filter((name) => queue.get(name) instanceof ExactNumber)
    .map((name) => `${name}=${cell(queue, name)}`);
  const args = queue.get('queue_arguments');
  const given = args instanceof Map ? [...args].map(([name, value]) => `${name}=${pythonStr(value)}`) : [];
  return [...(queue.get('durable') === false ? ['transient'] : []), ...flags, ...others, ...given].join(' ');
}

function cell(fields: Fields, name: string): string {
  const value = fields.get(name);
  return value === null || value === undefined ? '' : pythonStr(value);
}

/** Keys in order, each with its value beside it or, where that has parts of its own, below it. */
function outline(fields: Fields, margin: number): Line[] {
  if (fields.size === 0) return [[{ text: `${' '.repeat(margin)}none`, tone: 'muted' }]];
  const entries = [...fields].sort(([a], [b]) => (a < b ? -1 : 1));
  const lines: Line[] = [];
  let flat: (readonly [string, string])[] = [];
  const flush = (): void => {
    const rows = flat.map(([key, text]) => [
      { text: clean(key), tone: 'accent' as const },
      { text: clean(text) },
    ]);
    lines.push(...alignedLines(rows, margin));
    flat = [];
  };
  for (const [key, value] of entries) {
    if (value instanceof Map && value.size > 0 && margin < 40) {
      flush();
      lines.push([{ text: ' '.repeat(margin) + clean(key), tone: 'accent' }], ...outline(value, margin + 2));
    } else {
      flat.push([key, value === null ? '-' : pythonStr(value)]);
    }
  }
  flush();
  return lines;
}
