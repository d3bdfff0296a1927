import { formatClock, formatPreciseTime, timeOf } from './clock-time.ts';
import type { Context } from './context.ts';
import type { Line, Span } from './line.ts';
import { fitLine, lineWidth, ruleLine, sideBySide } from './line-layout.ts';
import { type SentValue, sentValue, sentValueLabel, sentValueLines } from './sent-value.ts';
import { isShed, shedNote } from './shed-text.ts';
import { shortUuid } from './short-name.ts';
import { momentChain, momentLines, momentZone } from './task-moments.ts';
import { eventField, exceptionText, type TaskView, tellingText } from './task-view.ts';
import { clean } from './text.ts';
import { framePath, parseTraceback } from './traceback.ts';
import { partsOf } from './traceback-lines.ts';
import { valueText } from './value-text.ts';
import { screenWidth } from './width-class.ts';

/** Finds the parent and the root among the tasks in memory. */
export type TaskLookup = (uuid: string) => TaskView | undefined;

const argsRows = 12;
const tracebackFrames = 3;

/** The Info tab: who it is, its times, its arguments and what came of it; two columns where there is room. */
export function taskInfo(
  task: TaskView,
  width: number,
  context: Context,
  find: TaskLookup = () => undefined,
): readonly Line[] {
  if (screenWidth(width) < 120) {
    return [
      ...identity(task, width, context, find),
      ...times(task, width, context),
      ...values(task, width, context),
      ...outcome(task, width, context),
    ];
  }
  const leftWidth = Math.floor(width / 2);
  const left = [
    ruleLine(leftWidth - 1, context, 'Identity'),
    ...identity(task, leftWidth - 1, context, find),
    ...times(task, leftWidth - 1, context),
  ];
  const rightWidth = width - leftWidth;
  const right = [...values(task, rightWidth, context), ...outcome(task, rightWidth, context)];
  return sideBySide(left, right, leftWidth, width, context);
}

function identity(task: TaskView, width: number, context: Context, find: TaskLookup): readonly Line[] {
  const pid = eventField(task, 'pid');
  const known = (label: string, value: unknown, prefix: string = ''): string => {
    const text = valueText(value);
    return text === undefined || text === '' ? '' : `${label}${prefix}${clean(text, 500)}`;
  };
  const rows: readonly (readonly [string, string])[] = [
    ['uuid', clean(task.uuid, 200)],
    ['name', known('', task.name)],
    ['worker', joined([known('', task.worker), known('pid', pid, ' ')])],
    [
      'queue',
      joined([
        known('', task.queue),
        known('exchange', task.exchange, ' '),
        known('routing_key', task.routingKey, ' '),
      ]),
    ],
    ['client', known('', task.client)],
    ['eta', joined([whenText(task.eta, context), `expires ${whenText(task.expires, context)}`])],
    ['retries', valueText(task.retries) ?? '0'],
    ['parent', relative(task.parentId, find)],
    ['root', task.rootId === task.uuid ? 'this task' : relative(task.rootId, find)],
  ];
  return rows.map(([label, text]) =>
    fitLine(
      [
        { text: ` ${label.padEnd(9)} `, tone: 'muted' },
        text === '' ? { text: context.glyphs.none, tone: 'muted' } : { text },
      ],
      width,
      context,
    ),
  );
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('   ');
}

function whenText(value: unknown, context: Context): string {
  if (timeOf(value) !== undefined) {
    return context.timeMode === 'relative' ? formatClock(value, context) : formatPreciseTime(value, context);
  }
  return clean(valueText(value)?.slice(0, 80) ?? context.glyphs.none);
}

function relative(uuid: unknown, find: TaskLookup): string {
  const text = valueText(uuid);
  if (text === undefined || text === '') return '';
  const name = valueText(find(text)?.name);
  return `${clean(shortUuid(text))} ${name === undefined ? 'not seen' : clean(name, 200)}`;
}

function times(task: TaskView, width: number, context: Context): readonly Line[] {
  const chain = momentChain(task, context);
  const rows = momentLines(task, width, context);
  const isOneLine = screenWidth(width) < 100 && chain.length > 0 && lineWidth(chain) <= width;
  const shown = isOneLine ? [chain, ...rows.slice(momentCount(chain))] : rows;
  const none: Line = [{ text: ' no times are known yet', tone: 'muted' }];
  return [
    ruleLine(width, context, 'Times', momentZone(context)),
    ...(shown.length === 0 ? [none] : shown).map((line) => fitLine(line, width, context)),
  ];
}

