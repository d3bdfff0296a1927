/**
 * Hands a message, a failure or a status over outside the reach of the broker's library: an exception in our own code must surface as the bug
 * it is, not close a channel as if the broker had failed.
 */
export function deliver<T>(listener: (delivered: T) => void, delivered: T): void {
  try {
    listener(delivered);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
