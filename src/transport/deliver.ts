import type { Message } from '../protocol/message.ts';

/**
 * Hands a message over outside the reach of the broker's library: an exception in our own code must surface as the bug
 * it is, not close a channel as if the broker had failed.
 */
export function deliver(onMessage: (message: Message) => void, message: Message): void {
  try {
    onMessage(message);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
