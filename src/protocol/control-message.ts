import { type ExactJson, parseExactJson } from './exact-json.ts';
import type { Headers, Message, OutgoingMessage } from './message.ts';
import { decodeBody } from './serializer.ts';

/** Where and to whom a request goes. `destination` null is every worker; a worker ignores `pattern` without `matcher`. */
export interface ControlRequest {
  readonly method: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly destination: readonly string[] | null;
  readonly pattern: string | null;
  readonly matcher: 'glob' | 'pcre' | null;
}

/** What makes workers answer: without it a request is a cast. */
export interface ReplyAddress {
  readonly ticket: string;
  readonly replyTo: { readonly exchange: string; readonly routing_key: string };
}

export type ControlReply =
  /** One worker each: kombu sends one per message. */
  | { readonly replies: readonly (readonly [hostname: string, value: unknown])[] }
  /** An answer all the same, from a worker whose name cannot be read. */
  | { readonly unreadable: string };

/** A request as kombu puts it, key for key. Mirrors kombu/pidbox.py:Mailbox._publish. */
export function controlMessage(
  request: ControlRequest,
  headers: { readonly clock: number; readonly expires: number },
  reply?: ReplyAddress,
): OutgoingMessage {
  const { method, destination, pattern, matcher } = request;
  const body = { method, arguments: request.arguments, destination, pattern, matcher };
  return {
    body: reply ? { ...body, ticket: reply.ticket, reply_to: reply.replyTo } : body,
    headers: { clock: headers.clock, expires: headers.expires },
    deliveryMode: 2,
  };
}

/** Reads `{hostname: value}`. Never throws. */
export function readControlReply(message: Message): ControlReply {
  const decoded = decodeBody(message, 'task_serializer');
  if ('reason' in decoded) return { unreadable: decoded.reason };
  const { value } = decoded;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { unreadable: 'The answer is not an object with a worker in it.' };
  }
  return { replies: Object.entries(value) };
}

/** The same answers with nothing lost of what Python wrote, by hostname; empty where they cannot be read. Never throws. */
export function readExactReply(message: Message): ReadonlyMap<string, ExactJson> {
  const decoded = decodeBody(message, 'task_serializer', undefined, parseExactJson);
  return 'value' in decoded && decoded.value instanceof Map ? decoded.value : new Map();
}

/** The ticket of the request that a reply answers. */
export function replyTicket(headers: Headers): string | undefined {
  const ticket = headers['ticket'];
  return typeof ticket === 'string' ? ticket : undefined;
}
