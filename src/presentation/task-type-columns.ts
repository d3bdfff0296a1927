import { formatClock } from './clock-time.ts';
import type { Column } from './column.ts';
import type { Context } from './context.ts';
import { formatCount, formatDuration, formatRate } from './format.ts';
import type { Span } from './line.ts';
import { shortTaskName } from './short-name.ts';
import { compareText, type Sort } from './sort.ts';
import type { TypeRow } from './task-type-row.ts';

/** What fails most comes first. */
export const defaultTypeSort: Sort = { column: 'fail', descending: true };

/** What belongs to no type of the list, in the list. */
export const othersLabel = '(others)';

/** From these shares of failed runs on, in percent, the cell is marked. */
const worrying = 1;
const bad = 5;

type Place = Pick<Column<TypeRow>, 'priority' | 'fromWidth' | 'sortKey'>;

/** The columns of the table of types, left to right. */
export const typeColumns: readonly Column<TypeRow>[] = [
  {
    id: 'type',
    header: 'TYPE',
    width: 12,
    flex: 1,
    maxWidth: 100,
    priority: 1,
    fromWidth: 0,
    pinned: true,
    sortKey: 'n',
    cell: (type, context, width) => ({
      text: type.name === undefined ? othersLabel : shortTaskName(type.name, width, context.glyphs.ellipsis),
    }),
    sortValue: (type) => type.name,
  },
  number(
    'running',
    'RUNNING',
    7,
    { priority: 7, fromWidth: 100, sortKey: 'u' },
    (type) => type.running,
    formatCount,
  ),
  number(
    'count',
    'COUNT',
    7,
    { priority: 4, fromWidth: 60, sortKey: 'c' },
    (type) => type.count,
    formatCount,
  ),
  number('rate', 'RATE', 7, { priority: 3, fromWidth: 40, sortKey: 'r' }, rateOf, rateText),
  {
    id: 'fail',
    header: 'FAIL%',
    width: 6,
    align: 'right',
    priority: 2,
    fromWidth: 0,
    sortKey: 'f',
    cell: failCell,
    sortValue: (type) => type.failPercent,
  },
  number(
    'retry',
    'RETRY%',
    6,
    { priority: 8, fromWidth: 100, sortKey: 'y' },
    (type) => type.retryPercent,
    formatPercent,
  ),
  duration('p50', 'P50', { priority: 5, fromWidth: 60, sortKey: '5' }, (type) => type.run.p50),
  duration('p95', 'P95', { priority: 3.5, fromWidth: 40, sortKey: 'p' }, (type) => type.run.p95),
  duration('p99', 'P99', { priority: 6, fromWidth: 80, sortKey: '9' }, (type) => type.run.p99),
  duration('wait', 'WAIT P95', { priority: 9, fromWidth: 100, sortKey: 'w' }, (type) => type.workerWait.p95),
  duration(
    'qwait',
    'QUEUE P95',
    { priority: 10, fromWidth: 120, sortKey: 'q' },
    (type) => type.queueWait.p95,
  ),
  {
    id: 'limit',
    header: 'LIMIT',
    width: 8,
    align: 'right',
    priority: 11,
    fromWidth: 120,
    sortKey: 'l',
    cell: (type, context) => ({ text: type.rateLimit ?? context.glyphs.none }),
    sortValue: (type) => type.rateLimit,
  },
  {
    id: 'last',
    header: 'LAST',
    width: 8,
    align: 'right',
    priority: 12,
    fromWidth: 160,
    sortKey: 't',
    cell: (type, context) => ({ text: formatClock(type.lastAt, context) }),
    sortValue: (type) => type.lastAt,
  },
];

/** By name, what belongs to no type last. */
export function compareTypes(left: TypeRow, right: TypeRow): number {
  if (left.name === undefined || right.name === undefined) {
    return Number(left.name === undefined) - Number(right.name === undefined);
  }
  return compareText(left.name, right.name);
}

/** `0.0`, `! 1.5` from one percent on, `✗ 7.6` from five on. */
function failCell({ failPercent }: TypeRow, context: Context): Span {
  if (failPercent === undefined) return { text: context.glyphs.none };
  const text = formatPercent(failPercent);
  if (failPercent >= bad) return { text: `${context.glyphs.bad} ${text}`, tone: 'fail' };
  return failPercent >= worrying ? { text: `! ${text}`, tone: 'warn' } : { text };
}

export function formatPercent(percent: number): string {
  return percent.toFixed(percent < 99.95 ? 1 : 0);
}

/** A rate is not 0 where something ended. */
function rateText(rate: number): string {
  return rate < 0.01 ? '<0.01/s' : `${formatRate(rate)}/s`;
}

/** A type of which nothing ended has no rate: that of one which hardly ever runs is small. */
function rateOf({ count, rate }: TypeRow): number | undefined {
  return count === 0 ? undefined : rate;
}

function duration(
  id: string,
  header: string,
  place: Place,
  value: (type: TypeRow) => number | undefined,
): Column<TypeRow> {
  return number(id, header, Math.max(7, header.length), place, value, formatDuration);
}

function number(
  id: string,
  header: string,
  width: number,
  place: Place,
  value: (type: TypeRow) => number | undefined,
  format: (value: number) => string,
): Column<TypeRow> {
  return {
    id,
    header,
    width,
    ...place,
    align: 'right',
    cell: (type, context) => {
      const known = value(type);
      return { text: known === undefined ? context.glyphs.none : format(known) };
    },
    sortValue: value,
  };
}
