import type { CommandEntry, CommandLog } from '../../monitor/command-log.ts';
import { commandSummary, failedOrSilent, replyOutcome, replyText } from '../../monitor/command-summary.ts';
import { formatClock } from '../../presentation/clock-time.ts';
import type { Context } from '../../presentation/context.ts';
import type { Line, Span } from '../../presentation/line.ts';
import { fillLine, printable, ruleLine } from '../../presentation/line-layout.ts';
import { cut } from '../../presentation/text.ts';

/** No more replies than this are listed: a dialog is not a report. */
const mostRows = 100;

/** One row per worker: what it said, word for word, and how long it took; then those that said nothing. */
export function replyLines(entry: CommandEntry, rows: number, context: Context): readonly Line[] {
  const { glyphs } = context;
  const lines: Line[] = [
    [
      { text: `${clock(entry.at, context)}  `, tone: 'muted' },
      { text: printable(entry.label, context), tone: 'strong' },
      { text: `   sent to ${entry.expected.length === 0 ? 'all' : entry.expected.length}`, tone: 'muted' },
    ],
  ];
  for (const reply of entry.replies.slice(0, mostRows)) {
    const failed = replyOutcome(reply) === 'error';
    const glyph = failed ? glyphs.bad : reply.expected ? glyphs.ok : '+';
    const said = cut(printable(replyText(reply), context), 36, glyphs.ellipsis);
    lines.push(
      row(
        glyph,
        reply.hostname,
        said,
        `${(reply.latencyMs / 1000).toFixed(2)}s`,
        failed ? 'fail' : 'plain',
        context,
      ),
    );
  }
  for (const [hostname, after] of entry.departures) {
    lines.push(row(glyphs.ok, hostname, 'offline', `${after.toFixed(1)}s`, 'plain', context));
  }
  for (const hostname of entry.silent.slice(0, mostRows)) {
    lines.push(
      row(glyphs.none, hostname, `no reply within ${entry.timeout.toFixed(1)}s`, '', 'warn', context),
    );
  }
  for (const problem of [entry.failure, entry.warning]) {
    if (problem !== undefined) lines.push([{ text: printable(problem, context), tone: 'fail' }]);
  }
  const again = failedOrSilent(entry).length > 0 && entry.state === 'done';
  const keys: Line = [{ text: again ? 'R send again to failed   Esc close' : 'Esc close', tone: 'key' }];
  return lines.length > rows - 2
    ? [
        ...lines.slice(0, rows - 3),
        [{ text: `${glyphs.ellipsis} and ${lines.length - rows + 3} more` }],
        keys,
      ]
    : [...lines, [], keys];
}

function row(
  glyph: string,
  hostname: string,
  said: string,
  took: string,
  tone: NonNullable<Span['tone']>,
  context: Context,
): Line {
  const name = cut(printable(hostname, context), 22, context.glyphs.ellipsis).padEnd(22);
  return [{ text: `  ${glyph} ${name} ${said.padEnd(30)} ${took}`, tone }];
}

/** The commands of this session, newest first. */
export function logLines(
  log: CommandLog,
  row: number,
  width: number,
  rows: number,
  context: Context,
): readonly Line[] {
  const entries = [...log.entries].reverse();
  const title = ruleLine(width, context, 'Command log', `${entries.length} this session`);
  if (entries.length === 0) return [title, [{ text: ' Nothing was sent yet.', tone: 'muted' }]];
  const from = Math.max(0, Math.min(row - Math.floor(rows / 2), entries.length - rows + 1));
  const lines = entries.slice(from, from + rows - 1).map((entry, index): Line => {
    const selected = from + index === row;
    const summary = commandSummary(entry, context.now);
    // Most outcomes begin with the label; the others must still say which command they are of.
    const told = summary.startsWith(entry.label) ? summary : `${summary}   ${entry.label}`;
    const text = `${selected ? '>' : ' '} ${clock(entry.at, context)}  ${printable(told, context)}`;
    return fillLine([selected ? { text, tone: 'selected' } : { text }], width, context);
  });
  return [title, ...lines];
}

function clock(at: number, context: Context): string {
  return formatClock(at, context.timeMode === 'relative' ? { ...context, timeMode: 'utc' } : context);
}
