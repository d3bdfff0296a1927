import { BrokerRefusedError, BrokerUnreachableError } from '../errors.ts';
import { type BrokerAddress, redactUrl } from '../protocol/broker-url.ts';
import type { Message, OutgoingMessage } from '../protocol/message.ts';
import type { Timers } from '../timers.ts';
import type { ConnectionStatus } from './connection-status.ts';
import { deliver } from './deliver.ts';
import { withHiddenPassword } from './hidden-password.ts';
import { assertSafeRequest } from './safe-request.ts';
import type { BrokerError, OpenSession, Session } from './session.ts';
import { realTimers } from './timers.ts';
import type { QueueDeclaration, ReplyQueue, Subscription, Transport, TransportOptions } from './transport.ts';

const backoffMs = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000] as const;
const refusedBackoffMs = 30_000;
/** A session shorter than this does not reset the back-off: a broker that accepts and drops at once is not hammered. */
const stableAfterMs = 5_000;

/** Milliseconds before retry number `attempt` (1, 2, …): 1, 2, 4, 8, 15, then always 30 s. */
export function retryDelayMs(attempt: number): number {
  return backoffMs[Math.min(attempt, backoffMs.length) - 1] ?? refusedBackoffMs;
}

interface Registration {
  readonly subscription: Subscription;
  /** Where it lives now: one that lives on another session than the current one is to be restored. */
  home: { readonly session: Session; readonly end: () => Promise<void> } | undefined;
  ended: boolean;
}

/**
 * The policy of every adapter, once: opens sessions one after the other with back-off, subscribes again on each, tells
 * the status. A refusal (credentials, vhost, permission) at the first connection is retried every 30 s only.
 */
export class ReconnectingTransport implements Transport {
  readonly address: BrokerAddress;
  readonly options: TransportOptions;
  readonly #open: OpenSession;
  readonly #timers: Timers;
  readonly #listeners = new Set<(status: ConnectionStatus) => void>();
  readonly #registrations = new Set<Registration>();
  readonly #closing = new AbortController();
  #status: ConnectionStatus = { kind: 'connecting', attempt: 1 };
  #session: Session | undefined;
  /** Retries since the last stable session. */
  #attempt = 0;
  #lostAtMs: number | undefined;
  #cutBackoff: (() => void) | undefined;
  /** The end of the previous session: the loss of it is told meanwhile, and the next one is opened after it. */
  #goodbye: Promise<void> | undefined;
  readonly #ended: Promise<void>;

  constructor(
    address: BrokerAddress,
    open: OpenSession,
    timers: Timers = realTimers,
    options: TransportOptions = {},
  ) {
    this.address = withHiddenPassword(address);
    this.options = options;
    this.#open = open;
    this.#timers = timers;
    this.#ended = this.#run();
  }

  get status(): ConnectionStatus {
    return this.#status;
  }

