import { UnroutableError } from '../errors.ts';
import { NotCarriedError } from './task-queues.ts';

/** An outcome of an operation on queues that is about the message or the caller, never about the connection. */
export function isOwnVerdict(error: unknown): boolean {
  if (error instanceof NotCarriedError || error instanceof UnroutableError) return true;
  return error instanceof DOMException && error.name === 'AbortError';
}
