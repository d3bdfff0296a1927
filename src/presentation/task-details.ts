import type { Context } from './context.ts';
import { formatCoarseAge, formatExactDuration, formatRunning } from './format.ts';
import type { Line, Span } from './line.ts';
import { fitLine, ruleLine, spreadLine } from './line-layout.ts';
import { cutNote, type SentValue, sentValue, sentValueLabel, sentValueLines } from './sent-value.ts';
import { isShed, shedNote } from './shed-text.ts';
import { shortNodeName, shortTaskName } from './short-name.ts';
import { stateCell } from './task-columns.ts';
import {
  exceptionText,
  isRunning,
  runSeconds,
  type TaskView,
  tellingText,
  waitSeconds,
} from './task-view.ts';
import { clean, textWidth, wrap } from './text.ts';
import { jsonText, valueNumber, valueText } from './value-text.ts';
import type { TreeOptions } from './value-tree.ts';
import { screenWidth } from './width-class.ts';

const longestJson = 200_000;

/** The line that every sub-tab begins with: state, name, worker, run time, retries. */
export function taskHeader(task: TaskView, width: number, context: Context): Line {
  const isWide = screenWidth(width) >= 120;
  const gap = isWide ? '   ' : '  ';
  const state = stateCell(task, context, 10);
  const facts = headerFacts(task, context, isWide);
  const roomBeside = (right: readonly string[]): number =>
    width - textWidth(right.join(gap)) - textWidth(state.text) - 5;
  while (facts.length > 0 && roomBeside(facts) < 16) facts.shift();
  const full = clean(valueText(task.name) ?? 'unnamed task', 1000);
  const name = shortTaskName(full, Math.max(8, roomBeside(facts)), context.glyphs.ellipsis);
  const left: Span[] = [{ text: ' ' }, state, { text: `  ${name}`, tone: 'strong' }];
  return spreadLine(left, [{ text: facts.join(gap) }], width, context);
}

function headerFacts(task: TaskView, context: Context, isWide: boolean): string[] {
  const { ellipsis, none } = context.glyphs;
  const worker = valueText(task.worker);
  const facts = [
    worker === undefined
      ? none
      : shortNodeName(clean(worker, 200), isWide ? 32 : 14, context.nodePrefix, ellipsis),
  ];
  const run = runText(task, context);
  if (run !== undefined) facts.push(isWide ? `run ${run}` : run);
  const wait = waitSeconds(task);
  if (isWide && wait !== undefined) facts.push(`wait ${formatExactDuration(wait)}`);
  const retries = valueNumber(task.retries) ?? 0;
  if (retries > 0) facts.push(`retries ${retries}`);
  const seen = valueNumber(task.timestamp);
  if (isWide && seen !== undefined) facts.push(`age ${formatCoarseAge(context.now - seen)}`);
  return facts;
}

function runText(task: TaskView, context: Context): string | undefined {
  const started = valueNumber(task.started);
  if (isRunning(task) && started !== undefined) return formatRunning(started, context.now);
  const seconds = runSeconds(task);
  return seconds === undefined ? undefined : formatExactDuration(seconds);
}

/** The Args tab: args and kwargs, each as a tree. */
export function taskArgs(
  task: TaskView,
  width: number,
  context: Context,
  options: TreeOptions = {},
): readonly Line[] {
  const args = sentValue(task.args);
  const kwargs = sentValue(task.kwargs);
  if (args === undefined && kwargs === undefined) {
    if (isShed(task, 'args', 'kwargs')) return note(`Arguments were ${shedNote}.`, width, context);
    return note('Arguments not known: neither task-sent nor task-received was seen.', width, context);
  }
  const lines = [
    ...section(task, 'args', args, width, context, options),
    ...section(task, 'kwargs', kwargs, width, context, options),
  ];
  const isCut = args?.isCut === true || kwargs?.isCut === true;
  const hint =
    'Senders cut args and kwargs; to see more set app.amqp.argsrepr_maxsize and kwargsrepr_maxsize.';
  return isCut ? [...lines, ...note(hint, width, context)] : lines;
}

/** The Result tab: the result, or the exception, or why there is neither. */
export function taskResult(
  task: TaskView,
  width: number,
  context: Context,
  options: TreeOptions = {},
): readonly Line[] {
  const result = sentValue(task.result);
  const exception = sentValue(exceptionText(task));
  if (exception !== undefined && task.state !== 'SUCCESS') {
    const rows = wrap(exception.text, Math.max(1, width - 1), { maxLength: longestJson });
    return [
      ruleLine(width, context, 'exception', 'from event'),
      ...rows.map((row) => fitLine([{ text: ` ${row}`, tone: 'fail' }], width, context)),
    ];
  }
  if (result !== undefined) {
    const lines = section(task, 'result', result, width, context, options);
    const hint = 'Workers cut results; to see more set resultrepr_maxsize on the task.';
    return result.isCut ? [...lines, ...note(hint, width, context)] : lines;
  }
  const lost = task.state === 'SUCCESS' ? 'result' : 'exception';
  if (isShed(task, lost)) return note(`The ${lost} was ${shedNote}.`, width, context);
  return note(`No result: task is ${task.state.slice(0, 40)}${revokedWords(task)}.`, width, context);
}

/** The Raw tab: every field under its wire name as JSON. */
export function taskRaw(task: TaskView, width: number, context: Context): readonly Line[] {
  const text = jsonText(rawFields(task), longestJson, '  ');
  return wrap(text, Math.max(1, width - 1), { hangingIndent: 4, maxLength: longestJson }).map((row) =>
    fitLine([{ text: ` ${row}` }], width, context),
  );
}

/** Why the Traceback tab has nothing to show. */
export function noTraceback(task: TaskView): string {
  if (isShed(task, 'traceback')) return `The traceback was ${shedNote}`;
  return `No traceback: task is ${clean(task.state, 40)}`;
}

function rawFields(task: TaskView): unknown {
  if (typeof task.fields === 'function') return task.fields();
  const { extra, ...own } = task;
  const known = Object.entries(own).filter(([, value]) => value !== undefined && value !== null);
  const more = extra instanceof Map ? Object.fromEntries(extra) : {};
  return { ...Object.fromEntries(known), ...more };
}

function revokedWords(task: TaskView): string {
  return task.state === 'REVOKED' || task.state === 'REJECTED' ? ` (${tellingText(task).slice(0, 80)})` : '';
}

function section(
  task: TaskView,
  title: 'args' | 'kwargs' | 'result',
  sent: SentValue | undefined,
  width: number,
  context: Context,
  options: TreeOptions,
): readonly Line[] {
  if (sent === undefined)
    return [ruleLine(width, context, title, isShed(task, title) ? shedNote : 'not known')];
  const lines = [
    ruleLine(width, context, title, sentValueLabel(sent, context)),
    ...sentValueLines(sent, width, context, options),
  ];
  if (!sent.isCut || width >= 60) return lines;
  // A narrow rule has no room for the label.
  return [...lines, fitLine([{ text: ` ${cutNote(sent, context)}`, tone: 'warn' }], width, context)];
}

function note(text: string, width: number, context: Context): readonly Line[] {
  return wrap(text, Math.max(1, width - 1)).map((row) =>
    fitLine([{ text: ` ${row}`, tone: 'muted' }], width, context),
  );
}
