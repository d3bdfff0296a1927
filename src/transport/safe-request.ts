import type { OutgoingMessage } from '../protocol/message.ts';

/**
 * The last guard before a control exchange: what a worker cannot take apart stops or deafens it (protocol.md C.3, I.1,
 * I.2, I.3), so it never leaves. Throws TypeError, because only a fault of ours gets here.
 */
export function assertSafeRequest(message: OutgoingMessage): void {
  const { body, headers } = message;
  if (!isRecord(body)) throw new TypeError('A control request is an object.');
  if (typeof body['method'] !== 'string' || body['method'] === '') {
    throw new TypeError('A control request names its method.');
  }
  const args = body['arguments'];
  if (args !== undefined && args !== null && !isRecord(args)) {
    throw new TypeError('The arguments of a control request are an object.');
  }
  assertSafeDestination(body['destination']);
  const matcher = body['matcher'];
  if (matcher !== undefined && matcher !== null && matcher !== 'glob' && matcher !== 'pcre') {
    throw new TypeError('The matcher of a control request is glob or pcre.');
  }
  if (!isRecord(headers)) throw new TypeError('The headers of a control request are an object.');
}

/** An empty list means every worker to Celery, and a string matches parts of names: neither is ever meant. */
function assertSafeDestination(destination: unknown): void {
  if (destination === undefined || destination === null) return;
  const isList = Array.isArray(destination) && destination.length > 0;
  if (!isList || !destination.every((name) => typeof name === 'string' && name !== '')) {
    throw new TypeError('The destination of a control request is a list of at least one node name.');
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
