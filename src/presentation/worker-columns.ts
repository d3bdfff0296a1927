import type { Column } from './column.ts';
import type { Context } from './context.ts';
import { formatAge, formatBytes, formatCount } from './format.ts';
import type { Span, Tone } from './line.ts';
import { shortNodeName } from './short-name.ts';
import { compareText, type Sort } from './sort.ts';
import type { WorkerRow, WorkerRowStatus } from './worker-row.ts';

/** Problems first, then by name. */
export const defaultWorkerSort: Sort = { column: 'status', descending: false };

interface StatusLook {
  readonly glyph: 'ok' | 'bad' | 'none' | undefined;
  readonly word: string;
  /** For a column of nine. */
  readonly short: string;
  readonly tone: Tone;
  /** Equal for what is no problem, so that a worker does not move whenever it gets busy. */
  readonly order: number;
}

const statusLooks: Readonly<Record<WorkerRowStatus, StatusLook>> = {
  offline: { glyph: 'bad', word: 'OFFLINE', short: 'OFFLINE', tone: 'fail', order: 0 },
  late: { glyph: undefined, word: 'LATE', short: 'LATE', tone: 'warn', order: 1 },
  silent: { glyph: undefined, word: 'NO REPLY', short: 'NOREPLY', tone: 'warn', order: 2 },
  'no events': { glyph: 'none', word: 'no events', short: 'no evts', tone: 'muted', order: 3 },
  busy: { glyph: undefined, word: 'BUSY', short: 'BUSY', tone: 'warn', order: 4 },
  online: { glyph: 'ok', word: 'online', short: 'online', tone: 'plain', order: 4 },
};

/** The columns of the worker table, left to right. */
export const workerColumns: readonly Column<WorkerRow>[] = [
  {
    id: 'status',
    header: 'STATUS',
    width: ({ screen }) => (screen < 200 ? 9 : 11),
    priority: 1,
    fromWidth: 0,
    pinned: true,
    sortKey: 's',
    cell: statusCell,
    sortValue: (worker) => statusLooks[worker.status].order,
  },
  {
    id: 'node',
    header: 'NODE',
    width: ({ screen }) => {
      if (screen < 100) return 16;
      return screen < 200 ? 20 : 32;
    },
    priority: 2,
    fromWidth: 0,
    pinned: true,
    sortKey: 'n',
    cell: (worker, context, width) => ({
      text: shortNodeName(worker.hostname, width, context.nodePrefix, context.glyphs.ellipsis),
    }),
    sortValue: (worker) => worker.hostname,
  },
  {
    id: 'active',
    header: 'ACTIVE',
    width: 6,
    align: 'right',
    priority: 3,
    fromWidth: 0,
    sortKey: 'a',
    cell: activeCell,
    sortValue: (worker) => (worker.status === 'offline' ? undefined : worker.active),
  },
  {
    id: 'pool',
    header: 'POOL',
    width: ({ screen }) => {
      if (screen < 140) return 8;
      return screen < 200 ? 16 : 24;
    },
    priority: 3.5,
    fromWidth: 60,
    sortKey: 'p',
    cell: poolCell,
    sortValue: (worker) => worker.pool,
  },
  {
    id: 'load',
    header: 'LOAD',
    width: ({ screen }) => (screen < 200 ? 6 : 14),
    align: 'right',
    priority: 4,
    fromWidth: 60,
    sortKey: 'l',
    cell: (worker, context, width) => ({ text: loadText(worker, context, width < 14 ? 1 : 3) }),
    sortValue: (worker) => worker.loadavg?.[0],
  },
  number('done', 'DONE/M', 7, { priority: 5, fromWidth: 60, sortKey: 'd' }, (worker) => worker.donePerMinute),
  number('failed', 'FAIL/M', 6, { priority: 5.5, fromWidth: 200 }, (worker) => worker.failedPerMinute),
  {
    id: 'fail',
    header: 'FAIL%',
    width: ({ screen }) => (screen < 140 ? 5 : 6),
    align: 'right',
    priority: 5.2,
    fromWidth: 60,
    sortKey: 'f',
    cell: (worker, context) => ({ text: worker.failPercent?.toFixed(1) ?? context.glyphs.none }),
    sortValue: (worker) => worker.failPercent,
  },
  number('processed', 'PROCESSED', 9, { priority: 8, fromWidth: 140 }, (worker) => worker.processed),
  number('prefetch', 'PREFETCH', 8, { priority: 8, fromWidth: 100 }, (worker) => worker.prefetch),
  {
    id: 'rss',
    header: 'RSS',
    width: 6,
    align: 'right',
    priority: 8,
    fromWidth: 140,
    sortKey: 'm',
    cell: (worker, context) => ({
      text: worker.rss === undefined ? context.glyphs.none : formatBytes(worker.rss),
    }),
    sortValue: (worker) => worker.rss,
  },
  number(
    'queueCount',
    'QUEUES',
    6,
    { priority: 6, fromWidth: 60, toWidth: 99 },
    (worker) => worker.queues?.length,
  ),
  {
    id: 'queues',
    header: 'QUEUES',
    width: ({ screen }) => (screen < 200 ? 10 : 8),
    flex: 1,
    maxWidth: 60,
    priority: 6,
    fromWidth: 100,
    sortKey: 'q',
    cell: (worker, context) => ({ text: worker.queues?.join(',') ?? context.glyphs.none }),
    sortValue: (worker) => worker.queues?.join(','),
  },
  {
    id: 'drift',
    header: 'DRIFT',
    width: 5,
    align: 'right',
    priority: 8,
    fromWidth: 140,
    cell: (worker, context) => ({ text: driftText(worker.drift, context) }),
    sortValue: (worker) => (worker.drift === undefined ? undefined : Math.abs(worker.drift)),
  },
  number('pid', 'PID', 7, { priority: 9, fromWidth: 200 }, (worker) => worker.pid, String),
  number(
    'uptime',
    'UP',
    6,
    { priority: 9, fromWidth: 200, sortKey: 'u' },
    (worker) => worker.uptime,
    formatAge,
  ),
  {
    id: 'version',
    header: 'VERSION',
    width: 7,
    priority: 9,
    fromWidth: 200,
    sortKey: 'v',
    cell: (worker, context) => ({ text: worker.version ?? context.glyphs.none }),
    sortValue: (worker) => worker.version,
  },
  number('reserved', 'RSVD', 5, { priority: 9, fromWidth: 200 }, (worker) => worker.reserved),
  number('scheduled', 'SCHED', 5, { priority: 9, fromWidth: 200 }, (worker) => worker.scheduled),
  {
    id: 'beat',
    header: 'BEAT',
    width: ({ screen }) => (screen < 140 ? 5 : 6),
    align: 'right',
    priority: 7,
    fromWidth: 60,
    sortKey: 'b',
    cell: beatCell,
    sortValue: (worker) => worker.beatAge,
  },
];

