import { formatPreciseTime, timeZoneLabel } from './clock-time.ts';
import type { Context } from './context.ts';
import { formatExactDuration, formatRunning } from './format.ts';
import { stateLook } from './glyphs.ts';
import type { Line, Span } from './line.ts';
import { finishedAt, isRunning, type TaskView, waitingSince } from './task-view.ts';
import { valueNumber, valueText } from './value-text.ts';

/** One step in the life of a task; `since` names the time that the delta to the step before was spent on. */
interface Moment {
  readonly word: string;
  readonly at: number;
  readonly who: string;
  readonly since: string;
}

/** The steps as a table (without the hosts where it is narrow), with the time each took: `14:03:24.085  received  celery@w2  +0.214s in queue`. */
export function momentLines(task: TaskView, width: number, context: Context): readonly Line[] {
  const moments = momentsOf(task, context);
  const lines = moments.map((moment, index): Line => {
    const before = moments[index - 1];
    const delta = before === undefined ? '' : `+${between(before, moment)} ${moment.since}`;
    return [
      { text: ` ${formatPreciseTime(moment.at, context)}  ` },
      { text: moment.word.padEnd(11) },
      { text: width < 60 ? ' ' : ` ${moment.who.padEnd(12)} ` },
      { text: delta, tone: 'muted' },
    ];
  });
  const last = nowLine(task, context);
  return last === undefined ? lines : [...lines, last];
}

/** The steps on one line: `sent 14:03:23.871  +0.214s received  +0.021s started  +1.204s ✗ 14:03:25.310`. */
export function momentChain(task: TaskView, context: Context): Line {
  const moments = momentsOf(task, context);
  const spans: Span[] = [];
  for (const [index, moment] of moments.entries()) {
    const before = moments[index - 1];
    const isLast = index === moments.length - 1;
    if (before !== undefined) spans.push({ text: `  +${between(before, moment)}`, tone: 'muted' });
    const time = before === undefined || isLast ? ` ${formatPreciseTime(moment.at, context)}` : '';
    spans.push({ text: ` ${moment.word}${time}` });
  }
  return spans;
}

/** What the times of the details are in; they are never relative. */
export function momentZone(context: Context): string {
  return timeZoneLabel(context.timeMode === 'relative' ? { ...context, timeMode: 'utc' } : context);
}

export function momentsOf(task: TaskView, context: Context): readonly Moment[] {
  const worker = valueText(task.worker)?.slice(0, 200) ?? '';
  const look = stateLook(task.state);
  const glyph = context.ascii ? look.ascii : look.glyph;
  const all: readonly (Omit<Moment, 'at'> & { at: number | undefined })[] = [
    { word: 'sent', at: valueNumber(task.sent), who: valueText(task.client)?.slice(0, 200) ?? '', since: '' },
    { word: 'received', at: valueNumber(task.received), who: worker, since: 'in queue' },
    { word: 'started', at: valueNumber(task.started), who: worker, since: 'in worker' },
    { word: `${glyph} ${endWord(task.state)}`, at: finishedAt(task), who: worker, since: 'running' },
  ];
  const isUnstarted = task.state === 'RECEIVED' || task.state === 'PENDING';
  return all.flatMap((moment) => {
    // Before a second attempt starts, the start that is known is that of the first.
    if (moment.at === undefined || (moment.word === 'started' && isUnstarted)) return [];
    return [{ ...moment, at: moment.at }];
  });
}

function between(before: Moment, after: Moment): string {
  return formatExactDuration(after.at - before.at);
}

function endWord(state: string): string {
  const words: Readonly<Record<string, string>> = {
    SUCCESS: 'succeeded',
    FAILURE: 'failed',
    RETRY: 'retried',
  };
  return words[state] ?? state.toLowerCase().slice(0, 20);
}

function nowLine(task: TaskView, context: Context): Line | undefined {
  const started = valueNumber(task.started);
  if (isRunning(task) && started !== undefined && !context.unknown.has(task.uuid)) {
    return [{ text: ` running for ${formatRunning(started, context.now)}`, tone: 'run' }];
  }
  const since = waitingSince(task);
  return since === undefined
    ? undefined
    : [{ text: ` waiting for ${formatRunning(since, context.now)}`, tone: 'muted' }];
}
