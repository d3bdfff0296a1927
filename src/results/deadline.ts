/** A signal that aborts after so many seconds, or when another one does. `release` ends both. */
export interface Deadline {
  readonly signal: AbortSignal;
  release(): void;
}

/** Made by hand: an `AbortSignal.any` of an `AbortSignal.timeout` can be collected as garbage before it aborts. */
export function deadline(seconds: number, other?: AbortSignal): Deadline {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const timer = setTimeout(abort, seconds * 1000);
  other?.addEventListener('abort', abort);
  if (other?.aborted) abort();
  return {
    signal: controller.signal,
    release: () => {
      clearTimeout(timer);
      other?.removeEventListener('abort', abort);
    },
  };
}
