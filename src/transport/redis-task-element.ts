import type { Buffer } from 'node:buffer';
import { decodeTaskEnvelope } from '../protocol/task-envelope.ts';
import type { TaskMessage } from '../protocol/task-message.ts';

/** What an element of a queue's list holds. Never throws: any client can push anything. */
export function readMessage(element: Buffer): {
  readonly message: TaskMessage | undefined;
  readonly flaw: string | undefined;
} {
  const message = textOf(element);
  return { message, flaw: message === undefined ? 'it is not what kombu writes' : undefined };
}

function textOf(element: Buffer): TaskMessage | undefined {
  try {
    return decodeTaskEnvelope(element.toString('utf8'));
  } catch {
    // Longer than a text may be.
    return undefined;
  }
}
