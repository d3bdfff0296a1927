import type { SetLimit } from '../monitor/task-type-limits.ts';
import type { Spread } from '../statistics/duration-counts.ts';
import type { Percentiles, Reading } from '../statistics/reading.ts';
import { formatMinutes } from './clock-time.ts';
import type { Context } from './context.ts';
import { formatCount, formatDuration, formatRate } from './format.ts';
import { stateLook } from './glyphs.ts';
import type { Line } from './line.ts';
import { fitLine, ruleLine } from './line-layout.ts';
import { formatPercent, othersLabel } from './task-type-columns.ts';
import type { TypeRow } from './task-type-row.ts';
import { clean } from './text.ts';

/** How many columns a distribution is drawn in. */
export const spreadColumns = 10;

/** What is beside its row known of the selected type. */
export interface TypeDetails {
  /** Of its run times; undefined where it is not known. */
  readonly spread: Spread | undefined;
  /** Some sender tells when it sends tasks: where waits in the queue are not known, that is not why. */
  readonly sentSeen: boolean;
}

/** What is known of the selected type, under the table. */
export function typeFooter(
  type: TypeRow,
  { spread, sentSeen }: TypeDetails,
  width: number,
  context: Context,
): readonly Line[] {
  const title = type.name === undefined ? othersLabel : clean(type.name, 200);
  const isMissing = type.queueWait.count === 0 && !sentSeen;
  const lines = [
    [
      `run ${spread === undefined ? timeText(type.run) : spreadText(spread, context)}`,
      endsText(type),
      `running ${formatCount(type.running)}`,
      `started ${formatCount(type.started)}`,
    ],
    [
      `wait in worker ${timeText(type.workerWait)}`,
      `in queue ${timeText(type.queueWait)}${isMissing ? ' needs task_send_sent_event' : ''}`,
      type.timeLimitSet === undefined ? '' : `time limit ${setText(type.timeLimitSet, context)}`,
    ],
  ];
  return [
    ruleLine(width, context, title, limitText(type, context)),
    ...lines.map((parts) => fitLine([{ text: ` ${joined(parts)}` }], width, context)),
  ];
}

/** `all types 44/s  1.9% fail  p95 1.80s` */
export function overallSummary({ succeeded, failed, retried, seconds, run }: Reading): string {
  const count = succeeded + failed + retried;
  if (count === 0) return '';
  const p95 = run.p95 === undefined ? '' : `  p95 ${formatDuration(run.p95)}`;
  return `all types ${formatRate(count / seconds)}/s  ${formatPercent((100 * failed) / count)}% fail${p95}`;
}

/** `✓2,578 ✗214 ↻22 ⊘3` */
function endsText({ succeeded, failed, retried, revoked }: TypeRow): string {
  const ends = { SUCCESS: succeeded, FAILURE: failed, RETRY: retried, REVOKED: revoked };
  return Object.entries(ends)
    .map(([state, count]) => `${stateLook(state).glyph}${formatCount(count)}`)
    .join(' ');
}

function timeText({ p50, p95 }: Percentiles): string {
  if (p50 === undefined) return '–';
  return p95 === undefined ? formatDuration(p50) : `${formatDuration(p50)} p95 ${formatDuration(p95)}`;
}

function spreadText({ shortest, longest, parts }: Spread, context: Context): string {
  return `${sparkline(parts, context)} ${formatDuration(shortest)}–${formatDuration(longest)}`;
}

/** A part that holds anything is seen, however small it is beside the largest. */
function sparkline(parts: readonly number[], context: Context): string {
  const { spark } = context.glyphs;
  const largest = Math.max(...parts);
  return parts
    .map((part) => (part === 0 ? ' ' : (spark[Math.ceil((part / largest) * spark.length) - 1] ?? '')))
    .join('');
}

function limitText({ rateLimit, rateLimitSet }: TypeRow, context: Context): string {
  if (rateLimitSet !== undefined) return `rate limit ${setText(rateLimitSet, context)}`;
  return rateLimit === undefined ? 'no rate limit known' : `rate limit ${rateLimit}`;
}

function setText({ limit, at }: SetLimit, context: Context): string {
  return `${clean(limit, 40)} (set ${formatMinutes(at, context)} by you)`;
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('   ');
}
