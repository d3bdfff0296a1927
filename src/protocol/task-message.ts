import { type ExactJson, ExactNumber, type ExactObject } from './exact-json.ts';
import { isoUtc } from './iso-time.ts';
import { pythonDumps } from './python-dumps.ts';
import { parsePythonJson } from './python-json.ts';
import { saferepr } from './saferepr.ts';

/** A message of a task queue, whichever broker it is on. Whatever belongs to one delivery only is not part of it. */
export interface TaskMessage {
  /** The bytes as they are: serialized, and compressed if a header says so. */
  readonly body: Uint8Array;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  readonly headers: ExactObject;
  /** By kombu's names: correlation_id, reply_to, priority, delivery_mode, expiration, … */
  readonly properties: ExactObject;
}

/** What of a message a person knows it by. */
export interface TaskIdentity {
  readonly name: string | undefined;
  readonly id: string | undefined;
}

export interface TaskCall {
  readonly id: string;
  readonly name: string;
  readonly args: readonly ExactJson[];
  readonly kwargs: ExactObject;
  /** As `isoformat()` writes it. */
  readonly eta?: string | undefined;
  /** When it is too late to run, and how many seconds that is from now. */
  readonly expires?: { readonly text: string; readonly inSeconds: number } | undefined;
  readonly priority?: number | undefined;
  /** Who sends: `gen1234@host`. */
  readonly origin: string;
  /** Where an `rpc://` result backend would answer to. */
  readonly replyTo: string;
}

/**
 * The message of a task in version 2 of the protocol, byte for byte what Celery sends. Mirrors
 * celery/app/amqp.py:as_task_v2 and celery/app/base.py:send_task.
 */
export function taskMessage(call: TaskCall): TaskMessage {
  const { id, args, kwargs, expires, priority = 0, replyTo } = call;
  const embed = { callbacks: null, errbacks: null, chain: null, chord: null };
  return {
    body: new TextEncoder().encode(pythonDumps([args, kwargs, embed])),
    contentType: 'application/json',
    contentEncoding: 'utf-8',
    headers: taskHeaders(call),
    properties: new Map<string, ExactJson>([
      ['correlation_id', id],
      ['reply_to', replyTo],
      ['delivery_mode', int(2)],
      ...(expires === undefined
        ? []
        : [['expiration', String(Math.trunc(expires.inSeconds * 1000))] as const]),
      ['priority', int(priority)],
    ]),
  };
}

function taskHeaders({ id, name, args, kwargs, eta, expires, origin }: TaskCall): ExactObject {
  return new Map<string, ExactJson>([
    ['lang', 'py'],
    ['task', name],
    ['id', id],
    ['shadow', null],
    ['eta', eta ?? null],
    ['expires', expires?.text ?? null],
    ['group', null],
    ['group_index', null],
    ['retries', int(0)],
    ['timelimit', [null, null]],
    ['root_id', id],
    ['parent_id', null],
    // Celery's command line hands on a list where its library hands on a tuple; an empty one becomes a tuple.
    ['argsrepr', saferepr(args, { tuple: args.length === 0 })],
    ['kwargsrepr', saferepr(kwargs)],
    ['origin', origin],
    ['ignore_result', false],
    ['replaced_task_nesting', int(0)],
    ['stamped_headers', null],
    ['stamps', new Map()],
  ]);
}

/** `countdown` seconds from `now`, both in seconds. */
export function etaAfter(countdown: number, now: number): string {
  return isoUtc(now + countdown);
}

/** Bodies above this are not taken apart only to learn a name. */
const longestBody = 1024 * 1024;

/** Name and id, from the headers, or from the body of protocol 1, which has them there. Never throws. */
export function taskIdentity({ headers, body, contentType }: TaskMessage): TaskIdentity {
  const name = headers.get('task');
  if (typeof name === 'string') return { name, id: asText(headers.get('id')) };
  if (contentType !== 'application/json' || headers.has('compression') || body.byteLength > longestBody) {
    return { name: undefined, id: undefined };
  }
  try {
    const value = parsePythonJson(new TextDecoder().decode(body));
    return isRecord(value) ? { name: asText(value['task']), id: asText(value['id']) } : nobody;
  } catch {
    return nobody;
  }
}

const nobody: TaskIdentity = { name: undefined, id: undefined };

/** Priority of a message as kombu reads it: whole, from 0 to 9, 0 when there is none. */
export function kombuPriority({ properties }: Pick<TaskMessage, 'properties'>): number {
  const given = properties.get('priority');
  const value = given instanceof ExactNumber ? given.value : typeof given === 'string' ? Number(given) : 0;
  return Number.isFinite(value) ? Math.max(0, Math.min(9, Math.trunc(value))) : 0;
}

function int(value: number): ExactNumber {
  return new ExactNumber(String(value));
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
