import type { View } from '../config/config.ts';
import { typeLimits } from '../monitor/task-type-limits.ts';
import type { Watched } from '../monitor/watched.ts';
import type { WorkerFacts } from '../monitor/worker-facts.ts';
import { formatPreciseTime } from '../presentation/clock-time.ts';
import { type Context, createContext, type TimeMode } from '../presentation/context.ts';
import { formatAge, formatRate } from '../presentation/format.ts';
import { compareTypes, formatPercent, othersLabel } from '../presentation/task-type-columns.ts';
import type { TypeRow } from '../presentation/task-type-row.ts';
import { typeRows } from '../presentation/task-type-rows.ts';
import { runSeconds } from '../presentation/task-view.ts';
import { clean, textWidth } from '../presentation/text.ts';
import { valueText } from '../presentation/value-text.ts';
import type { Task } from '../state/task.ts';

export interface SnapshotOptions {
  readonly view: View;
  readonly timeMode: TimeMode;
  /** Seconds since the epoch. */
  readonly now: number;
}

/** The view as one aligned table of whole names and uuids, the newest task first; nothing in it is cut. */
export function snapshotTable(monitor: Watched, options: SnapshotOptions): string {
  const context = createContext({ now: options.now, timeMode: options.timeMode });
  switch (options.view) {
    case 'tasks':
      return taskTable(monitor, context);
    case 'workers':
      return workerTable(monitor);
    case 'types':
      return typeTable(monitor, options.now);
  }
}

function taskTable(monitor: Watched, context: Context): string {
  const rows = monitor.state.tasksByTime().map((task) => taskRow(task, monitor.unknownTasks, context));
  return rows.length === 0 ? `${emptiness(monitor)}\n` : aligned([taskHeaders, ...rows]);
}

const taskHeaders: readonly string[] = ['STATE', 'NAME', 'UUID', 'WORKER', 'RUNTIME', 'TIME'];

function taskRow(task: Task, unknown: ReadonlySet<string>, context: Context): readonly string[] {
  const seconds = runSeconds(task);
  return [
    unknown.has(task.uuid) ? `${task.state}?` : task.state,
    valueText(task.name) ?? '',
    task.uuid,
    task.worker ?? '',
    seconds === undefined ? '' : `${seconds.toFixed(3)}s`,
    formatPreciseTime(task.timestamp, context),
  ];
}

const workerHeaders: readonly string[] = [
  'STATUS',
  'NODE',
  'ACTIVE',
  'POOL',
  'DONE/M',
  'FAIL/M',
  'QUEUES',
  'BEAT',
];

function workerTable(monitor: Watched): string {
  const rows = [...monitor.workers.all()].sort((a, b) => (a.hostname < b.hostname ? -1 : 1)).map(workerRow);
  return rows.length === 0 ? 'No workers were seen.\n' : aligned([workerHeaders, ...rows]);
}

function workerRow(worker: WorkerFacts): readonly string[] {
  return [
    worker.status,
    worker.hostname,
    String(worker.activeCount ?? ''),
    String(worker.slots ?? ''),
    String(worker.doneInMinute),
    String(worker.failedInMinute),
    (worker.activeQueues.value ?? []).map(({ name }) => name).join(','),
    worker.beatAge === undefined ? '' : formatAge(worker.beatAge),
  ];
}

const typeHeaders: readonly string[] = [
  ...['TYPE', 'RUNNING', 'COUNT', 'RATE', 'FAIL%', 'RETRY%', 'P50', 'P95', 'P99'],
  ...['WAIT-P95', 'QUEUE-P95', 'LIMIT'],
];

function typeTable(monitor: Watched, now: number): string {
  const rows = typeRows(monitor, typeLimits(monitor), 'all', now).sort(compareTypes).map(typeTexts);
  return rows.length === 0 ? `${emptiness(monitor)}\n` : aligned([typeHeaders, ...rows]);
}

function typeTexts(type: TypeRow): readonly string[] {
  const { run, workerWait, queueWait, failPercent, retryPercent } = type;
  const waits = [run.p50, run.p95, run.p99, workerWait.p95, queueWait.p95];
  const shares = [failPercent, retryPercent];
  return [
    type.name ?? othersLabel,
    String(type.running),
    String(type.count),
    `${formatRate(type.rate)}/s`,
    ...shares.map((share) => (share === undefined ? '' : formatPercent(share))),
    ...waits.map((seconds) => (seconds === undefined ? '' : `${seconds.toFixed(3)}s`)),
    type.rateLimit ?? '',
  ];
}

/** Why there is nothing, from what the monitor knows. */
function emptiness(monitor: Watched): string {
  const { workers, workersSendingEvents } = monitor.facts;
  if (workers.length === 0) return 'No task events and no workers were seen.';
  const why = workersSendingEvents === 0 ? ': they are off, or nothing has run yet' : '';
  return `No tasks were seen; task events came from ${workersSendingEvents} of ${workers.length} workers${why}.`;
}

/** Broker text is cleaned; an empty cell prints as `-`, so that columns can be counted. */
function aligned(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map((cell) => (cell === '' ? '-' : clean(cell))));
  const widths: number[] = [];
  for (const row of cells) {
    for (const [column, cell] of row.entries())
      widths[column] = Math.max(widths[column] ?? 0, textWidth(cell));
  }
  const lines = cells.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - textWidth(cell)))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}
