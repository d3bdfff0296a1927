import type { Context } from './context.ts';
import { formatAge, formatBytes, formatCount, formatRunning } from './format.ts';
import type { Line, Span } from './line.ts';
import { cellText, fitLine, ruleLine } from './line-layout.ts';
import { shortTaskName, shortUuid } from './short-name.ts';
import { clean, textWidth, wrap } from './text.ts';
import { screenWidth } from './width-class.ts';
import { driftText, loadText, statusCell } from './worker-columns.ts';
import type { ActiveTaskRow, WorkerRow } from './worker-row.ts';

const mostFooterTasks = 4;
const mostTasks = 500;

/** What is known of the selected worker, under the table: one fact block, and its running tasks. */
export function workerFooter(worker: WorkerRow, width: number, context: Context): readonly Line[] {
  if (screenWidth(width) < 120) return narrowFooter(worker, width, context);
  const tasks = worker.activeTasks ?? [];
  return [
    ruleLine(width, context, clean(worker.hostname, 200), fetchedText(worker, context)),
    ...factLines(worker, width, context),
    ruleLine(width, context, `Active on ${clean(worker.hostname, 200)}`, runningText(worker, context)),
    ...activeTable(tasks.slice(0, mostFooterTasks), width, context),
    ...moreLine(tasks.length - mostFooterTasks, width, context),
  ];
}

/** The Summary of a worker: all facts, then every running task. */
export function workerSummary(worker: WorkerRow, width: number, context: Context): readonly Line[] {
  const status = statusCell(worker, context, 11);
  const since = worker.goneFor === undefined ? '' : ` for ${formatAge(worker.goneFor)}`;
  const tasks = worker.activeTasks ?? [];
  return [
    fitLine(
      [{ text: ' ' }, { ...status, text: status.text + since }, { text: headText(worker, context) }],
      width,
      context,
    ),
    ruleLine(width, context, 'Summary', fetchedText(worker, context)),
    ...factLines(worker, width, context),
    ...queueLines(worker, width, context),
    ruleLine(width, context, 'Active', runningText(worker, context)),
    ...activeTable(tasks.slice(0, mostTasks), width, context),
    ...moreLine(tasks.length - mostTasks, width, context),
  ];
}

function headText(worker: WorkerRow, context: Context): string {
  const slots = worker.pool === undefined ? '' : `${known(worker.active, context)}/${worker.pool} busy`;
  return `   ${joined([
    joined([worker.poolImplementation ?? '', slots], ' '),
    `load ${loadText(worker, context, 3)}`,
    worker.uptime === undefined ? '' : `up ${formatAge(worker.uptime)}`,
    worker.pid === undefined ? '' : `pid ${worker.pid}`,
  ])}`;
}

function narrowFooter(worker: WorkerRow, width: number, context: Context): readonly Line[] {
  const { none } = context.glyphs;
  const pool =
    worker.poolImplementation === undefined ? '' : `${worker.poolImplementation} ${poolSize(worker)}`;
  const right = joined(
    [
      pool.trim(),
      worker.pid === undefined ? '' : `pid ${worker.pid}`,
      worker.uptime === undefined ? '' : `up ${formatAge(worker.uptime)}`,
      worker.version === undefined ? '' : `celery ${worker.version}`,
    ],
    ', ',
  );
  const facts = joined([
    `queues ${worker.queues?.join(', ') ?? none}`,
    `prefetch ${known(worker.prefetch, context)}`,
    `autoscale ${autoscaleText(worker, context)}`,
    `events ${eventsText(worker, context)}`,
    `drift ${driftText(worker.drift, context)}`,
  ]);
  const failure = worker.failure === undefined ? '' : ` ! ${worker.failure}`;
  return [
    ruleLine(
      width,
      context,
      clean(worker.hostname, 200),
      right === '' ? fetchedText(worker, context) : right,
    ),
    fitLine([{ text: ` ${facts}` }], width, context),
    fitLine([{ text: failure === '' ? ` active ${activeNames(worker, context)}` : failure }], width, context),
  ];
}

