import type { Context } from '../../presentation/context.ts';
import { describeError } from '../../presentation/filter/filter-error.ts';
import { intakePanel } from '../../presentation/intake-panel.ts';
import type { Line } from '../../presentation/line.ts';
import { fillLine } from '../../presentation/line-layout.ts';
import { overallSummary } from '../../presentation/task-type-footer.ts';
import { listColumns } from '../model/list-columns.ts';
import { actionItems, helpItems, paletteItems } from '../model/menus.ts';
import { screenOf } from '../model/screens.ts';
import { wholeCount } from '../model/task-rows.ts';
import { frameOf, type Message, type Overlay, type ViewState } from '../model/view-state.ts';
import { taskHeadRows } from '../painters/paint-body.ts';
import { textPosition } from '../painters/text-body.ts';
import type { Picture } from '../picture.ts';
import { smallest } from '../session.ts';
import type { Chrome } from './chrome.ts';
import { box, dialogBox } from './dialog-box.ts';
import { hintsLine } from './hints-line.ts';
import { actionsBox, helpLines, paletteBox } from './menu-box.ts';
import { messageLine } from './message-line.ts';
import { logLines, replyLines } from './reply-lines.ts';
import { type ScopeFacts, scopeLine } from './scope-line.ts';
import { scrubberLines } from './scrubber.ts';
import { playbackFacts, statusLine } from './status-line.ts';
import { tabsLine } from './tabs-line.ts';
import { parseTransport } from './transport-label.ts';

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** A gap in the events is said for this long after the reconnect. */
const gapSaidMs = 10_000;
/** Three of the workers' heartbeats (2 s) without any event is worth a word. */
const quietAfter = 10;

/** Everything around the body, for a view and a terminal of this size. */
export function buildChrome(picture: Picture, view: ViewState, size: ScreenSize): Chrome {
  const width = size.columns - 1;
  const context = picture.drawing(view);
  if (size.columns < smallest.columns || size.rows < smallest.rows) return tooSmall(size, view, context);
  const below: Line[] = [];
  const entry = picture.messageEntry(view);
  const message =
    filterMessage(view) ??
    (view.message?.entry !== undefined && entry === undefined ? undefined : view.message);
  if (size.rows >= 16 || message !== undefined)
    below.push(messageLine(message, entry, width, { ...context, now: picture.nowMs() / 1000 }));
  if (picture.replay !== undefined)
    below.unshift(...scrubberLines(picture.replay, width, size.rows, context));
  below.push(hintsLine(view, width, context, picture.monitor.state.tasks.size === 0));
  const above = [statusOf(picture, view, width, context)];
  if (size.rows >= 16) above.push(tabsLine(view, width, context));
  const room = size.rows - above.length - 1 - below.length;
  above.push(scopeOf(picture, view, width, room, context));
  const over = overlayOf(picture, view, size, room, context);
  const dialogRows = over.dialog === undefined ? 0 : over.dialog.lines.length + 2;
  return {
    width: size.columns - 1,
    ascii: view.ascii,
    above,
    hasBody: over.panel === undefined && dialogRows < room,
    panel: over.panel,
    dialog: over.dialog,
    below,
  };
}

/** While a filter is typed, the message line says what is wrong with it and where. */
function filterMessage({ overlay }: ViewState): Message | undefined {
  if (overlay?.kind !== 'filter' || overlay.problem === undefined) return undefined;
  return { text: describeError(overlay.problem), tone: 'warn', untilMs: undefined };
}

function tooSmall(size: ScreenSize, view: ViewState, context: Context): Chrome {
  const text = `${smallest.columns}x${smallest.rows} needed, have ${size.columns}x${size.rows}`;
  const left = ' '.repeat(Math.max(0, Math.floor((size.columns - 1 - text.length) / 2)));
  const above: Line[] = Array.from({ length: Math.max(0, Math.floor((size.rows - 1) / 2)) }, () => []);
  above.push(fillLine([{ text: left + text }], size.columns - 1, context));
  return {
    width: size.columns - 1,
    ascii: view.ascii,
    above,
    hasBody: false,
    panel: undefined,
    dialog: undefined,
    below: [],
  };
}

function statusOf(picture: Picture, view: ViewState, width: number, context: Context): Line {
  const { monitor, config } = picture;
  const workers = monitor.workers.all();
  const quiet = monitor.quietFor;
  return statusLine(
    {
      name: config.name,
      transport: parseTransport(monitor.brokerLabel),
      brokerLabel: monitor.brokerLabel,
      demo: monitor.demo,
      connection: monitor.status,
      pausedEvents: view.paused === undefined ? undefined : monitor.state.eventCount - view.paused.eventCount,
      eventsPerSecond: monitor.rates.eventsPerSecond,
      lag: monitor.lag,
      completeness: monitor.intake.recentShare(picture.now()),
      quiet: workers.length > 0 && quiet !== undefined && quiet > quietAfter ? quiet : undefined,
      alive: monitor.workers.online().length,
      workers: workers.length,
      tasks: monitor.state.tasks.size,
      failures: width >= 119 ? (monitor.state.countByState().get('FAILURE') ?? 0) : 0,
      undecodable: monitor.undecodable.count,
      shed: monitor.state.shed,
      readonly: view.readonly,
      recording: recordingOf(monitor.recorder),
      slowLink: picture.slowLink(),
      nowMs: picture.replay === undefined ? picture.nowMs() : picture.now() * 1000,
      playback:
        picture.replay === undefined ? undefined : playbackFacts(picture.replay, picture.nowMs() / 1000),
    },
    width,
    { ...context, now: picture.now() },
  );
}

