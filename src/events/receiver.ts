import { Mailbox } from '../control/mailbox.ts';
import { UsageError } from '../errors.ts';
import type { Event } from '../protocol/event.ts';
import { decodeEventMessage, type UndecodableSample } from '../protocol/event-message.ts';
import { LamportClock } from '../protocol/lamport-clock.ts';
import type { Message } from '../protocol/message.ts';
import { defaultEventExchange } from '../protocol/names.ts';
import type { Transport } from '../transport/transport.ts';
import { Capture } from './capture.ts';
import { decompress } from './decompress.ts';
import { EventStamp } from './event-stamp.ts';

export type EventHandler = (event: Event) => void | Promise<void>;

export interface ReceiverOptions {
  /** By exact event type; `'*'` takes the events that have no handler of their own. */
  readonly handlers?: Readonly<Record<string, EventHandler>>;
  /** `event_exchange`; default what the transport was opened with, else `celeryev`. */
  readonly exchange?: string;
  /** Sends the wake-up; default: one on the same transport. */
  readonly mailbox?: Mailbox;
  /**
   * Shifts timestamps by the sender's `utcoffset` as Celery's Receiver does. Off by default: timestamps are true UTC
   * already, and the shift makes workers in other time zones hours early or late (protocol.md A.6).
   */
  readonly applyUtcoffset?: boolean;
  /** Seconds since the epoch; default the system's clock. */
  readonly now?: () => number;
  readonly clock?: LamportClock;
  /** The broker has confirmed the subscription: once at first, and again after every reconnect. */
  readonly onReady?: () => void;
  /** Gets each message before its events are handed out. */
  readonly onMessage?: (message: Message) => void;
  /** A message or an element of a list was not an event. */
  readonly onUndecodable?: (sample: UndecodableSample) => void;
  /** Takes what a handler throws, so that capturing goes on; without it `capture` ends and rejects with the error. */
  readonly onError?: (error: unknown, event: Event) => void;
}

export interface CaptureOptions {
  /** Ends after this many events; default never. */
  readonly limit?: number;
  /** Ends after this many seconds without an event; default never. */
  readonly timeout?: number;
  /** Asks all workers for a heartbeat, so that they show at once; default true. */
  readonly wakeup?: boolean;
  /** Ends quietly when it aborts. */
  readonly signal?: AbortSignal;
}

/** What was received and could not be read as events. */
export interface Undecodable {
  readonly count: number;
  readonly lastSample?: UndecodableSample;
}

/**
 * Captures the events of a cluster and hands each to its handler. Mirrors celery/events/receiver.py:EventReceiver.
 * @example
 * const receiver = new Receiver(broker, { handlers: { 'task-failed': (event) => alert(event), '*': (event) => state.event(event) } });
 * await receiver.capture({ wakeup: true, signal });
 */
export class Receiver {
  readonly #transport: Transport;
  readonly #options: ReceiverOptions;
  readonly #handlers: ReadonlyMap<string, EventHandler>;
  readonly #mailbox: Mailbox;
  readonly #stamp: EventStamp;
  readonly #now: () => number;
  #eventCount = 0;
  #undecodable: Undecodable = { count: 0 };

  constructor(broker: Transport, options: ReceiverOptions = {}) {
    const now = options.now ?? (() => Date.now() / 1000);
    this.#transport = broker;
    this.#options = options;
    this.#handlers = new Map(Object.entries(options.handlers ?? {}));
    this.#mailbox = options.mailbox ?? new Mailbox(broker, { now });
    this.#stamp = new EventStamp(options.clock ?? new LamportClock(), options.applyUtcoffset ?? false);
    this.#now = now;
  }

  /** Events handed out since this receiver was made. */
  get eventCount(): number {
    return this.#eventCount;
  }

  get undecodable(): Undecodable {
    return this.#undecodable;
  }

  /**
   * Receives until `limit`, `timeout` or `signal` ends it, or the broker is closed; it outlives lost connections.
   * Unlike Celery's it resolves on a timeout, where Celery raises `socket.timeout`, and `limit` counts events, where
   * Celery's counts reads of the socket.
   * @throws what a handler throws, unless `onError` takes it; UsageError for a limit or timeout that is none.
   */
  async capture({ limit, timeout, wakeup = true, signal }: CaptureOptions = {}): Promise<void> {
    if (limit !== undefined && !(Number.isInteger(limit) && limit > 0)) {
      throw new UsageError('The limit of a capture is a whole number of events, 1 or more.');
    }
    if (timeout !== undefined && !(Number.isFinite(timeout) && timeout > 0)) {
      throw new UsageError('The timeout of a capture is a number of seconds above 0.');
    }
    if (signal?.aborted) return;
    const capture = new Capture(limit, timeout);
    await capture.run(this.#transport, signal, {
      exchange: this.#options.exchange ?? this.#transport.options?.eventExchange ?? defaultEventExchange,
      type: 'topic',
      onMessage: (message) => capture.guard(() => this.#receive(message, capture)),
      onReady: () => {
        capture.guard(() => this.#options.onReady?.());
        if (wakeup) this.#wakeUp();
      },
    });
  }

  #receive(message: Message, capture: Capture): void {
    this.#options.onMessage?.(message);
    const { events, undecodable, sample } = decodeEventMessage(message, decompress);
    if (sample) {
      this.#undecodable = { count: this.#undecodable.count + undecodable, lastSample: sample };
      this.#options.onUndecodable?.(sample);
    }
    const now = this.#now();
    for (const event of events) {
      if (capture.isEnded) return;
      this.#handle(this.#stamp.apply(event, now), capture);
      capture.count();
    }
  }

  #handle(event: Event, capture: Capture): void {
    this.#eventCount += 1;
    const handler = this.#handlers.get(event.type) ?? this.#handlers.get('*');
    if (!handler) return;
    try {
      const result = handler(event);
      if (result instanceof Promise) this.#awaitHandler(result, event, capture);
    } catch (error) {
      this.#handlerFailed(error, event, capture);
    }
  }

  /** Apart, so that only an event whose handler is asynchronous pays for a closure. */
  #awaitHandler(result: Promise<void>, event: Event, capture: Capture): void {
    result.catch((error: unknown) => this.#handlerFailed(error, event, capture));
  }

  #handlerFailed(error: unknown, event: Event, capture: Capture): void {
    if (this.#options.onError) this.#options.onError(error, event);
    else capture.fail(error);
  }

  /** A cast is lost when the connection has just gone; the next confirmation sends another. */
  #wakeUp(): void {
    this.#mailbox.cast('heartbeat', {}).catch(() => undefined);
  }
}
