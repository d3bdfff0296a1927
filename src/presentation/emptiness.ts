import type { Context } from './context.ts';
import { formatAge, formatCount } from './format.ts';
import type { Line } from './line.ts';
import { fitLine } from './line-layout.ts';
import { wrap } from './text.ts';

/** What the monitor knows when there is nothing to list. */
export interface EmptinessFacts {
  /** The broker's URL without its password. */
  readonly brokerLabel: string;
  /** Times are milliseconds since the epoch, as the connection itself has them. */
  readonly connection: {
    readonly kind: 'connecting' | 'ready' | 'retrying' | 'refused' | 'closed';
    readonly sinceMs?: number;
    readonly error?: string;
  };
  /** Names of the workers that answered ping. */
  readonly workersAnswered: readonly string[];
  /** How many workers have sent a task event. */
  readonly workersSending: number;
  readonly sentSeen: boolean;
  /** A filter is in force. */
  readonly filtered: boolean;
  /** Tasks in memory, whatever the filter. */
  readonly total: number;
  /** The key that opens the workers. */
  readonly workersKey?: string;
}

/** Why there is nothing to see and what can be done about it, never a blank screen. */
export function emptinessLines(facts: EmptinessFacts, width: number, context: Context): readonly Line[] {
  const lines = facts.filtered && facts.total > 0 ? hiddenByFilter(facts) : nothingYet(facts, width, context);
  return lines.map((line) => fitLine(line, width, context));
}

function hiddenByFilter({ total }: EmptinessFacts): Line[] {
  return [[], [{ text: `   0 of ${formatCount(total)} match. Esc clears the filter.` }]];
}

function nothingYet(facts: EmptinessFacts, width: number, context: Context): Line[] {
  return [
    [],
    [{ text: `   No task events yet.${width < 50 ? '' : ' What this monitor can see:'}`, tone: 'strong' }],
    [],
    ...brokerLines(facts, width, context),
    ...(facts.connection.kind === 'ready' ? clusterLines(facts, width, context) : []),
  ];
}

function brokerLines(
  { connection, brokerLabel }: EmptinessFacts,
  width: number,
  context: Context,
): readonly Line[] {
  switch (connection.kind) {
    case 'ready': {
      const since = connection.sinceMs ?? context.now * 1000;
      const age = formatAge(context.now - since / 1000);
      return fact('ok', 'broker', `${brokerLabel}   connected ${age}`, width, context);
    }
    case 'refused':
      return fact(
        'bad',
        'broker',
        `${brokerLabel}   refused: ${connection.error ?? 'no reason given'}`,
        width,
        context,
      );
    case 'retrying':
      return fact('bad', 'broker', `${brokerLabel}   ${connection.error ?? 'not reachable'}`, width, context);
    case 'connecting':
      return fact('none', 'broker', `${brokerLabel}   connecting`, width, context);
    case 'closed':
      return fact('bad', 'broker', `${brokerLabel}   closed`, width, context);
  }
}

function clusterLines(facts: EmptinessFacts, width: number, context: Context): Line[] {
  const count = facts.workersAnswered.length;
  const workers = count === 0 ? 'none answered ping yet' : `${count} answered ping: ${names(facts, width)}`;
  const sending = Math.min(facts.workersSending, Math.max(count, facts.workersSending));
  const all = Math.max(count, sending);
  const seen = `seen from ${sending} of ${all} ${all === 1 ? 'worker' : 'workers'}`;
  // An idle worker looks just like one whose events are off, and does not say which it is.
  const eventsText = count === 0 ? 'none seen' : sending > 0 ? seen : `${seen}: off, or nothing has run yet`;
  const sent = facts.sentSeen
    ? 'seen: clients tell when they send a task'
    : 'never seen: tasks appear when a worker receives them';
  return [
    ...fact(count === 0 ? 'bad' : 'ok', 'workers', workers, width, context),
    ...fact(sending === 0 ? 'none' : 'ok', 'events', eventsText, width, context),
    ...fact(facts.sentSeen ? 'ok' : 'none', 'sent', sent, width, context),
    [],
    ...advice(facts).flatMap((text) =>
      wrap(text, Math.max(10, width - 4)).map((row): Line => (row === '' ? [] : [{ text: `   ${row}` }])),
    ),
  ];
}

function names({ workersAnswered }: EmptinessFacts, width: number): string {
  const shown = workersAnswered
    .slice(0, Math.max(1, Math.floor(width / 16)))
    .map((name) => name.slice(0, 60));
  const more = workersAnswered.length - shown.length;
  return `${shown.join(' ')}${more > 0 ? ` and ${formatCount(more)} more` : ''}`;
}

function advice(facts: EmptinessFacts): string[] {
  const count = facts.workersAnswered.length;
  if (count === 0) {
    return ['Start a worker on this broker (celery -A proj worker -E); it shows up here by itself.'];
  }
  const already = `Workers and control commands already work${facts.workersKey === undefined ? '.' : `: press ${facts.workersKey}.`}`;
  if (facts.workersSending > 0) {
    return ['Task events are on. A task shows up here as soon as a worker receives it.', '', already];
  }
  const which = count === 1 ? 'this worker' : `these ${formatCount(count)} workers`;
  return [
    `Press E to turn on task events on ${which} (enable_events) if tasks run and none shows here. It lasts until ${count === 1 ? 'it restarts' : 'they restart'}. To keep it, start with -E or set`,
    '  worker_send_task_events = True',
    '  task_send_sent_event = True',
    '',
    already,
  ];
}

/** One fact, going on below itself where the terminal is narrow. */
function fact(
  mark: 'ok' | 'bad' | 'none',
  label: string,
  text: string,
  width: number,
  context: Context,
): readonly Line[] {
  const tone = { ok: 'plain', bad: 'fail', none: 'muted' } as const;
  const head = `   ${context.glyphs[mark]} ${label.padEnd(8)}`;
  const rows = wrap(text.slice(0, 2000), Math.max(10, width - head.length));
  return rows.map((row, index) => [
    index === 0 ? { text: head, tone: tone[mark] } : { text: ' '.repeat(head.length) },
    { text: row.trimEnd() },
  ]);
}
