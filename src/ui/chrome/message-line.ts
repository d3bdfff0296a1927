import type { CommandEntry } from '../../monitor/command-log.ts';
import { commandOutcome, commandSummary } from '../../monitor/command-summary.ts';
import type { Context } from '../../presentation/context.ts';
import type { Line } from '../../presentation/line.ts';
import { fillLine, spreadLine } from '../../presentation/line-layout.ts';
import type { Message } from '../model/view-state.ts';

/** The outcome of a command that went well is said for this long, in seconds. */
const quietSuccess = 4;

/** The line above the hints: what a command came to, a reason, a warning; blank otherwise. */
export function messageLine(
  message: Message | undefined,
  entry: CommandEntry | undefined,
  width: number,
  context: Context,
): Line {
  if (message === undefined) return fillLine([], width, context);
  if (message.entry === undefined) {
    const tone = message.tone === 'plain' ? {} : { tone: message.tone };
    return fillLine([{ text: ` ${message.text}`, ...tone }], width, context);
  }
  if (entry === undefined) return fillLine([], width, context);
  const outcome = commandOutcome(entry);
  const { glyphs } = context;
  const glyph = { pending: glyphs.running, ok: glyphs.ok, problem: glyphs.bad }[outcome];
  const text = ` ${glyph} ${commandSummary(entry, context.now)}`;
  const details = outcome === 'pending' ? '' : 'Enter details';
  return spreadLine(
    [outcome === 'problem' ? { text, tone: 'fail' } : { text }],
    [{ text: details, tone: 'muted' }],
    width,
    context,
  );
}

/** Whether the outcome has been told long enough: a success fades, a problem stays until a key is pressed. */
export function hasFaded(entry: CommandEntry, now: number): boolean {
  return (
    commandOutcome(entry) === 'ok' && entry.finishedAt !== undefined && now - entry.finishedAt > quietSuccess
  );
}
