import type { Watched } from '../monitor/watched.ts';
import { escapeControls } from '../presentation/escape-controls.ts';
import { formatAge, formatCount, grouped } from '../presentation/format.ts';
import type { FilterChange, KeptFilters } from '../query/kept-filters.ts';
import type { Replay } from '../replay/replay.ts';
import { buildChrome, type ScreenSize } from './chrome/build-chrome.ts';
import { type Chrome, ChromeStore, slots } from './chrome/chrome.ts';
import { skeletonChrome } from './chrome/skeleton.ts';
import { actions, keysLabel } from './input/actions.ts';
import type { KeyPress, Paste } from './input/key.ts';
import type { RecordingSwitch } from './recording-switch.ts';
import { Session, type SessionEffects } from './session.ts';
import { slotLine } from './terminal/compose.ts';
import { type OpenedTerminal, openTerminal } from './terminal/open-terminal.ts';
import { runPager } from './terminal/pager.ts';
import type { TtyStreams } from './terminal/tty.ts';
import { themeFor } from './theme.ts';
import type { Config } from './ui-config.ts';

/** What is shown: a live cluster, or a recording. */
export interface Feed {
  readonly watched: Watched;
  /** Called when everything is ready for what comes. */
  readonly start: () => void;
  readonly replay?: Replay;
  /** `say` is told what is wrong with what is shown, now or later. */
  readonly listen?: (say: (sentence: string) => void) => void;
  readonly rewind?: () => Replay | undefined;
}

