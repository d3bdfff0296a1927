import { formatPreciseTime } from './clock-time.ts';
import type { Context } from './context.ts';
import { formatExactDuration } from './format.ts';
import { stateLook } from './glyphs.ts';
import type { Line, Span } from './line.ts';
import { fillLine, printable, ruleLine } from './line-layout.ts';
import { shedNote, shedSummary } from './shed-text.ts';
import { shortUuid } from './short-name.ts';
import { argsText, exceptionText, finishedAt, type TaskView, tellingText } from './task-view.ts';
import { valueNumber, valueText } from './value-text.ts';

/** Lines of the preview pane, its titled rule included. */
export const previewHeight = 7;

/** One line about the selected task: who it is, what it was given, what came of it. */
export function taskSummary(task: TaskView, width: number, context: Context): Line {
  const telling = tellingText(task);
  const args = argsText(task);
  const text = [
    shortUuid(task.uuid),
    valueText(task.name) ?? 'unnamed task',
    args,
    telling === args ? '' : telling,
    telling.includes(shedNote) ? '' : shedSummary(task),
  ]
    .filter((part) => part !== '')
    .join(' ');
  return fillLine([{ text: ` ${oneLine(text, context)}`, tone: 'muted' }], width, context);
}

/** The preview pane: identity, the times as a chain with the spans between them, and the end of a traceback. */
export function taskPreview(task: TaskView, width: number, context: Context): readonly Line[] {
  const exception = exceptionText(task);
  const tail = tracebackTail(task);
  const lines: Line[] = [
    ruleLine(width, context, task.uuid, 'preview: P to hide'),
    [{ text: ` ${identity(task)}` }],
    timesLine(task, context),
    ...tail.map((text): Line => [{ text: ` ${oneLine(text, context)}` }]),
  ];
  const outcome = exception ?? valueText(task.result);
  if (outcome !== undefined)
    lines.push([{ text: ` ${oneLine(outcome, context)}`, tone: exception === undefined ? 'plain' : 'fail' }]);
  const dropped = shedSummary(task);
  if (dropped !== '') lines.push([{ text: ` ${dropped}`, tone: 'warn' }]);
  return lines.map((line) => fillLine(line, width, context));
}

function identity(task: TaskView): string {
  const parts = [
    valueText(task.name) ?? 'unnamed task',
    argsText(task),
    label('retries', task.retries),
    label('queue', task.queue),
    label('parent', short(task.parentId)),
    label('root', short(task.rootId)),
    label('eta', task.eta),
  ];
  return parts.filter((part) => part !== '').join('   ');
}

function label(word: string, value: unknown): string {
  const text = valueText(value);
  return text === undefined || text === '' || text === '0' ? '' : `${word} ${text}`;
}

function short(uuid: unknown): string | undefined {
  return typeof uuid === 'string' ? shortUuid(uuid) : undefined;
}

/** `sent 14:03:23.871 ─0.214s→ received 14:03:24.085 …`; a clock that ran backwards between hosts shows as `~0`. */
export function timesLine(task: TaskView, context: Context): Line {
  const ended = finishedAt(task);
  const moments: readonly (readonly [string, number | undefined])[] = [
    ['sent', valueNumber(task.sent)],
    ['received', valueNumber(task.received)],
    ['started', valueNumber(task.started)],
    [`${stateLook(task.state).glyph} ${task.state.toLowerCase()}`, ended],
  ];
  const spans: Span[] = [{ text: ' ' }];
  let before: number | undefined;
  for (const [word, at] of moments) {
    if (at === undefined) continue;
    if (before !== undefined) {
      const delta = at < before ? '~0' : formatExactDuration(at - before);
      spans.push({ text: ` ${context.glyphs.rule}${delta}${context.glyphs.right} `, tone: 'muted' });
    }
    spans.push({ text: `${word} ${formatPreciseTime(at, context)}` });
    before = at;
  }
  if (spans.length === 1) spans.push({ text: 'no times are known yet', tone: 'muted' });
  return spans;
}

function tracebackTail(task: TaskView): readonly string[] {
  const text = valueText(task.traceback);
  if (text === undefined) return [];
  const lines = text.slice(-4096).trimEnd().split('\n').slice(0, -1);
  return lines.slice(-2);
}

function oneLine(text: string, context: Context): string {
  return printable(text.slice(0, 4_000), context);
}