/** A chain has one span for its first step and two for each one after. */
function momentCount(chain: Line): number {
  return (chain.length + 1) / 2;
}

function values(task: TaskView, width: number, context: Context): readonly Line[] {
  const args = sentValue(task.args);
  const kwargs = sentValue(task.kwargs);
  if (args === undefined && kwargs === undefined) {
    const reason = isShed(task, 'args', 'kwargs') ? shedNote : 'not known';
    return [ruleLine(width, context, 'Args', reason)];
  }
  const sent = largest(args, kwargs);
  const lines: Line[] = [
    ruleLine(width, context, 'Args', sent === undefined ? '' : sentValueLabel(sent, context)),
  ];
  for (const value of [args, kwargs]) {
    if (value === undefined) continue;
    const label = value === args ? ' args' : ' kwargs';
    if (value.text.length < width - 10) {
      lines.push(
        fitLine([{ text: `${label.padEnd(8)} `, tone: 'muted' }, { text: value.text }], width, context),
      );
    } else {
      lines.push(fitLine([{ text: label, tone: 'muted' }], width, context));
      lines.push(...shortened(sentValueLines(value, width - 2, context), argsRows, width, context));
    }
  }
  return lines;
}

/** The size that is told is that of both together; a cut in either is a cut. */
function largest(args: SentValue | undefined, kwargs: SentValue | undefined): SentValue | undefined {
  if (args === undefined || kwargs === undefined) return args ?? kwargs;
  const cut = [args, kwargs].find((value) => value.isCut) ?? args;
  return { ...cut, bytes: args.bytes + kwargs.bytes };
}

function shortened(lines: readonly Line[], most: number, width: number, context: Context): readonly Line[] {
  const indented = lines.map((line) => fitLine([{ text: '  ' }, ...line], width, context));
  if (lines.length <= most) return indented;
  const more = `   ${context.glyphs.ellipsis} ${lines.length - most} more lines on Args`;
  return [...indented.slice(0, most), fitLine([{ text: more, tone: 'muted' }], width, context)];
}

function outcome(task: TaskView, width: number, context: Context): readonly Line[] {
  const exception = exceptionText(task);
  if (exception !== undefined && task.state !== 'SUCCESS') {
    return [ruleLine(width, context, clean(exception, 1000)), ...tracebackSummary(task, width, context)];
  }
  const result = sentValue(task.result);
  if (result !== undefined) {
    return [
      ruleLine(width, context, 'Result', sentValueLabel(result, context)),
      ...shortened(sentValueLines(result, width - 2, context), argsRows, width, context),
    ];
  }
  if (isShed(task, 'result', 'exception')) return [ruleLine(width, context, 'Result', shedNote)];
  if (task.state !== 'REVOKED' && task.state !== 'REJECTED') return [];
  return [
    ruleLine(width, context, task.state.toLowerCase()),
    fitLine([{ text: ` ${tellingText(task)}`, tone: 'gone' }], width, context),
  ];
}

/** The frames nearest to the failure: own code first, innermost last, as the traceback has them. */
function tracebackSummary(task: TaskView, width: number, context: Context): readonly Line[] {
  const text = valueText(task.traceback);
  if (text === undefined) {
    return isShed(task, 'traceback') ? [ruleLine(width, context, 'traceback', shedNote)] : [];
  }
  const { lines, focus } = parseTraceback(text.slice(-40_000));
  const frames = lines.flatMap((line, index) => (line.role === 'frame' ? [index] : []));
  const own = frames.filter((index) => focus === undefined || index <= focus).at(-1);
  const shown = new Set([...(own === undefined ? [] : [own]), ...frames.slice(-tracebackFrames)]);
  const kept = lines.flatMap((line, index): Line[] => {
    const isCode = line.role === 'code' && lines[index - 1]?.role === 'frame' && shown.has(index - 1);
    if (!shown.has(index) && !isCode) return [];
    return [fitLine([{ text: '  ' }, ...trimmed(partsOf(line))], width, context)];
  });
  const hidden = frames.length - shown.size;
  const more =
    hidden > 0 && framePath(lines[frames[0] ?? 0]?.text ?? '') !== '' ? `${hidden} more frames, ` : '';
  return [...kept, ruleLine(width, context, '', `${more}t for the whole traceback`)];
}

/** Two columns of the four or more that Python indents by would be wasted here. */
function trimmed(spans: readonly Span[]): readonly Span[] {
  const [first, ...rest] = spans;
  return first === undefined ? [] : [{ ...first, text: first.text.replace(/^ {2}/, '') }, ...rest];
}
