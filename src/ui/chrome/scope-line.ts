import { formatClock } from '../../presentation/clock-time.ts';
import type { Context } from '../../presentation/context.ts';
import type { FilterError } from '../../presentation/filter/filter-error.ts';
import { formatCount, formatDuration } from '../../presentation/format.ts';
import type { Line, Span } from '../../presentation/line.ts';
import { spreadLine } from '../../presentation/line-layout.ts';
import type { ConnectionStatus } from '../../transport/connection-status.ts';
import type { LineEditor } from '../model/line-editor.ts';
import type { RowCount } from '../model/task-rows.ts';
import { frameOf, type ViewState } from '../model/view-state.ts';

export interface ScopeFacts {
  readonly connection: ConnectionStatus;
  readonly brokerLabel: string;
  /** Rows shown and rows there are, of the list on screen. */
  readonly shown: RowCount;
  readonly total: number;
  readonly online: number;
  /** Why events no longer arrive although the connection may be fine. */
  readonly captureFailure: string | undefined;
  /** The last gap in the events, while it is worth saying. */
  readonly gap: { readonly fromMs: number; readonly toMs: number } | undefined;
  /** Where the text on screen stands, for example `all 11 lines`. */
  readonly textPosition: string;
  readonly sortChoices: string;
  readonly nowMs: number;
}

/** Line 3: the filter in force and what it leaves; the input while one is typed; what is wrong while disconnected. */
export function scopeLine(view: ViewState, facts: ScopeFacts, width: number, context: Context): Line {
  const { overlay } = view;
  if (overlay?.kind === 'filter') {
    const valid = overlay.problem === undefined ? '' : ' (last valid)';
    return input(
      '/',
      overlay.editor,
      `${counts(view, facts, context)}${valid}`,
      width,
      context,
      overlay.problem,
    );
  }
  if (overlay?.kind === 'find') return input('find', overlay.editor, facts.textPosition, width, context);
  if (overlay?.kind === 'sort') return spread(` sort: ${facts.sortChoices}`, 'Enter keep', width, context);
  const trouble = connectionTrouble(facts, context);
  if (trouble !== undefined)
    return spreadLine([trouble], [{ text: dataAge(facts), tone: 'fail' }], width, context);
  const frame = frameOf(view);
  if (frame.screen === 'task' || frame.screen === 'worker') {
    const find = frame.text.find === '' ? '' : ` find: ${frame.text.find}  n/N next/previous`;
    return spread(find, facts.textPosition, width, context);
  }
  const filter: Span[] =
    frame.filter === ''
      ? [{ text: ' (no filter)', tone: 'muted' }]
      : [{ text: ` / ${frame.filter}`, tone: 'strong' }];
  if (frame.screen === 'tasks' && frame.problemsOnly)
    filter.push({ text: '  problems only (!)', tone: 'strong' });
  else if (frame.screen === 'tasks' && frame.filter === '' && width >= 59) {
    filter.push({ text: '  / to filter  ! problems only', tone: 'muted' });
  }
  return spreadLine(filter, [{ text: counts(view, facts, context) }], width, context);
}

function spread(left: string, right: string, width: number, context: Context): Line {
  return spreadLine([{ text: left }], [{ text: right, tone: 'muted' }], width, context);
}

/** `312 of 48,210`, or `312… of 48,210` while it still counts. */
function counts(view: ViewState, facts: ScopeFacts, context: Context): string {
  const frame = frameOf(view);
  if (frame.screen === 'workers') {
    const offline = facts.total - facts.online;
    const some = frame.filter === '' ? '' : `${facts.shown.count} of `;
    return `${some}${facts.total} ${facts.total === 1 ? 'worker' : 'workers'}  ${facts.online} online  ${offline} offline${marked(frame.list.marks.size)}`;
  }
  if (frame.screen !== 'tasks') return '';
  const narrowed = frame.filter !== '' || frame.problemsOnly;
  const more = facts.shown.isPartial ? context.glyphs.ellipsis : '';
  const some = narrowed ? `${formatCount(facts.shown.count)}${more} of ` : '';
  const tasks = narrowed ? '' : facts.total === 1 ? ' task' : ' tasks';
  return `${some}${formatCount(facts.total)}${tasks}${marked(frame.list.marks.size)}`;
}

function marked(count: number): string {
  return count === 0 ? '' : `   ${formatCount(count)} marked`;
}

function connectionTrouble(facts: ScopeFacts, context: Context): Span | undefined {
  const { connection, gap } = facts;
  if (connection.kind === 'retrying' || connection.kind === 'refused') {
    return { text: ` ${context.glyphs.bad} ${connection.error}`, tone: 'fail' };
  }
  if (connection.kind === 'connecting') return { text: ` connecting to ${facts.brokerLabel}`, tone: 'muted' };
  if (facts.captureFailure !== undefined) {
    return { text: ` ${context.glyphs.bad} events no longer arrive: ${facts.captureFailure}`, tone: 'fail' };
  }
  if (gap === undefined) return undefined;
  const from = formatClock(gap.fromMs / 1000, {
    ...context,
    timeMode: context.timeMode === 'local' ? 'local' : 'utc',
  });
  const to = formatClock(gap.toMs / 1000, {
    ...context,
    timeMode: context.timeMode === 'local' ? 'local' : 'utc',
  });
  const length = formatDuration((gap.toMs - gap.fromMs) / 1000);
  return { text: ` reconnected after ${length}; events from ${from} to ${to} were not seen`, tone: 'warn' };
}

/** Beside the reason, not behind it: where the line is short the reason is cut. */
function dataAge({ connection, nowMs }: ScopeFacts): string {
  if (!('lostAtMs' in connection) || connection.lostAtMs === undefined) return '';
  return `Data is ${formatDuration(Math.max(0, nowMs - connection.lostAtMs) / 1000)} old.`;
}

/** A line being typed, with a drawn cursor: the end of the text is kept in view. */
export function input(
  label: string,
  editor: LineEditor,
  right: string,
  width: number,
  context: Context,
  problem?: FilterError,
): Line {
  const typed = editorSpans(editor, Math.max(10, width - right.length - 8), context, problem);
  return spreadLine([{ text: ` ${label} ` }, ...typed], [{ text: right }], width, context);
}

/** The text with its cursor drawn in it, and the part that a filter cannot read underlined. */
export function editorSpans(
  { text, cursor }: LineEditor,
  room: number,
  context: Context,
  problem?: FilterError,
): readonly Span[] {
  const from = Math.max(0, cursor - room + 1);
  const to = Math.min(text.length, from + room - 1);
  const bad = problem === undefined ? [] : [problem.start, Math.max(problem.end, problem.start + 1)];
  const cuts = [from, cursor, ...bad, to].filter((cut) => cut >= from && cut <= to).sort((a, b) => a - b);
  const spans: Span[] = [];
  for (const [index, cut] of cuts.entries()) {
    const next = cuts[index + 1];
    if (cut === cursor && cuts[index - 1] !== cut) spans.push({ text: context.glyphs.caret, tone: 'accent' });
    if (next === undefined || next === cut) continue;
    const isBad =
      problem !== undefined && cut >= problem.start && cut < Math.max(problem.end, problem.start + 1);
    spans.push({ text: text.slice(cut, next), tone: isBad ? 'match' : 'strong' });
  }
  return spans;
}
