import type { Deafness, IntakeReport, WorkerIntake } from '../monitor/intake/intake-report.ts';
import { formatClock } from './clock-time.ts';
import { headerLine, layoutColumns, rowLine } from './column.ts';
import type { Context } from './context.ts';
import { formatAge, formatCount, formatShare } from './format.ts';
import { intakeColumns } from './intake-columns.ts';
import { intakeWords } from './intake-words.ts';
import type { Line, Span } from './line.ts';
import { fitLine, ruleLine } from './line-layout.ts';
import { compareText } from './sort.ts';
import { clean, wrap } from './text.ts';

/** Gaps that are listed; all of them are counted. */
const listedGaps = 4;
/** Lines for the sentences on the selected worker, at most. */
const wordLines = 6;

/** What arrived and what did not: in total, per worker, and in words for the selected one. Fills `rows` lines. */
export function intakePanel(
  report: IntakeReport,
  row: number,
  width: number,
  rows: number,
  context: Context,
): readonly Line[] {
  const workers = sortedIntake(report.workers);
  const head = [titleLine(report, width, context), ...totalLines(report, width, context)];
  if (workers.length === 0) {
    return [...head, [{ text: ' No worker has been heard of yet.', tone: 'muted' }]];
  }
  const selected = Math.max(0, Math.min(row, workers.length - 1));
  const words = wordsOf(workers[selected], width, context);
  const layout = layoutColumns(intakeColumns, width);
  const shown = Math.max(1, rows - head.length - 1 - words.length);
  const top = Math.max(0, Math.min(selected - Math.floor(shown / 2), workers.length - shown));
  const table = workers
    .slice(top, top + shown)
    .map((worker, index) => rowLine(layout, worker, context, { selected: top + index === selected }));
  const blank = Array.from({ length: Math.max(0, shown - table.length) }, (): Line => []);
  return [...head, headerLine(layout, undefined, context), ...table, ...blank, ...words];
}

/** Those that something was lost of first, then by name. */
export function sortedIntake(workers: readonly WorkerIntake[]): readonly WorkerIntake[] {
  return [...workers].sort(
    (left, right) => right.lostEvents - left.lostEvents || compareText(left.hostname, right.hostname),
  );
}

function titleLine({ share, recentShare, since }: IntakeReport, width: number, context: Context): Line {
  if (share === undefined || since === undefined) return ruleLine(width, context, 'Intake', 'nothing yet');
  const recent = recentShare === undefined ? '' : `${formatShare(recentShare)} in the last 5m, `;
  return ruleLine(width, context, 'Intake', `${recent}${formatShare(share)} since ${clock(since, context)}`);
}

function totalLines(report: IntakeReport, width: number, context: Context): readonly Line[] {
  const { events, lostEvents, sentEvents, unreadable, confirmedStarts, provisionalStarts } = report;
  const seems = provisionalStarts > 0 ? ` and ${formatCount(provisionalStarts)} as it seems` : '';
  const lost: Span =
    lostEvents > 0
      ? {
          text: `about ${formatCount(lostEvents)} lost (${formatCount(confirmedStarts)} starts for certain${seems})`,
          tone: 'warn',
        }
      : { text: 'none known to be lost' };
  const unread: Span = { text: `${formatCount(unreadable)} unreadable` };
  return [
    fitLine([{ text: ` task events   ${formatCount(events)} seen   ` }, lost], width, context),
    fitLine(
      [
        { text: ' messages      ' },
        unreadable > 0 ? { ...unread, tone: 'warn' } : unread,
        { text: '   none dropped here' },
        {
          text: `   task-sent ${formatCount(sentEvents)} seen, what was lost of them nobody knows`,
          tone: 'muted',
        },
      ],
      width,
      context,
    ),
    fitLine([{ text: ` deaf          ${gapsText(report, context)}` }], width, context),
  ];
}

function gapsText({ gaps, gapCount, gapSeconds }: IntakeReport, context: Context): string {
  if (gapCount === 0) return 'never';
  const listed = gaps.slice(-listedGaps).map((gap) => gapText(gap, context));
  const times = `${formatCount(gapCount)} ${gapCount === 1 ? 'time' : 'times'}, ${formatAge(gapSeconds)} in all`;
  return `${times}: ${gapCount > listed.length ? `${context.glyphs.ellipsis} ` : ''}${listed.join('  ')}`;
}

function gapText({ fromMs, toMs, connected }: Deafness, context: Context): string {
  const span = `${clock(fromMs / 1000, context)}-${clock(toMs / 1000, context)}`;
  return `${span} ${connected ? 'nothing came' : 'not connected'}`;
}

function wordsOf(worker: WorkerIntake | undefined, width: number, context: Context): readonly Line[] {
  if (worker === undefined) return [];
  const lines = intakeWords(worker)
    .flatMap((sentence) => wrap(clean(sentence), Math.max(20, width - 2)))
    .slice(0, wordLines)
    .map((text) => fitLine([{ text: ` ${text}` }], width, context));
  return [ruleLine(width, context, clean(worker.hostname, 200)), ...lines];
}

/** Never relative: a gap is a stretch of the clock. */
function clock(at: number, context: Context): string {
  return formatClock(at, context.timeMode === 'relative' ? { ...context, timeMode: 'utc' } : context);
}
