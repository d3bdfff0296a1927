import { formatClock, timeOf } from './clock-time.ts';
import type { Column } from './column.ts';
import type { Context } from './context.ts';
import { formatExactDuration, formatRunning } from './format.ts';
import { stateLook, stateNames } from './glyphs.ts';
import type { Span } from './line.ts';
import { isShed, shedNote } from './shed-text.ts';
import { shortNodeName, shortTaskName, shortUuid } from './short-name.ts';
import { compareText, type Sort } from './sort.ts';
import {
  argsText,
  exceptionText,
  isFinished,
  isRunning,
  runSeconds,
  type TaskView,
  tellingText,
  waitingSince,
  waitSeconds,
} from './task-view.ts';
import { valueNumber, valueText } from './value-text.ts';

/** Newest first, as the old monitor had it. */
export const defaultTaskSort: Sort = { column: 'time', descending: true };

/** The columns of the task table, left to right. */
export const taskColumns: readonly Column<TaskView>[] = [
  {
    id: 'state',
    header: 'STATE',
    width: ({ screen }) => (screen < 100 ? 6 : 10),
    priority: 2,
    fromWidth: 0,
    pinned: true,
    sortKey: 's',
    cell: stateCell,
    sortValue: (task) => stateOrder(task.state),
  },
  {
    id: 'uuid',
    header: 'UUID',
    width: ({ screen, fullUuid, uuidLength }) => (fullUuid || screen >= 200 ? 36 : uuidLength),
    priority: 5,
    fromWidth: 80,
    sortKey: 'u',
    cell: (task, _context, width) => ({ text: shortUuid(task.uuid, width) }),
    sortValue: (task) => task.uuid,
  },
  {
    id: 'name',
    header: 'NAME',
    width: 16,
    flex: 1,
    maxWidth: 64,
    priority: 3,
    fromWidth: 0,
    pinned: true,
    sortKey: 'n',
    cell: (task, context, width) =>
      known(task.name, (name) => shortTaskName(name, width, context.glyphs.ellipsis), context),
    sortValue: (task) => valueText(task.name),
  },
  {
    id: 'worker',
    header: 'WORKER',
    width: ({ screen }) => {
      if (screen < 100) return 10;
      return screen < 160 || screen >= 200 ? 11 : 14;
    },
    priority: 7,
    fromWidth: 80,
    sortKey: 'w',
    cell: (task, context, width) =>
      known(
        task.worker,
        (hostname) => shortNodeName(hostname, width, context.nodePrefix, context.glyphs.ellipsis),
        context,
      ),
    sortValue: (task) => valueText(task.worker),
  },
  {
    id: 'queue',
    header: 'QUEUE',
    width: ({ screen }) => (screen >= 160 && screen < 200 ? 12 : 8),
    priority: 9,
    fromWidth: 100,
    sortKey: 'q',
    cell: (task) => ({ text: valueText(task.queue) ?? '' }),
    sortValue: (task) => valueText(task.queue),
  },
  {
    id: 'wait',
    header: 'WAIT',
    width: 8,
    align: 'right',
    priority: 11,
    fromWidth: 140,
    sortKey: 'a',
    cell: waitCell,
    sortValue: (task, context) => waitSeconds(task) ?? elapsed(waitingSince(task), context),
  },
  {
    id: 'runtime',
    header: 'RUNTIME',
    width: ({ screen }) => (screen < 100 ? 7 : 8),
    align: 'right',
    priority: 6,
    fromWidth: 60,
    sortKey: 'r',
    cell: runtimeCell,
    sortValue: (task, context) =>
      isRunning(task) ? elapsed(valueNumber(task.started), context) : runSeconds(task),
  },
  {
    id: 'retries',
    header: 'RT',
    width: 2,
    align: 'right',
    priority: 8,
    fromWidth: 80,
    sortKey: 'e',
    cell: retriesCell,
    sortValue: (task) => valueNumber(task.retries),
  },
  {
    id: 'telling',
    header: 'RESULT / EXCEPTION / ARGS',
    width: 20,
    flex: 1,
    priority: 10,
    fromWidth: 120,
    toWidth: 159,
    cell: (task) => ({ text: tellingText(task) }),
  },
  {
    id: 'result',
    header: 'RESULT / EXCEPTION',
    width: ({ screen }) => (screen < 200 ? 20 : 14),
    flex: 1,
    priority: 10,
    fromWidth: 160,
    cell: (task) => ({ text: outcomeText(task) }),
    sortValue: (task) => valueText(task.result) ?? exceptionText(task),
  },
  {
    id: 'args',
    header: 'ARGS',
    width: 8,
    flex: 1,
    priority: 12,
    fromWidth: 160,
    cell: (task) => ({
      text: isShed(task, 'args', 'kwargs')
        ? shedNote
        : [valueText(task.args) ?? '', valueText(task.kwargs) ?? ''].join(' '),
    }),
    sortValue: (task) => valueText(task.args),
  },
  timeColumn('received', 'RECEIVED', (task) => task.received),
  timeColumn('started', 'STARTED', (task) => task.started),
  timeColumn('eta', 'ETA', (task) => task.eta),
  {
    id: 'parent',
    header: 'PARENT',
    width: 8,
    priority: 13,
    fromWidth: 200,
    cell: (task) => ({ text: shortUuid(valueText(task.parentId) ?? '') }),
  },
  {
    id: 'root',
    header: 'ROOT',
    width: 8,
    priority: 13,
    fromWidth: 200,
    cell: (task) => ({ text: shortUuid(valueText(task.rootId) ?? '') }),
  },
  {
    id: 'client',
    header: 'CLIENT',
    width: 8,
    priority: 13,
    fromWidth: 200,
    cell: (task, context, width) => ({
      text: shortNodeName(valueText(task.client) ?? '', width, context.nodePrefix, context.glyphs.ellipsis),
    }),
  },
  {
    id: 'time',
    header: 'TIME',
    width: 8,
    align: 'right',
    priority: 4,
    fromWidth: 0,
    sortKey: 't',
    cell: (task, context) => ({ text: formatClock(task.timestamp, context) }),
    sortValue: (task) => valueNumber(task.timestamp),
  },
];

