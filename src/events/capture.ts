import type { Subscription, Transport } from '../transport/transport.ts';

/** One run of a receiver: when it ends, and that its subscription then ends too. */
export class Capture {
  #remaining: number;
  readonly #timeoutMs: number | undefined;
  #silence: NodeJS.Timeout | undefined;
  #isEnded = false;
  #settle: { resolve: () => void; reject: (error: unknown) => void } | undefined;

  /** @param timeout seconds of silence */
  constructor(limit: number | undefined, timeout: number | undefined) {
    this.#remaining = limit ?? Number.POSITIVE_INFINITY;
    this.#timeoutMs = timeout === undefined ? undefined : timeout * 1000;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** One event has been handled. */
  count(): void {
    this.#remaining -= 1;
    if (this.#remaining <= 0) this.end();
    else this.#silence?.refresh();
  }

  end(): void {
    this.#isEnded = true;
    this.#settle?.resolve();
  }

  fail(error: unknown): void {
    this.#isEnded = true;
    this.#settle?.reject(error);
  }

  /** Runs a callback of the caller's: what it throws ends the capture, and never reaches the broker's library. */
  guard(callback: () => void): void {
    try {
      callback();
    } catch (error) {
      this.fail(error);
    }
  }

  async run(
    transport: Transport,
    signal: AbortSignal | undefined,
    subscription: Subscription,
  ): Promise<void> {
    // Closed for good: this rejects and says so.
    if (transport.status.kind === 'closed') await transport.ready();
    const end = (): void => this.end();
    const ended = new Promise<void>((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    const stopListening = transport.onStatus(({ kind }) => {
      if (kind === 'closed') end();
    });
    signal?.addEventListener('abort', end);
    if (this.#timeoutMs !== undefined) this.#silence = setTimeout(end, this.#timeoutMs);
    const subscribed = transport.subscribe(subscription);
    subscribed.catch((error) => this.fail(error));
    try {
      await ended;
    } finally {
      clearTimeout(this.#silence);
      signal?.removeEventListener('abort', end);
      stopListening();
      await unsubscribe(subscribed, transport);
    }
  }
}

/** Ends a subscription, now or as soon as it is confirmed; on a lost connection there is nothing left to end. */
async function unsubscribe(subscribed: Promise<() => Promise<void>>, transport: Transport): Promise<void> {
  const stopped = subscribed.then((stop) => stop()).catch(() => undefined);
  if (transport.status.kind === 'ready') await stopped;
}
