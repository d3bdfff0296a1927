import { formatClock, formatMinutes, timeZoneLabel } from '../../presentation/clock-time.ts';
import type { Context } from '../../presentation/context.ts';
import { formatAge, formatCount, formatRate, formatShare } from '../../presentation/format.ts';
import type { Line, Span } from '../../presentation/line.ts';
import { fillLine, lineWidth, printable } from '../../presentation/line-layout.ts';
import { cutMiddle } from '../../presentation/short-name.ts';
import { speedLabel } from '../../replay/playing.ts';
import type { Replay } from '../../replay/replay.ts';
import type { Shed } from '../../state/memory-budget.ts';
import type { ConnectionStatus } from '../../transport/connection-status.ts';
import { at, joined, type Segment, widthOf } from './status-segment.ts';

/** What the status line tells. Counts are of the present; rates per second; lag in seconds. */
export interface StatusFacts {
  readonly name: string | undefined;
  /** `amqp`, `redis`, `demo`. */
  readonly transport: string;
  /** The redacted URL, for wide terminals. */
  readonly brokerLabel: string;
  readonly demo: boolean;
  readonly connection: ConnectionStatus;
  /** Events seen since the display was paused; undefined while it is not. */
  readonly pausedEvents: number | undefined;
  readonly eventsPerSecond: number;
  readonly lag: number | undefined;
  /** The share of the last minutes' task events that arrived, from 0 to 1; undefined when there were none. */
  readonly completeness: number | undefined;
  /** Seconds without any event, when that is longer than three heartbeats. */
  readonly quiet: number | undefined;
  readonly alive: number;
  readonly workers: number;
  readonly tasks: number;
  readonly failures: number;
  readonly undecodable: number;
  /** What was dropped to stay within `--memory`. */
  readonly shed: Readonly<Shed>;
  readonly readonly: boolean;
  /** Whether the session is written down; `failing` while it cannot be. */
  readonly recording: 'off' | 'on' | 'failing';
  /** Frames per second that a slow terminal has brought us down to. */
  readonly slowLink: number | undefined;
  readonly nowMs: number;
  /** Set while the past is on screen; all the others are then of that time. */
  readonly playback?: PlaybackFacts | undefined;
}

export interface PlaybackFacts {
  readonly kind: 'replay' | 'rewind';
  /** The file. */
  readonly label: string;
  readonly playing: boolean;
  readonly speed: number;
  /** Under way to another time, which takes a moment. */
  readonly seeking: boolean;
  /** Seconds from then to now. */
  readonly age: number;
}

export function playbackFacts({ kind, brokerLabel, playback, player }: Replay, now: number): PlaybackFacts {
  const { playing, speed } = player;
  return {
    kind,
    label: brokerLabel,
    playing,
    speed,
    seeking: playback.seeking,
    age: Math.max(0, now - playback.at),
  };
}

const notableLag = 2;

/** A file's name where the line is narrow. */
const shortLabel = 24;
/** The step of dropping at which the clock goes: of the present first, of the past last. */
const clockGoes = { present: 0, past: 5 } as const;

/**
 * Line 1. When narrow it drops, in this order: clock, a small lag, the rate, the transport, the name. Of the past the clock
 * is what it is all about.
 */
export function statusLine(facts: StatusFacts, width: number, context: Context): Line {
  const wide = width >= 119;
  const clock = clockOf(facts, wide, context);
  let segments = segmentsOf(facts, wide, context);
  let showClock = true;
  for (let step = 0; step <= 6; step++) {
    const room = width - 2 - (showClock ? clock.length + 2 : 0);
    if (widthOf(segments, wide) <= room) break;
    if (step === clockGoes[facts.playback === undefined ? 'present' : 'past']) showClock = false;
    else segments = segments.filter(({ drop }) => drop === undefined || drop > step).map(at(step));
  }
  const left = joined(segments, wide);
  const gap = Math.max(1, width - 1 - lineWidth(left) - clock.length);
  const line = showClock
    ? [...left, { text: ' '.repeat(gap) }, { text: clock, tone: 'muted' as const }]
    : left;
  return fillLine(line, width, context);
}

