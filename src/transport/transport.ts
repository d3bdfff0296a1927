import type { BrokerAddress } from '../protocol/broker-url.ts';
import type { Message, OutgoingMessage } from '../protocol/message.ts';
import type { ConnectionStatus } from './connection-status.ts';

/** What to listen to: a fan-out of messages, every subscriber gets its own copy. */
export interface Subscription {
  /** `celeryev`, or the name that `event_exchange` gives it. */
  readonly exchange: string;
  /** AMQP exchange type to declare; on Redis both are pub/sub. `topic` for events, `fanout` for control. */
  readonly type: 'topic' | 'fanout';
  readonly onMessage: (message: Message) => void;
  /** Called each time the broker has confirmed the subscription: once at first, then after every reconnect. */
  readonly onReady?: () => void;
}

export interface ReplyQueue {
  /** Goes into the request as `reply_to`: workers then answer straight to our queue or list. */
  readonly replyTo: { readonly exchange: ''; readonly routing_key: string };
  /** Deletes the queue or list; safe to call twice and after a lost connection. */
  close(): Promise<void>;
}

/** What a worker declares when `add_consumer` names a queue that it does not know: all durable, bound with any key. */
export interface QueueDeclaration {
  readonly name: string;
  readonly exchange: string;
  readonly exchangeType: 'direct' | 'topic' | 'fanout';
  /** `task_queue_max_priority` of the worker. */
  readonly maxPriority?: number;
}

/**
 * The port between Celery's protocols and a broker. One object lives as long as the program: it reconnects by itself
 * with back-off and subscribes again, so nothing above it ever holds a socket.
 *
 * Deliberately not part of it: serialization of events, tickets, timeouts, any knowledge of Celery's commands.
 */
export interface Transport {
  readonly address: BrokerAddress;
  /** The settings of the cluster that it was opened with: Receiver and Mailbox take their default names from here. */
  readonly options?: TransportOptions;
  readonly status: ConnectionStatus;
  /** Calls `listener` on every change of `status`; returns a function that stops it. */
  onStatus(listener: (status: ConnectionStatus) => void): () => void;
  /** Resolves at the next `ready`, rejects with the broker's own reason when `signal` aborts first. */
  ready(signal?: AbortSignal): Promise<void>;
  /** Cuts the back-off short: tries now. Does nothing while ready. */
  retryNow(): void;
  /** Resolves with a function that ends the subscription. The subscription survives reconnects. */
  subscribe(subscription: Subscription): Promise<() => Promise<void>>;
  /**
   * Sends to everyone who listens on a fanout exchange. `receivers` is how many did, where the broker tells: Redis
   * always, RabbitMQ only that nobody did.
   * @throws BrokerUnreachableError when not connected: a command is never queued for later.
   */
  broadcast(exchange: string, message: OutgoingMessage): Promise<{ readonly receivers: number | undefined }>;
  /**
   * A private queue or list for the answers to one request. `onFailure` hears why no answer can be read although the
   * connection stands (Redis: an ACL, a server that cannot save).
   * @throws BrokerUnreachableError when not connected.
   */
  openReplyQueue(
    onMessage: (message: Message) => void,
    onFailure?: (reason: Error) => void,
  ): Promise<ReplyQueue>;
  /**
   * Why the broker would refuse a worker that declares this queue with its exchange, in the broker's own words;
   * undefined when it would not. Creates nothing. Always undefined where there is nothing to refuse (Redis, memory).
   * @throws BrokerUnreachableError when not connected.
   */
  queueConflict(queue: QueueDeclaration): Promise<string | undefined>;
  /**
   * Those of the queues that the broker knows to be read by nobody: they do not exist, or have no consumer. Always
   * empty where it does not tell (Redis, memory).
   * @throws BrokerUnreachableError when not connected.
   */
  unreadQueues(queues: readonly string[]): Promise<readonly string[]>;
  /** Ends everything; resolves when the sockets are closed. Safe to call twice. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Settings of a cluster that change the wire and that no broker tells. Names are Celery's, in camelCase. */
export interface TransportOptions {
  /** `event_exchange`, default `celeryev`. */
  readonly eventExchange?: string;
  /** `control_exchange` without `.pidbox`, default `celery`. */
  readonly controlExchange?: string;
  /** `event_queue_prefix`, default `celeryev`: our queue on AMQP is `<prefix>.<uuid>`. */
  readonly eventQueuePrefix?: string;
  /** `event_queue_ttl` and `event_queue_expires`, seconds; null leaves the argument out. Defaults 5 and 60. */
  readonly eventQueueTtl?: number | null;
  readonly eventQueueExpires?: number | null;
  /** Defaults to an exclusive queue, which works on every RabbitMQ (protocol.md I.10). */
  readonly eventQueueExclusive?: boolean;
  readonly eventQueueDurable?: boolean;
  /** kombu's Redis transport options. */
  readonly globalKeyprefix?: string;
  readonly fanoutPrefix?: boolean | string;
  readonly fanoutPatterns?: boolean;
}
