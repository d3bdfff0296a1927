import { formatClock, formatMinutes } from '../../presentation/clock-time.ts';
import type { Context } from '../../presentation/context.ts';
import { formatShare } from '../../presentation/format.ts';
import type { Line } from '../../presentation/line.ts';
import { fillLine } from '../../presentation/line-layout.ts';
import type { RecordedBlock } from '../../recording/recording.ts';
import type { EventSource } from '../../replay/event-source.ts';

/** Behind the axis: ` >99.9 %`. */
const shareWidth = 8;
/** Columns from one time on the axis to the next. */
const labelEvery = 14;
/** Rows that a terminal has when all of it is drawn, and when the axis alone is. */
const wholeFrom = 24;
const barFrom = 16;

/** What is played again, and when in it, in seconds since the epoch. */
interface Shown {
  readonly source: Pick<EventSource, 'blocks' | 'from' | 'to'>;
  readonly at: number;
}

/** When in the past it is, and where failures were: a time axis and a sparkline, as far as the terminal has rows. */
export function scrubberLines(
  { source, at }: Shown,
  width: number,
  rows: number,
  context: Context,
): readonly Line[] {
  if (rows < barFrom) return [];
  const columns = Math.max(10, width - shareWidth - 1);
  const length = Math.max(source.to - source.from, 1e-9);
  const share = Math.min(1, Math.max(0, (at - source.from) / length));
  const bar = barLine(share, columns, width, context);
  const sparks = sparkLine(source.blocks, source.from, length, columns, width, context);
  return rows < wholeFrom
    ? [bar, sparks]
    : [labelLine(source.from, length, columns, width, context), bar, sparks];
}

function barLine(share: number, columns: number, width: number, context: Context): Line {
  const { glyphs } = context;
  const place = Math.round(share * (columns - 1));
  const end = columns - place - 1;
  return fillLine(
    [
      { text: ` ${glyphs.rule.repeat(place)}`, tone: 'accent' },
      { text: context.ascii ? 'O' : '●', tone: 'strong' },
      { text: glyphs.rule.repeat(end), tone: 'rule' },
      { text: formatShare(share).padStart(shareWidth) },
    ],
    width,
    context,
  );
}

/** A bar where nothing failed would look like a failure: it is left blank. Where nothing failed at all, that is said. */
function sparkLine(
  blocks: readonly RecordedBlock[],
  from: number,
  length: number,
  columns: number,
  width: number,
  context: Context,
): Line {
  const counts = failuresByColumn(blocks, from, length, columns);
  const most = Math.max(1, ...counts);
  const { spark, bad } = context.glyphs;
  const heights = counts.map((count) =>
    count === 0 ? ' ' : (spark[Math.ceil((count / most) * spark.length) - 1] ?? ' '),
  );
  if (counts.every((count) => count === 0))
    return fillLine([{ text: ' no failures', tone: 'muted' }], width, context);
  return fillLine(
    [
      { text: ` ${heights.join('')}`, tone: 'fail' },
      { text: ` ${bad}`, tone: 'muted' },
    ],
    width,
    context,
  );
}

/** Failures of a block count where its middle is: blocks are short. */
function failuresByColumn(
  blocks: readonly RecordedBlock[],
  from: number,
  length: number,
  columns: number,
): readonly number[] {
  const counts = new Array<number>(columns).fill(0);
  for (const block of blocks) {
    if (block.failures === 0) continue;
    const share = ((block.from + block.to) / 2 - from) / length;
    const column = Math.min(columns - 1, Math.max(0, Math.round(share * (columns - 1))));
    counts[column] = (counts[column] ?? 0) + block.failures;
  }
  return counts;
}

/** The times at which columns of the axis begin; to the second where minutes would all be the same. */
function labelLine(from: number, length: number, columns: number, width: number, context: Context): Line {
  const clock = context.timeMode === 'relative' ? { ...context, timeMode: 'utc' as const } : context;
  const label = (time: number): string =>
    length < 600 ? formatClock(time, clock) : formatMinutes(time, clock);
  let text = ' ';
  for (let column = 0; column + label(from).length <= columns; column += labelEvery) {
    text = `${text.padEnd(column + 1)}${label(from + (length * column) / (columns - 1))}`;
  }
  return fillLine([{ text, tone: 'muted' }], width, context);
}