/** In the past the clock goes to the second, and says how long ago that was. */
function clockOf({ nowMs, playback }: StatusFacts, wide: boolean, context: Context): string {
  const zone = zoneOf(context);
  if (playback === undefined) return `${formatMinutes(nowMs / 1000, context)} ${zone}`;
  const absolute = context.timeMode === 'relative' ? { ...context, timeMode: 'utc' as const } : context;
  const clock = `${formatClock(nowMs / 1000, absolute)} ${zone}`;
  return wide ? `${clock} (${formatAge(playback.age)} ago)` : clock;
}

/** The clock is never relative. */
function zoneOf(context: Context): string {
  return timeZoneLabel(context.timeMode === 'relative' ? { ...context, timeMode: 'utc' } : context);
}

function segmentsOf(facts: StatusFacts, wide: boolean, context: Context): readonly Segment[] {
  const segments: Segment[] = [];
  if (facts.playback !== undefined)
    return [...segments, ...playbackSegments(facts, facts.playback, wide, context)];
  if (facts.demo) segments.push({ spans: [{ text: 'DEMO', tone: 'banner' }] });
  else segments.push({ spans: [{ text: 'celery', tone: 'title' }], drop: 5 });
  if (facts.name !== undefined) segments.push({ spans: [{ text: printable(facts.name, context) }], drop: 5 });
  if (!facts.demo) {
    const label = wide ? printable(facts.brokerLabel, context) : facts.transport;
    segments.push({ spans: [{ text: label, tone: 'muted' }], drop: 4 });
  }
  segments.push({ spans: modeSpans(facts, context) });
  if (facts.connection.kind === 'ready') segments.push(...liveSegments(facts));
  segments.push(...clusterSegments(facts, wide, context));
  if (facts.readonly) segments.push({ spans: [{ text: 'RO', tone: 'strong' }] });
  return [...segments, ...recordingSegments(facts)];
}

/** `REPLAY incident.jsonl ▸ ×4`, or what just was: `○ REWIND 14:01:10 (−2m15s)`. */
function playbackSegments(
  facts: StatusFacts,
  { kind, label, playing, speed, seeking, age }: PlaybackFacts,
  wide: boolean,
  context: Context,
): readonly Segment[] {
  const { glyphs } = context;
  const file = printable(label, context);
  const shortFile = cutMiddle(file, shortLabel, glyphs.ellipsis);
  const past = `${glyphs.rewind} REWIND (-${formatAge(age)})`;
  const pace = playing ? `${glyphs.running} ${printable(speedLabel(speed), context)}` : glyphs.paused;
  const segments: Segment[] = [
    {
      spans: [{ text: ` ${kind === 'replay' ? `REPLAY ${file}` : past} `, tone: 'banner' }],
      shorter: [
        [{ text: ` ${kind === 'replay' ? `REPLAY ${shortFile}` : past} `, tone: 'banner' }],
        [{ text: ` ${kind === 'replay' ? 'REPLAY' : 'REWIND'} `, tone: 'banner' }],
      ],
    },
    { spans: [{ text: seeking ? `${glyphs.ellipsis} seeking` : pace, tone: 'accent' }] },
    { spans: [{ text: `${formatRate(facts.eventsPerSecond)} ev/s then` }], drop: 1 },
  ];
  return [
    ...segments,
    ...shedSegments(facts.shed),
    ...clusterSegments(facts, wide, context),
    ...recordingSegments(facts),
  ];
}

function recordingSegments({ recording }: StatusFacts): readonly Segment[] {
  if (recording === 'off') return [];
  return [{ spans: [{ text: recording === 'on' ? 'REC' : 'REC!', tone: 'fail' }] }];
}

function clusterSegments(facts: StatusFacts, wide: boolean, context: Context): readonly Segment[] {
  const { glyphs } = context;
  const segments: Segment[] = [];
  const gone = facts.workers - facts.alive;
  const spans: Span[] = [{ text: `${wide ? 'workers' : 'wk'} ${facts.alive}/${facts.workers}` }];
  if (gone > 0) spans.push({ text: ` ${glyphs.bad}${gone}`, tone: 'fail' });
  segments.push({ spans });
  if (wide) {
    const tasks: Span[] = [{ text: `tasks ${formatCount(facts.tasks)}` }];
    if (facts.failures > 0)
      tasks.push({ text: ` ${glyphs.bad}${formatCount(facts.failures)}`, tone: 'fail' });
    segments.push({ spans: tasks, drop: 2 });
  }
  return segments;
}