  onStatus(listener: (status: ConnectionStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  ready(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        if (this.#status.kind === 'ready') finish(resolve);
        else if (this.#status.kind === 'closed' || signal?.aborted)
          finish(() => reject(this.#notConnected()));
      };
      const finish = (outcome: () => void): void => {
        stop();
        signal?.removeEventListener('abort', settle);
        outcome();
      };
      const stop = this.onStatus(settle);
      signal?.addEventListener('abort', settle);
      settle();
    });
  }

  retryNow(): void {
    this.#cutBackoff?.();
  }

  async subscribe(subscription: Subscription): Promise<() => Promise<void>> {
    const registration: Registration = { subscription, home: undefined, ended: false };
    this.#registrations.add(registration);
    const session = this.#session;
    if (session) await this.#subscribeNow(session, registration);
    return async () => {
      registration.ended = true;
      this.#registrations.delete(registration);
      // Also on a session that is not current yet; on one that is over it does nothing.
      await registration.home?.end();
    };
  }

  async broadcast(
    exchange: string,
    message: OutgoingMessage,
  ): Promise<{ readonly receivers: number | undefined }> {
    assertSafeRequest(message);
    return await this.#connected('The request was not sent').broadcast(exchange, message);
  }

  async openReplyQueue(
    onMessage: (message: Message) => void,
    onFailure?: (reason: Error) => void,
  ): Promise<ReplyQueue> {
    return await this.#connected('The request was not sent').openReplyQueue(onMessage, onFailure);
  }

  async queueConflict(queue: QueueDeclaration): Promise<string | undefined> {
    return await this.#connected('The request was not sent').queueConflict?.(queue);
  }

  async unreadQueues(queues: readonly string[]): Promise<readonly string[]> {
    return (await this.#connected('The queues were not looked at').unreadQueues?.(queues)) ?? [];
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#cutBackoff?.();
    await this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const error = await this.#live(signal);
      if (error && !signal.aborted) await this.#backOff(error);
      await this.#goodbye;
    }
    this.#setStatus({ kind: 'closed' });
  }

  /** One session from opening to its end; resolves with why it ended, or nothing when we closed it. */
  async #live(signal: AbortSignal): Promise<BrokerError | undefined> {
    let opened: Session | undefined;
    const closed = aborted(signal);
    try {
      const session = await this.#open(signal);
      opened = session;
      const cutShort = Promise.race([session.lost, closed.promise]);
      for (let pending = this.#pending(session); pending.length > 0; pending = this.#pending(session)) {
        const restored = Promise.all(pending.map((each) => this.#establish(session, each)));
        const lost = await Promise.race([restored.then(() => undefined), cutShort]);
        if (lost || signal.aborted) return lost;
      }
      return await this.#stayReady(session, cutShort);
    } catch (error) {
      if (error instanceof BrokerRefusedError || error instanceof BrokerUnreachableError) return error;
      throw error;
    } finally {
      closed.stop();
      this.#session = undefined;
      this.#goodbye = opened?.close();
    }
  }

  async #stayReady(
    session: Session,
    cutShort: Promise<BrokerError | undefined>,
  ): Promise<BrokerError | undefined> {
    const sinceMs = this.#timers.nowMs();
    this.#session = session;
    this.#setStatus({ kind: 'ready', sinceMs });
    for (const { home, subscription } of [...this.#registrations]) {
      // One that a listener has just made is confirmed later, and tells then.
      if (home?.session === session) tellReady(subscription);
    }
    const reason = await cutShort;
    this.#lostAtMs = this.#timers.nowMs();
    if (this.#lostAtMs - sinceMs >= stableAfterMs) this.#attempt = 0;
    return reason;
  }

  #pending(session: Session): Registration[] {
    return [...this.#registrations].filter((each) => each.home?.session !== session);
  }

  async #subscribeNow(session: Session, registration: Registration): Promise<void> {
    try {
      await this.#establish(session, registration);
    } catch (error) {
      // Lost meanwhile: the next session restores it. Still there: the broker refuses this one subscription.
      if (this.#session !== session) return;
      this.#registrations.delete(registration);
      throw error;
    }
    if (this.#session === session && !registration.ended) tellReady(registration.subscription);
  }

  async #establish(session: Session, registration: Registration): Promise<void> {
    const end = await session.subscribe(registration.subscription);
    if (registration.ended) await end();
    else registration.home = { session, end };
  }

  #backOff(error: BrokerError): Promise<void> {
    this.#attempt += 1;
    const kind = error instanceof BrokerRefusedError ? 'refused' : 'retrying';
    // A broker that once let us in may refuse for a moment while it restarts: back off to 30 s step by step then.
    const isFinal = kind === 'refused' && this.#lostAtMs === undefined;
    const delayMs = isFinal ? refusedBackoffMs : retryDelayMs(this.#attempt);
    return new Promise((resolve) => {
      const cancel = this.#timers.after(delayMs, () => this.#cutBackoff?.());
      this.#cutBackoff = () => {
        this.#cutBackoff = undefined;
        cancel();
        resolve();
      };
      this.#setStatus({
        kind,
        attempt: this.#attempt,
        retryAtMs: this.#timers.nowMs() + delayMs,
        lostAtMs: this.#lostAtMs,
        error: error.message,
      });
    });
  }

  #setStatus(status: ConnectionStatus): void {
    this.#status = status;
    for (const listener of [...this.#listeners]) deliver(listener, status);
  }

  #connected(attempted: string): Session {
    if (this.#session) return this.#session;
    throw this.#notConnected(attempted);
  }

  /** The error for who needs a connection now: the broker's own reason when it gave one. */
  #notConnected(attempted?: string): BrokerError {
    const status = this.#status;
    const prefix = attempted === undefined ? '' : `${attempted}: `;
    if (status.kind === 'refused') return new BrokerRefusedError(prefix + status.error);
    if (status.kind === 'retrying') return new BrokerUnreachableError(prefix + status.error);
    const state = status.kind === 'closed' ? 'has been closed' : 'is not established yet';
    return new BrokerUnreachableError(`${prefix}the connection to ${redactUrl(this.address)} ${state}.`);
  }
}

function tellReady({ onReady }: Subscription): void {
  if (onReady) deliver(onReady, undefined);
}

/** A promise for the abort of `signal`, with a way to stop listening: a long-lived signal must not collect listeners. */
function aborted(signal: AbortSignal): { promise: Promise<undefined>; stop: () => void } {
  let stop = (): void => {};
  const promise = new Promise<undefined>((resolve) => {
    const onAbort = (): void => resolve(undefined);
    stop = () => signal.removeEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort);
  });
  return { promise, stop };
}
