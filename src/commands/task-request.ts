import type { callOptions } from '../config/call-options.ts';
import type { ConfigOf } from '../config/config.ts';
import { UsageError } from '../errors.ts';
import { type ExactJson, type ExactObject, parseExactJson } from '../protocol/exact-json.ts';
import { isoUtc, parseIsoTime } from '../protocol/iso-time.ts';
import type { Delivery } from '../protocol/kombu-envelope.ts';
import type { TaskCall } from '../protocol/task-message.ts';
import { defaultQueue } from '../queues/consumed-queues.ts';

type CallSettings = ConfigOf<typeof callOptions>;

/** What `stalk call` was asked to send, checked; without what makes each message unlike any other. */
export type TaskRequest = Omit<TaskCall, 'id' | 'origin' | 'replyTo'> & { readonly target: Delivery };

/** Lists shown in a sentence are cut there. */
const longestQuote = 60;

/**
 * Reads the words and options of `stalk call`.
 * @param now seconds since the epoch
 * @throws UsageError that says what was given and what is allowed
 */
export function readTaskRequest(words: readonly string[], settings: CallSettings, now: number): TaskRequest {
  const [name, ...more] = words;
  if (name === undefined || name.trim() === '') {
    throw new UsageError('stalk call needs the name of a task: stalk call proj.tasks.add');
  }
  if (more.length > 0) {
    throw new UsageError(`stalk call takes one name; arguments are given with -a: ${quoted(more[0] ?? '')}`);
  }
  return {
    name,
    args: readArgs(settings.args),
    kwargs: readKwargs(settings.kwargs),
    eta: readEta(settings, now),
    expires: readExpires(settings.expires, now),
    priority: settings.priority,
    target: readTarget(settings),
  };
}

function readArgs(text: string): readonly ExactJson[] {
  const value = readJson(text, '--args', 'a JSON array');
  if (!isArray(value)) throw wrong('--args', 'a JSON array', text);
  return value;
}

function readKwargs(text: string): ExactObject {
  const value = readJson(text, '--kwargs', 'a JSON object');
  if (!(value instanceof Map)) throw wrong('--kwargs', 'a JSON object', text);
  return value;
}

function readJson(text: string, flag: string, kind: string): ExactJson {
  try {
    return parseExactJson(text);
  } catch (error) {
    throw wrong(flag, kind, text, error instanceof Error ? error.message : '');
  }
}

function readEta({ eta, countdown }: CallSettings, now: number): string | undefined {
  if (eta !== undefined && countdown !== undefined) {
    throw new UsageError('--eta and --countdown exclude each other: both say when the task runs');
  }
  // Celery takes a countdown of 0 for none.
  if (countdown !== undefined) return countdown === 0 ? undefined : isoUtc(now + countdown);
  if (eta === undefined) return undefined;
  const time = parseIsoTime(eta);
  if (time === undefined) throw wrong('--eta', 'a time like 2026-11-22T05:20:20+00:00', eta);
  return time.text;
}

function readExpires(given: string | undefined, now: number): TaskRequest['expires'] {
  if (given === undefined) return undefined;
  const seconds = /^\d+(\.\d+)?$/.test(given) ? Number(given) : undefined;
  const time = seconds === undefined ? parseIsoTime(given) : undefined;
  if (seconds === undefined && time === undefined) {
    throw wrong('--expires', 'seconds, or a time like 2026-11-22T05:20:20+00:00', given);
  }
  const inSeconds = seconds ?? (time?.seconds ?? 0) - now;
  if (inSeconds <= 0) {
    throw new UsageError(`--expires ${quoted(given)} is over already: no worker would run the task`);
  }
  // The most that RabbitMQ takes.
  if (inSeconds > 315_360_000) throw wrong('--expires', 'at most ten years from now', given);
  return { text: time?.text ?? isoUtc(now + inSeconds), inSeconds };
}

function readTarget({ queue, exchange, routingKey, declare }: CallSettings): Delivery {
  if (queue !== undefined && exchange !== undefined) {
    throw new UsageError('--queue and --exchange exclude each other: both say where the task goes');
  }
  if ((exchange === undefined) !== (routingKey === undefined)) {
    throw new UsageError('--exchange and --routing-key go together; a queue alone is named with --queue');
  }
  if (exchange !== undefined && declare) {
    throw new UsageError('--declare creates a queue, and goes with --queue');
  }
  if (queue === '' || exchange === '')
    throw new UsageError('the name of a queue or an exchange is not empty');
  return exchange === undefined
    ? { exchange: '', routingKey: queue ?? defaultQueue }
    : { exchange, routingKey: routingKey ?? '' };
}

function wrong(flag: string, kind: string, given: string, reason = ''): UsageError {
  return new UsageError(`${flag} is ${kind}, not ${quoted(given)}${reason === '' ? '' : `: ${reason}`}`);
}

function quoted(text: string): string {
  return JSON.stringify(text.length > longestQuote ? `${text.slice(0, longestQuote)}…` : text);
}

function isArray(value: ExactJson): value is readonly ExactJson[] {
  return Array.isArray(value);
}