function recordingOf(recorder: Picture['monitor']['recorder']): 'off' | 'on' | 'failing' {
  if (recorder === undefined) return 'off';
  return recorder.problem === undefined ? 'on' : 'failing';
}

type Counts = Pick<ScopeFacts, 'shown' | 'total' | 'overall'>;

/** How many rows the list on screen has, and how many there would be without a filter. */
function countsOf(picture: Picture, view: ViewState): Counts {
  const { monitor } = picture;
  const frame = frameOf(view);
  if (frame.screen === 'tasks') {
    const shown = picture.rows.count(frame, picture.drawing(view));
    return { shown, total: monitor.state.tasks.size, overall: '' };
  }
  if (frame.screen === 'types') {
    const { rows, total, overall } = picture.types(view, frame);
    return {
      shown: wholeCount(rows.filter(({ name }) => name !== undefined).length),
      total,
      overall: overallSummary(overall),
    };
  }
  const shown = frame.screen === 'workers' ? picture.workers(view, frame).length : 0;
  return { shown: wholeCount(shown), total: monitor.workers.size, overall: '' };
}

function scopeOf(picture: Picture, view: ViewState, width: number, room: number, context: Context): Line {
  const { monitor } = picture;
  const frame = frameOf(view);
  const nowMs = picture.now() * 1000;
  const gap = monitor.gaps.at(-1);
  const online = monitor.workers.online().length;
  const columns = listColumns(frame.screen);
  const text = frame.screen === 'task' || frame.screen === 'worker' ? picture.text(view, frame) : undefined;
  return scopeLine(
    view,
    {
      connection: monitor.status,
      brokerLabel: monitor.brokerLabel,
      ...countsOf(picture, view),
      online,
      captureFailure: monitor.captureFailure,
      gap: gap !== undefined && nowMs - gap.toMs < gapSaidMs ? gap : undefined,
      textPosition:
        text === undefined || !('text' in frame)
          ? ''
          : textPosition(text, frame.text, Math.max(1, room - (frame.screen === 'task' ? taskHeadRows : 0))),
      sortChoices: columns
        .flatMap((column) =>
          column.sortKey === undefined ? [] : [`[${column.sortKey}] ${column.header.toLowerCase()}`],
        )
        .join('  '),
      nowMs,
    },
    width,
    context,
  );
}

function overlayOf(
  picture: Picture,
  view: ViewState,
  size: ScreenSize,
  room: number,
  context: Context,
): Pick<Chrome, 'panel' | 'dialog'> {
  const { overlay } = view;
  if (overlay === undefined) return { panel: undefined, dialog: undefined };
  const panel = panelOf(picture, view, overlay, size.columns - 1, room, context);
  if (panel !== undefined) return { panel: { lines: fill(panel, room) }, dialog: undefined };
  const dialog = boxOf(picture, view, overlay, size.columns, room, context);
  return {
    panel: undefined,
    dialog:
      dialog === undefined ? undefined : { ...dialog, lines: dialog.lines.slice(0, Math.max(1, room - 2)) },
  };
}

function fill(lines: readonly Line[], rows: number): readonly Line[] {
  return [...lines, ...Array.from({ length: Math.max(0, rows - lines.length) }, (): Line => [])].slice(
    0,
    rows,
  );
}

function panelOf(
  picture: Picture,
  view: ViewState,
  overlay: Overlay,
  width: number,
  rows: number,
  context: Context,
): readonly Line[] | undefined {
  if (overlay.kind === 'log') return logLines(picture.monitor.commands, overlay.row, width, rows, context);
  if (overlay.kind === 'intake') return intakeLines(picture, overlay.row, width, rows, context);
  if (overlay.kind !== 'help') return undefined;
  const items = helpItems(view, overlay.editor.text, picture.context(view, -1));
  return helpLines(
    screenOf(frameOf(view).screen).title,
    overlay.editor,
    items,
    overlay.row,
    width,
    rows,
    context,
  );
}

function intakeLines(
  picture: Picture,
  row: number,
  width: number,
  rows: number,
  context: Context,
): readonly Line[] {
  const { monitor } = picture;
  const now = picture.now();
  const report = monitor.intake.report(now, monitor.undecodable.count);
  return intakePanel(report, row, width, rows, { ...context, now });
}

function boxOf(
  picture: Picture,
  view: ViewState,
  overlay: Overlay,
  columns: number,
  room: number,
  context: Context,
): Chrome['dialog'] {
  const facts = picture.context(view, -1);
  switch (overlay.kind) {
    case 'dialog':
      return dialogBox(overlay.dialog, facts.facts, columns, context);
    case 'palette':
      return paletteBox(
        overlay.editor,
        paletteItems(view, overlay.editor.text, facts),
        overlay.row,
        columns,
        context,
      );
    case 'actions':
      return actionsBox(actionItems(view, facts), overlay.row, Math.min(16, room - 4), columns, context);
    case 'replies': {
      const entry = picture.monitor.commands.find(overlay.entry);
      if (entry === undefined) return undefined;
      const title = `Replies ${entry.replies.length + entry.departures.size} of ${Math.max(entry.expected.length, entry.replies.length)}`;
      return box(title, replyLines(entry, Math.max(6, room - 4), context), columns, context);
    }
    default:
      return undefined;
  }
}
