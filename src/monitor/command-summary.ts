import { type Reply, replyMeaning, terminateOutcome } from '../control/reply.ts';
import type { CommandEntry } from './command-log.ts';

export type ReplyOutcome = 'ok' | 'error';

export interface CommandCounts {
  readonly expected: number;
  /** Of the expected ones, how many have answered. */
  readonly replied: number;
  /** Said ok, expected or not. */
  readonly ok: number;
  readonly error: number;
  readonly silent: number;
  /** Answered though nobody expected them. */
  readonly unexpected: number;
}

/** How the message line marks an entry: still under way, all well, or something to look at. */
export type CommandOutcome = 'pending' | 'ok' | 'problem';

/** Any answer but the worker's own `{"error": …}` is one. */
export function replyOutcome({ value }: Reply): ReplyOutcome {
  return replyMeaning(value).kind === 'error' ? 'error' : 'ok';
}

/** The worker's own words, as it sent them: never clean, and of any length up to 200 characters. */
export function replyText({ value }: Reply): string {
  const meaning = replyMeaning(value);
  const text = meaning.kind === 'value' ? (JSON.stringify(meaning.value) ?? 'nothing') : meaning.text;
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}

export function commandCounts(entry: CommandEntry): CommandCounts {
  const error = entry.replies.filter((reply) => replyOutcome(reply) === 'error').length;
  return {
    expected: entry.expected.length,
    replied: entry.replies.filter(({ expected }) => expected).length,
    ok: entry.replies.length - error,
    error,
    silent: entry.silent.length,
    unexpected: entry.replies.filter(({ expected }) => !expected).length,
  };
}

export function commandOutcome(entry: CommandEntry): CommandOutcome {
  if (entry.failure !== undefined || entry.warning !== undefined) return 'problem';
  if (entry.state === 'pending') return 'pending';
  if (entry.method === 'shutdown') return remaining(entry).length === 0 ? 'ok' : 'problem';
  const { ok, error, silent } = commandCounts(entry);
  const isDone = error === 0 && silent === 0 && ok > 0;
  return isDone && (!terminates(entry) || terminatedBy(entry).length > 0) ? 'ok' : 'problem';
}

/** Those that a repetition would go to: they said error or nothing. */
export function failedOrSilent(entry: CommandEntry): string[] {
  if (entry.method === 'shutdown') return remaining(entry);
  const failed = entry.replies
    .filter((reply) => replyOutcome(reply) === 'error')
    .map(({ hostname }) => hostname);
  return [...new Set([...failed, ...entry.silent])];
}

/** One line for the message line, without a glyph. `now` in seconds since the epoch. */
export function commandSummary(entry: CommandEntry, now: number): string {
  const summary = summaryOf(entry, now);
  return entry.warning === undefined ? summary : `${summary}; ${entry.warning}`;
}

function summaryOf(entry: CommandEntry, now: number): string {
  if (entry.failure !== undefined) return entry.failure;
  if (entry.method === 'shutdown') return shutdownSummary(entry, now);
  if (entry.state === 'pending') return pendingSummary(entry, now);
  const { expected, ok, error, silent } = commandCounts(entry);
  if (terminates(entry) && ok > 0) return terminateSummary(entry);
  if (error === 0 && silent === 0 && ok > 0) {
    const total = Math.max(expected, ok);
    return `${entry.label}  ${ok}/${total} ${total === 1 ? 'worker' : 'workers'} ok`;
  }
  if (ok === 0 && error === 0) {
    const sentence = `No replies within ${entry.timeout.toFixed(1)}s`;
    return entry.note === undefined ? sentence : `${sentence}: ${entry.note}`;
  }
  const parts = [`${ok} ok`];
  if (error > 0) parts.push(`${error} ${error === 1 ? 'error' : 'errors'} (${errorTexts(entry)})`);
  if (silent > 0) parts.push(`${silent} no reply`);
  return `${entry.method}: ${parts.join(', ')}`;
}

/** `tasks unknown` is what every worker but the one that runs the task says; it is no error of theirs. */
function terminateSummary(entry: CommandEntry): string {
  const { error, silent } = commandCounts(entry);
  const by = terminatedBy(entry);
  const parts = [by.length === 0 ? 'no worker had the task any more' : `done by ${by.join(', ')}`];
  if (error > 0) parts.push(`${error} ${error === 1 ? 'error' : 'errors'} (${errorTexts(entry)})`);
  if (silent > 0) parts.push(`${silent} no reply`);
  return `${entry.label}: ${parts.join(', ')}`;
}

function terminates({ method, args }: CommandEntry): boolean {
  return method === 'terminate' || (method === 'revoke' && args['terminate'] === true);
}

function terminatedBy(entry: CommandEntry): readonly string[] {
  return terminateOutcome(entry.replies).terminatedBy;
}

function pendingSummary(entry: CommandEntry, now: number): string {
  const { expected, replied } = commandCounts(entry);
  const to = expected === 0 ? 'to all workers' : `to ${workers(expected)}`;
  const progress = expected === 0 ? `${entry.replies.length} replied` : `${replied} of ${expected} replied`;
  return `${entry.label} ${to}   ${progress}   ${Math.max(0, now - entry.at).toFixed(1)}s`;
}

/** Different errors once each, the first two in words. */
function errorTexts(entry: CommandEntry): string {
  const texts = [...new Set(entry.replies.filter((reply) => replyOutcome(reply) === 'error').map(replyText))];
  const shown = texts.slice(0, 2).map((text) => (text.length > 60 ? `${text.slice(0, 59)}…` : text));
  return texts.length > 2 ? `${shown.join('; ')}; …` : shown.join('; ');
}

/** A worker that shuts down does not answer: what becomes of it is told by its events. */
function shutdownSummary(entry: CommandEntry, now: number): string {
  const left = remaining(entry);
  if (left.length === 0)
    return `${departed(entry)} offline after ${Math.max(0, ...entry.departures.values()).toFixed(1)}s`;
  if (entry.state === 'done') return entry.note ?? `${left.join(', ')} still draining`;
  const sent = `shutdown sent to ${entry.expected.length}`;
  const gone = entry.departures.size;
  if (gone === 0) return `${sent}, waiting for ${entry.expected.length === 1 ? 'it' : 'them'} to go`;
  return `${sent}, ${gone} gone, waiting for ${left.join(', ')}   ${Math.max(0, now - entry.at).toFixed(0)}s`;
}

function departed(entry: CommandEntry): string {
  return entry.expected.length <= 2 ? entry.expected.join(', ') : workers(entry.expected.length);
}

function remaining(entry: CommandEntry): string[] {
  return entry.expected.filter((hostname) => !entry.departures.has(hostname));
}

function workers(count: number): string {
  return `${count} ${count === 1 ? 'worker' : 'workers'}`;
}