export interface OpenUiOptions {
  readonly config: Config;
  /** The redacted URL: on screen before there is a connection. */
  readonly brokerLabel: string;
  readonly demo: boolean;
  /** Called once the first frame is on its way; what it gives is not started yet. */
  readonly openFeed: () => Promise<Feed>;
  /** What is kept of filters between sessions. */
  readonly filters: {
    /** @param say is told what is wrong with them, now or later */
    open(say: (sentence: string) => void): Promise<KeptFilters>;
    keep(change: FilterChange): void;
  };
  /** `:record on|off`; without it nothing can be recorded. */
  readonly recording?: RecordingSwitch;
  /** Ends the broker's connections, whatever ends the program. */
  readonly close: () => Promise<void>;
  readonly streams: TtyStreams;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const tickMs = 1_000;
/** While a command's replies come in, the message line follows them this often. */
const followMs = 100;

/**
 * The full screen, from the first frame until the operator leaves. Resolves with the exit status.
 * @throws what `openFeed` throws, after the terminal was given back.
 */
export async function openUi(options: OpenUiOptions): Promise<number> {
  const { config, streams, env } = options;
  const theme = themeFor(config.colour);
  const startedMs = Date.now();
  let session: Session | undefined;
  const { screen, lifetime } = openTerminal({
    process,
    console,
    streams,
    styleOf: theme,
    rate: config.rate,
    ascii: config.ascii,
    onInput: (event) => (session === undefined ? keyBeforeStart(event) : input(session, event)),
    close: options.close,
  });
  let quit: (status: number) => void = () => undefined;
  const ended = new Promise<number>((resolve) => {
    quit = resolve;
  });
  const size = (): ScreenSize => terminalSize(screen.size);
  const store = new ChromeStore(skeletonChrome(options, size()));

  function keyBeforeStart(event: KeyPress | Paste): void {
    if (event.type === 'key' && (event.key === 'ctrl-c' || event.key === 'q')) quit(0);
  }
  function input(to: Session, event: KeyPress | Paste): void {
    if (event.type === 'key') to.press(event, size());
    else to.paste(event.text, event.chunk);
  }

  lifetime.begin();
  screen.setChrome(plainChrome(store.snapshot()));
  let feed: Feed | undefined;
  const cleanups: (() => void)[] = [];
  try {
    feed = await Promise.race([options.openFeed(), ended.then(() => undefined)]);
    if (feed === undefined) return 0;
    const live = new Session(
      feed.watched,
      config,
      {
        ...terminalEffects(screen, lifetime, env),
        quit: () => quit(0),
        record: (on, path) => void switchRecording(options.recording, live, on, path),
        keepFilter: (change) => options.filters.keep(change),
        repaint: () => refresh(true),
      },
      feed,
    );
    session = live;
    live.picture.slowLink = () => screen.slowLink;
    function refresh(paintsBody: boolean): void {
      const change = store.replace(buildChrome(live.picture, live.view, size()));
      // A new layout is painted when Ink has made it.
      if (change === 'rows' || (change === 'none' && paintsBody)) screen.repaint();
    }
    screen.setPainter(slots.body, (columns, rows) =>
      live.picture.body(live.view, { width: columns, rows, screenRows: screen.size.rows }),
    );
    screen.setPainter(slots.above, () => store.above);
    cleanups.push(followCluster(live, screen, refresh));
    begin(options, feed, live);
    const { mountApp } = await import('./mount-app.tsx');
    refresh(false);
    cleanups.push(mountApp(screen, store, theme));
    screen.stdout.on('resize', () => refresh(true));
    return await ended;
  } finally {
    for (const cleanup of cleanups) cleanup();
    lifetime.end();
    if (feed !== undefined) streams.stdout.write(farewell(feed.watched, startedMs, options.recording?.path));
  }
}

function terminalEffects(
  screen: OpenedTerminal['screen'],
  lifetime: OpenedTerminal['lifetime'],
  env: OpenUiOptions['env'],
): Pick<SessionEffects, 'suspend' | 'redraw' | 'pager' | 'copy' | 'setRate'> {
  return {
    suspend: () => lifetime.suspend(),
    redraw: () => screen.redraw(),
    pager: (text) => void lifetime.lend(() => runPager(text, env)),
    copy: (text) => screen.sendAlong(osc52(text)),
    setRate: (rate) => {
      screen.rate = rate;
    },
  };
}

/** Of the terminal, whose last column stays free. */
function terminalSize({ columns, rows }: ScreenSize): ScreenSize {
  return { columns: columns + 1, rows };
}

function begin({ recording, filters }: OpenUiOptions, feed: Feed, session: Session): void {
  feed.start();
  feed.listen?.((sentence) => session.warn(sentence));
  recording?.listen((sentence) => session.warn(sentence));
  void recallFilters(filters, session);
}

async function switchRecording(
  recording: RecordingSwitch | undefined,
  session: Session,
  on: boolean,
  path: string | undefined,
): Promise<void> {
  const news = await recording?.switch(on, path);
  if (news === undefined) session.warn('nothing can be recorded here');
  else if (news.isProblem) session.warn(news.text);
  else session.tell(news.text);
}

/** The screen does not wait for them. */
async function recallFilters(filters: OpenUiOptions['filters'], session: Session): Promise<void> {
  session.recallFilters(await filters.open((sentence) => session.warn(sentence)));
}

/** Data goes to the body at the screen's own pace; the chrome follows once a second, and sooner while it has news. */
function followCluster(
  session: Session,
  screen: { invalidate(): void },
  refresh: (paintsBody: boolean) => void,
): () => void {
  let status = session.watched.status.kind;
  let wasEmpty = true;
  let soon: NodeJS.Timeout | undefined;
  const stop = session.onChange(() => {
    const monitor = session.watched;
    // Nothing follows that would show it sooner or later.
    if (session.standsStill) refresh(true);
    if (session.view.paused === undefined) screen.invalidate();
    const isEmpty = monitor.state.tasks.size === 0;
    const news =
      monitor.status.kind !== status || isEmpty !== wasEmpty || session.view.message?.entry !== undefined;
    if (!news || soon !== undefined) return;
    status = monitor.status.kind;
    wasEmpty = isEmpty;
    soon = setTimeout(() => {
      soon = undefined;
      refresh(false);
    }, followMs);
  });
  const tick = setInterval(() => {
    session.tick();
    refresh(false);
    if (session.view.paused === undefined) screen.invalidate();
  }, tickMs);
  return () => {
    stop();
    clearInterval(tick);
    clearTimeout(soon);
  };
}

/** The chrome as the screen takes it before Ink is there to lay it out. */
function plainChrome(chrome: Chrome): readonly (string | Chrome['above'][number])[] {
  return [...chrome.above, slotLine(slots.body), ...chrome.below];
}

/** The terminal puts the text on the clipboard of whoever sits at it, also through SSH. */
function osc52(text: string): string {
  return `\x1b]52;c;${Buffer.from(text).toString('base64')}\x07`;
}

function farewell(monitor: Watched, startedMs: number, recording: string | undefined): string {
  // Only what was received is counted: who joins late sees tasks that were received before.
  const tasks = `${formatCount(Math.max(monitor.state.taskCount, monitor.state.tasks.size))} tasks`;
  const failures = `${formatCount(monitor.failureCount)} failures`;
  // Exact, so that whoever knows what was sent can tell whether all of it was seen.
  const events = `${grouped(monitor.state.eventCount)} events`;
  const recorded = recording === undefined ? '' : `, recorded in ${escapeControls(recording)}`;
  return `stalk: ${formatAge((Date.now() - startedMs) / 1000)}, ${tasks}, ${failures}, ${events}${recorded}\n`;
}

/** The table of all keys, as `--print-keys` prints it. */
export function keyTable(): string {
  const rows = actions.map(
    (entry) => `${entry.scope.padEnd(12)}${keysLabel(entry).padEnd(22)}${entry.title}`,
  );
  return `${['scope       keys                  action', ...rows].join('\n')}\n`;
}