/** `img.resize_thumbnail ×5, billing.charge ×2`: what runs there, the most frequent first. */
function activeNames({ activeTasks }: WorkerRow, context: Context): string {
  if (activeTasks === undefined) return context.glyphs.none;
  const counts = new Map<string, number>();
  for (const { name } of activeTasks) {
    const short = lastSegments(name ?? 'unnamed task');
    counts.set(short, (counts.get(short) ?? 0) + 1);
  }
  const sorted = [...counts].sort((left, right) => right[1] - left[1]);
  const text = sorted.map(([name, count]) => `${name} ${context.glyphs.times}${count}`).join(', ');
  return text === '' ? 'nothing' : text;
}

function lastSegments(name: string): string {
  return name.slice(0, 200).split('.').slice(-2).join('.');
}

function factLines(worker: WorkerRow, width: number, context: Context): readonly Line[] {
  const { none } = context.glyphs;
  const pids = worker.poolProcesses ?? [];
  const processes = pids.length === 0 ? '' : `: ${pids.slice(0, 64).join(' ')}`;
  const queues = worker.queueDetails?.map(queueText).join('   ') ?? worker.queues?.join('   ');
  const software = joined([worker.ident ?? '', worker.version ?? '', worker.system ?? ''], ' ');
  const rows: readonly (readonly [string, readonly string[]])[] = [
    [
      'pool',
      [
        `${worker.poolImplementation ?? none}, ${poolSize(worker) || none}${processes}`,
        `max-tasks-per-child ${known(worker.maxTasksPerChild, context)}`,
        `time limits ${limitsText(worker, context)}`,
      ],
    ],
    [
      'queues',
      [
        queues === undefined || queues === '' ? none : queues,
        `prefetch ${known(worker.prefetch, context)}`,
        `autoscale ${autoscaleText(worker, context)}`,
        `events ${eventsText(worker, context)}`,
      ],
    ],
    [
      'runtime',
      [
        `pid ${worker.pid ?? none}`,
        `up ${worker.uptime === undefined ? none : formatAge(worker.uptime)}`,
        software === '' ? '' : `celery ${software}`,
        `broker ${worker.broker ?? none}`,
        `clock ${worker.clock ?? none}`,
        `drift ${driftText(worker.drift, context)}`,
      ],
    ],
    [
      'load',
      [
        loadText(worker, context, 3),
        `processed ${known(worker.processed, context)}`,
        `rss ${worker.rss === undefined ? none : formatBytes(worker.rss)}`,
        `beat ${worker.beatAge === undefined ? none : `${formatAge(worker.beatAge)} ago`}`,
      ],
    ],
  ];
  return rows.flatMap(([label, facts]) => factRow(label, facts, width, context));
}

/** The facts of one label, spaced out; the ones without room go on the next line. */
function factRow(label: string, facts: readonly string[], width: number, context: Context): readonly Line[] {
  const lines: Line[] = [];
  const indent = 11;
  let text = '';
  const flush = (): void => {
    const head: Span = { text: ` ${(lines.length === 0 ? label : '').padEnd(indent - 1)}`, tone: 'muted' };
    lines.push(fitLine([head, { text }], width, context));
    text = '';
  };
  for (const fact of facts.filter((part) => part !== '')) {
    for (const row of wrap(fact, Math.max(8, width - indent))) {
      const part = row.trimEnd();
      if (text !== '' && textWidth(text) + 4 + textWidth(part) > width - indent) flush();
      text = text === '' ? part : `${text}    ${part}`;
    }
  }
  flush();
  return lines;
}

function queueLines(worker: WorkerRow, width: number, context: Context): readonly Line[] {
  const queues = worker.queueDetails ?? [];
  if (queues.length < 2) return [];
  return [
    ruleLine(width, context, 'Queues', formatCount(queues.length)),
    ...queues.slice(0, 100).map((queue) => fitLine([{ text: ` ${queueText(queue)}` }], width, context)),
  ];
}