/** Whole tasks matter more than their texts. */
function shedSegments({ texts, tasks }: Readonly<Shed>): readonly Segment[] {
  if (texts + tasks === 0) return [];
  const what = tasks > 0 ? `${formatCount(tasks)} tasks` : `${formatCount(texts)} texts`;
  return [{ spans: [{ text: `!shed ${what}`, tone: 'warn' }] }];
}

function liveSegments(facts: StatusFacts): readonly Segment[] {
  const segments: Segment[] = [];
  // A screen that stands still has a count of what it holds back; figures of every second would be all its cost.
  const moves = facts.pausedEvents === undefined;
  if (moves) segments.push({ spans: [{ text: `${formatRate(facts.eventsPerSecond)} ev/s` }], drop: 3 });
  segments.push(...intakeSegments(facts, moves));
  if (facts.quiet !== undefined)
    segments.push({ spans: [{ text: `!quiet ${formatAge(facts.quiet)}`, tone: 'warn' }] });
  if (facts.undecodable > 0) {
    segments.push({ spans: [{ text: `!${formatCount(facts.undecodable)} unreadable`, tone: 'warn' }] });
  }
  segments.push(...shedSegments(facts.shed));
  if (facts.slowLink !== undefined)
    segments.push({ spans: [{ text: `slow link ${facts.slowLink}/s`, tone: 'warn' }] });
  return segments;
}

/** How late and how complete the stream is. That something is missing is never dropped, only said in fewer words. */
function intakeSegments({ lag, completeness }: StatusFacts, moves: boolean): readonly Segment[] {
  const notable = lag !== undefined && lag >= notableLag;
  const seconds = lag === undefined ? '' : lag < 10 ? lag.toFixed(1) : String(Math.round(lag));
  const isSaid = lag !== undefined && (moves || notable);
  const warn = (text: string): readonly Span[] => [{ text: `${notable ? '!' : ''}${text}`, tone: 'warn' }];
  if (completeness === undefined || completeness === 1) {
    if (!isSaid) return [];
    return notable
      ? [{ spans: warn(`lag ${seconds}s`) }]
      : [{ spans: [{ text: `lag ${seconds}s` }], drop: 1 }];
  }
  const percent = formatShare(completeness);
  const whole = `${percent} complete`;
  const short = notable ? `${percent}, ${seconds} s behind` : whole;
  const shortest = notable ? `${percent} lag ${seconds}s` : percent;
  return [
    {
      spans: warn(isSaid ? `${whole}, ${seconds} s behind` : whole),
      shorter: [warn(short), warn(shortest)],
    },
  ];
}

function modeSpans(facts: StatusFacts, context: Context): readonly Span[] {
  const { glyphs } = context;
  const { connection } = facts;
  const seconds = (ms: number): number => Math.max(0, Math.round(ms / 1000));
  switch (connection.kind) {
    case 'ready':
      return facts.pausedEvents === undefined
        ? [{ text: `${glyphs.live} LIVE`, tone: 'accent' }]
        : [{ text: `${glyphs.paused} PAUSED +${formatCount(facts.pausedEvents)}`, tone: 'banner' }];
    case 'connecting':
      return [{ text: `${glyphs.ellipsis} CONNECTING attempt ${connection.attempt}`, tone: 'accent' }];
    case 'closed':
      return [{ text: 'CLOSED', tone: 'banner' }];
    case 'retrying':
    case 'refused': {
      const word = connection.kind === 'refused' ? 'REFUSED' : 'DISCONNECTED';
      const since =
        connection.lostAtMs === undefined ? '' : ` ${seconds(facts.nowMs - connection.lostAtMs)}s`;
      const next = ` retry ${connection.attempt} in ${seconds(connection.retryAtMs - facts.nowMs)}s`;
      return [{ text: `${glyphs.bad} ${word}${since} ${next}`, tone: 'banner' }];
    }
  }
}