/** Newest first, then by uuid. */
export function compareTasks(left: TaskView, right: TaskView): number {
  const byTime = (valueNumber(right.timestamp) ?? 0) - (valueNumber(left.timestamp) ?? 0);
  return byTime === 0 ? compareText(left.uuid, right.uuid) : byTime;
}

/**
 * Glyph and word, `✗ FAIL` in 6 columns and `✗ FAILURE` in 10. `⊘?` stands before the state of a task whose revoke no
 * event has confirmed, `▸?` where a gap in the events hides how it went on.
 */
export function stateCell(task: TaskView, context: Context, width: number): Span {
  const look = stateLook(task.state);
  const { glyphs } = context;
  const word = width < 10 ? look.short : task.state.slice(0, 40);
  if (context.evicted.has(task.uuid)) {
    return { text: `${glyphs.none} ${width < 10 ? 'EVCT' : 'evicted'}`, tone: 'muted' };
  }
  if (context.revoking.has(task.uuid) && !isFinished(task)) {
    return { text: `${glyphs.revoked}?${word}`, tone: 'gone' };
  }
  if (context.unknown.has(task.uuid) && task.state === 'STARTED') {
    return { text: `${glyphs.running}?${word}`, tone: 'warn' };
  }
  return { text: `${context.ascii ? look.ascii : look.glyph} ${word}`, tone: look.tone };
}

function stateOrder(state: string): number {
  const index = stateNames.indexOf(state);
  return index < 0 ? stateNames.length : index;
}

function waitCell(task: TaskView, context: Context): Span {
  const since = waitingSince(task);
  if (since !== undefined) return { text: formatRunning(since, context.now) };
  const wait = waitSeconds(task);
  return { text: wait === undefined ? '' : formatExactDuration(wait) };
}

/** Blank for a task whose fate is unknown: a clock that runs on would claim that it runs. */
function runtimeCell(task: TaskView, context: Context): Span {
  const started = valueNumber(task.started);
  if (isRunning(task) && started !== undefined) {
    return { text: context.unknown.has(task.uuid) ? '' : formatRunning(started, context.now) };
  }
  const seconds = task.state === 'PENDING' || task.state === 'RECEIVED' ? undefined : runSeconds(task);
  return { text: seconds === undefined ? '' : formatExactDuration(seconds) };
}

function retriesCell(task: TaskView): Span {
  const retries = valueNumber(task.retries) ?? 0;
  return { text: retries > 99 ? '99' : retries > 0 ? String(Math.round(retries)) : '' };
}

function outcomeText(task: TaskView): string {
  return task.state === 'SUCCESS' || tellingText(task) !== argsText(task) ? tellingText(task) : '';
}

function timeColumn(id: string, header: string, value: (task: TaskView) => unknown): Column<TaskView> {
  return {
    id,
    header,
    width: 8,
    align: 'right',
    priority: 13,
    fromWidth: 200,
    cell: (task, context) => ({
      text: timeOf(value(task)) === undefined ? '' : formatClock(value(task), context),
    }),
    sortValue: (task) => timeOf(value(task)),
  };
}

function known(value: unknown, show: (text: string) => string, context: Context): Span {
  const text = valueText(value);
  return text === undefined ? { text: context.glyphs.none, tone: 'muted' } : { text: show(text) };
}

function elapsed(since: number | undefined, context: Context): number | undefined {
  return since === undefined ? undefined : context.now - since;
}