function queueText(queue: NonNullable<WorkerRow['queueDetails']>[number]): string {
  const facts = [
    queue.exchangeType ?? '',
    queue.durable === undefined ? '' : queue.durable ? 'durable' : 'transient',
    queue.routingKey === undefined ? '' : `rk ${queue.routingKey}`,
  ].filter((fact) => fact !== '');
  return facts.length === 0 ? queue.name : `${queue.name} (${facts.join(', ')})`;
}

function activeTable(tasks: readonly ActiveTaskRow[], width: number, context: Context): readonly Line[] {
  if (tasks.length === 0) return [];
  const nameWidth = Math.max(12, Math.min(40, width - 50));
  const row = (uuid: string, name: string, running: string, pid: string, args: string): string =>
    `  ${cellText(uuid, 8, 'left', context)} ${cellText(name, nameWidth, 'left', context)} ${running.padStart(8)} ${pid.padStart(8)} ${args}`;
  const header = row('UUID', 'NAME', 'RUNNING', 'PID', 'ARGS');
  return [
    fitLine([{ text: header, tone: 'title' }], width, context),
    ...tasks.map((task) => {
      const name = shortTaskName(clean(task.name ?? 'unnamed task', 500), nameWidth, context.glyphs.ellipsis);
      const running = task.startedAt === undefined ? '' : formatRunning(task.startedAt, context.now);
      const args = clean(task.args ?? '', 1000);
      const text = row(shortUuid(task.uuid), name, running.replace('+', ''), String(task.pid ?? ''), args);
      return fitLine([{ text }], width, context);
    }),
  ];
}

function moreLine(count: number, width: number, context: Context): readonly Line[] {
  if (count <= 0) return [];
  const text = `  ${context.glyphs.ellipsis} ${formatCount(count)} more`;
  return [fitLine([{ text, tone: 'muted' }], width, context)];
}

function runningText(worker: WorkerRow, context: Context): string {
  const count = worker.activeTasks?.length ?? worker.active;
  if (count === undefined) return 'not known';
  return worker.pool === undefined ? `${count} running` : `${count} of ${known(worker.pool, context)} slots`;
}

function fetchedText(worker: WorkerRow, context: Context): string {
  if (worker.failure !== undefined) return worker.failure;
  if (worker.fetchedAt === undefined) return 'not inspected yet';
  return `inspect ${formatAge(context.now - worker.fetchedAt)} ago   Ctrl-r refresh`;
}

function poolSize(worker: WorkerRow): string {
  const count = worker.poolProcesses?.length || worker.pool;
  if (count === undefined) return '';
  const unit = worker.poolProcesses?.length ? 'process' : 'slot';
  const ending = unit === 'process' ? 'es' : 's';
  return `${count} ${unit}${count === 1 ? '' : ending}`;
}

function autoscaleText({ autoscale, fetchedAt }: WorkerRow, context: Context): string {
  if (autoscale !== undefined) return `${autoscale.min} to ${autoscale.max}`;
  return fetchedAt === undefined ? context.glyphs.none : 'off';
}

function eventsText({ eventsOn }: WorkerRow, context: Context): string {
  if (eventsOn === undefined) return context.glyphs.none;
  return eventsOn ? 'on' : 'off';
}

/** Celery reports 0 for no limit. */
function limitsText({ timeLimits }: WorkerRow, context: Context): string {
  const soft = timeLimits?.soft ? `soft ${formatAge(timeLimits.soft)}` : '';
  const hard = timeLimits?.hard ? `hard ${formatAge(timeLimits.hard)}` : '';
  return joined([soft, hard], ' ') || context.glyphs.none;
}

function known(value: number | undefined, context: Context): string {
  return value === undefined ? context.glyphs.none : formatCount(value);
}

function joined(parts: readonly string[], separator: string = '   '): string {
  return parts.filter((part) => part !== '').join(separator);
}