export function compareWorkers(left: WorkerRow, right: WorkerRow): number {
  return compareText(left.hostname, right.hostname);
}

export function statusCell(worker: WorkerRow, context: Context, width: number): Span {
  const look = statusLooks[worker.status];
  const glyph = look.glyph === undefined ? '!' : context.glyphs[look.glyph];
  return { text: `${glyph} ${width < 11 ? look.short : look.word}`, tone: look.tone };
}

/** `0.1s`; a difference below a tenth of a second is only the way of the message. */
export function driftText(drift: number | undefined, context: Context): string {
  if (drift === undefined) return context.glyphs.none;
  const seconds = Math.abs(drift);
  return seconds < 100 ? `${seconds.toFixed(1)}s` : formatAge(seconds);
}

export function loadText(worker: WorkerRow, context: Context, count: number): string {
  const values = worker.status === 'offline' ? [] : (worker.loadavg ?? []).slice(0, count);
  const figures = values.map((value) => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0));
  return figures.length === 0 ? context.glyphs.none : figures.join(' ');
}

/** `active` of `pool` slots as a bar of `width` columns. */
export function poolBar(active: number, pool: number, width: number, context: Context): string {
  const filled = Math.max(0, Math.min(width, Math.round((active / Math.max(1, pool)) * width)));
  return context.glyphs.bar.repeat(filled) + context.glyphs.barEmpty.repeat(width - filled);
}

function activeCell(worker: WorkerRow, context: Context): Span {
  if (worker.active === undefined || worker.status === 'offline') return { text: context.glyphs.none };
  return { text: worker.pool === undefined ? String(worker.active) : `${worker.active}/${worker.pool}` };
}

function poolCell(worker: WorkerRow, context: Context, width: number): Span {
  if (worker.status === 'offline') {
    const was = worker.wasActive ?? 0;
    return { text: was === 0 ? context.glyphs.none : `${was} ${width < 16 ? 'lost' : 'were active'}` };
  }
  if (worker.active === undefined || worker.pool === undefined) return { text: context.glyphs.none };
  return { text: poolBar(worker.active, worker.pool, width, context) };
}

function beatCell(worker: WorkerRow, context: Context): Span {
  const age = worker.goneFor ?? worker.beatAge;
  return { text: age === undefined ? context.glyphs.none : formatAge(age) };
}

function number(
  id: string,
  header: string,
  width: number,
  place: Pick<Column<WorkerRow>, 'priority' | 'fromWidth' | 'toWidth' | 'sortKey'>,
  value: (worker: WorkerRow) => number | undefined,
  format: (value: number) => string = formatCount,
): Column<WorkerRow> {
  return {
    id,
    header,
    width,
    ...place,
    align: 'right',
    cell: (worker, context) => {
      const known = value(worker);
      return { text: known === undefined ? context.glyphs.none : format(known) };
    },
    sortValue: value,
  };
}
