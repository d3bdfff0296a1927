import type { Message } from '../protocol/message.ts';
import { mailboxExchange } from '../protocol/names.ts';
import { type Commands, callCommand } from './demo-command-call.ts';
import { controlCommands } from './demo-commands.ts';
import type { DemoElections } from './demo-election.ts';
import { encodeJson } from './demo-events.ts';
import { inspectCommands } from './demo-inspections.ts';
import type { DemoParts } from './demo-parts.ts';
import type { DemoWorker } from './demo-worker.ts';
import { PythonError } from './python-error.ts';
import { reprString } from './python-repr.ts';

/** A request as kombu's mailbox takes it apart (protocol.md C.2). */
interface ControlRequest {
  readonly method: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly isFor: (hostname: string) => boolean;
  readonly ticket: string | null;
  /** Where to answer; without it nothing is answered. */
  readonly replyQueue: string | undefined;
}

/** Old names that still work on the wire. */
const aliases: Readonly<Record<string, string>> = {
  dump_active: 'active',
  dump_reserved: 'reserved',
  dump_revoked: 'revoked',
  dump_schedule: 'scheduled',
  dump_tasks: 'registered',
  dump_conf: 'conf',
};

const commands: Commands = new Map([...controlCommands, ...inspectCommands]);

/**
 * The mailbox of one worker on the control exchange: the broker counts it among the receivers of a request, as Redis
 * does. Returns what ends it.
 */
export function listenForControl(parts: DemoParts, worker: DemoWorker, elections: DemoElections): () => void {
  return parts.broker.listen(mailboxExchange(), (message) => {
    const request = parseRequest(message);
    if (!request?.isFor(worker.state.hostname)) return;
    parts.agenda.after(parts.chance.between(0.002, 0.009), () => {
      worker.whenResponsive(() => handle(parts, worker, request, elections));
    });
  });
}

function handle(
  parts: DemoParts,
  worker: DemoWorker,
  request: ControlRequest,
  elections: DemoElections,
): void {
  if (worker.state.stage !== 'running') return;
  const value = run({ parts, worker, elections }, request);
  // A worker that was told to shut down does not come to answering.
  if (request.replyQueue === undefined || value === undefined) return;
  parts.broker.send(request.replyQueue, {
    body: encodeJson({ [worker.state.hostname]: value }),
    headers: { ticket: request.ticket, clock: worker.mailboxClock.forward() },
  });
}

function run(context: Parameters<typeof callCommand>[1], request: ControlRequest): unknown {
  const name = aliases[request.method] ?? request.method;
  try {
    const command = commands.get(name);
    if (command === undefined) throw new PythonError(`KeyError(${reprString(request.method)})`);
    return callCommand(command, context, name, request.arguments);
  } catch (error) {
    if (error instanceof PythonError) return { error: error.repr };
    throw error;
  }
}

/** undefined for what a worker would only log. */
function parseRequest(message: Message): ControlRequest | undefined {
  const body = asRecord(parseJson(message.body));
  const method = body?.['method'];
  if (body === undefined || typeof method !== 'string') return undefined;
  const isFor = destinationOf(body);
  const replyTo = asRecord(body['reply_to']);
  const replyQueue = replyTo?.['routing_key'];
  return (
    isFor && {
      method,
      arguments: asRecord(body['arguments']) ?? {},
      isFor,
      ticket: typeof body['ticket'] === 'string' ? body['ticket'] : null,
      replyQueue: typeof replyQueue === 'string' ? replyQueue : undefined,
    }
  );
}

/** An empty destination is everybody; a string is searched for the name, as Python's `in` does. */
function destinationOf(body: Readonly<Record<string, unknown>>): ControlRequest['isFor'] | undefined {
  const { destination, pattern, matcher } = body as Record<string, unknown>;
  if (Array.isArray(destination) && destination.length > 0)
    return (hostname) => destination.includes(hostname);
  if (typeof destination === 'string' && destination !== '')
    return (hostname) => destination.includes(hostname);
  if (typeof pattern !== 'string' || pattern === '' || typeof matcher !== 'string') return () => true;
  const expression =
    matcher === 'glob' ? globExpression(pattern) : matcher === 'pcre' ? `^(?:${pattern})` : undefined;
  if (expression === undefined) return undefined;
  try {
    const compiled = new RegExp(expression);
    return (hostname) => compiled.test(hostname);
  } catch {
    return undefined;
  }
}

/** Python's fnmatch: `*`, `?` and `[seq]`. */
function globExpression(pattern: string): string {
  const escaped = pattern.replace(/[\\^$.|+(){}]/g, '\\$&');
  return `^${escaped.replaceAll('*', '.*').replaceAll('?', '.').replaceAll('[!', '[^')}$`;
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
