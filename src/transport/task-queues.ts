import type { BrokerAddress } from '../protocol/broker-url.ts';
import type { Delivery } from '../protocol/kombu-envelope.ts';
import type { Binding, RedisQueueNaming } from '../protocol/redis-queue-naming.ts';
import type { TaskMessage } from '../protocol/task-message.ts';
import type { BrokerError } from './session.ts';

export interface QueueCount {
  /** Ready to be taken; what workers hold is not counted. */
  readonly messages: number;
  /** Undefined where the broker does not tell (Redis). */
  readonly consumers: number | undefined;
  /** By priority step, without the empty ones; only where each has a list of its own (Redis). */
  readonly byPriority: readonly { readonly step: number; readonly messages: number }[] | undefined;
  /**
   * Held by a reader, which puts back what it does not acknowledge. If it was killed, the next one that takes from this
   * queue does (Redis).
   */
  readonly held: number;
}

/** A message that cannot be put on this broker, or not be read from it, as it is. The reason is a part of a sentence. */
export class NotCarriedError extends Error {}

/** One message that was read. Exactly one of its two methods is called, once. */
export interface ReadMessage {
  readonly queue: string;
  /** Undefined when it cannot be read; `flaw` then says why. */
  readonly message: TaskMessage | undefined;
  readonly flaw: string | undefined;
  /** Deletes it from its queue. Only for a reader that takes. */
  acknowledge(): Promise<void>;
  /** Leaves it in its queue; until the reader is closed workers may not see it. */
  keep(): void;
}

export interface QueueReader {
  /** Messages of readers that were killed, which have been put back into their queues. */
  readonly recovered: number;
  /**
   * The next message, in the order of its queue; undefined when there is none at the moment.
   * @throws BrokerUnreachableError, BrokerRefusedError; the reason of `signal`
   */
  next(signal: AbortSignal): Promise<ReadMessage | undefined>;
  /** Whatever was not acknowledged is in its queue again, where it was. Never rejects. */
  close(): Promise<void>;
}

export interface ReadOptions {
  /** Messages can be acknowledged; otherwise they are only looked at and all stay. */
  readonly takes: boolean;
  /** Who reads, for others who want to: `gen1234@host`. */
  readonly owner: string;
  readonly signal: AbortSignal;
  /** Somebody else takes from a queue; called once before waiting for it to end. */
  readonly onWaiting?: (queue: string, owner: string) => void;
}

/**
 * The port to the queues of a broker, beside `Transport`, which knows nothing of tasks. One connection, which never
 * comes back: whoever works with queues ends with a sentence and can be run again.
 *
 * Every method throws BrokerUnreachableError or BrokerRefusedError when the broker does not serve.
 */
export interface TaskQueues {
  readonly address: BrokerAddress;
  /** Resolves with the reason when the connection ends by anything but `close()`. Never rejects. */
  readonly lost: Promise<BrokerError>;
  /** Undefined when there is no such queue. */
  count(queue: string): Promise<QueueCount | undefined>;
  /** How many messages workers hold of all queues; undefined where the broker does not tell (RabbitMQ). */
  unacknowledged(): Promise<number | undefined>;
  /** Deletes what is ready. Resolves with how much that was, or undefined when there is no such queue. */
  purge(queue: string): Promise<number | undefined>;
  /** Creates a queue as Celery does: durable, bound to a direct exchange of its name. */
  declare(queue: string): Promise<void>;
  /**
   * Resolves when the broker has taken the message for at least one queue.
   * @throws UnroutableError when no queue takes it; NotCarriedError when it cannot be put on this broker
   */
  publish(target: Delivery, message: TaskMessage): Promise<void>;
  /** @throws UnroutableError when there is no such queue */
  read(queues: readonly string[], options: ReadOptions): Promise<QueueReader>;
  /** What is bound to what; undefined where the broker does not tell (RabbitMQ without its management plugin). */
  bindings(): Promise<readonly Binding[] | undefined>;
  /** Leaves a mark that `hasMark` of a second connection to the same broker finds. Resolves with its removal. */
  leaveMark(name: string): Promise<() => Promise<void>>;
  hasMark(name: string): Promise<boolean>;
  /** Ends the connection. Never rejects; safe to call twice. */
  close(): Promise<void>;
}

export interface TaskQueueOptions {
  readonly redis: RedisQueueNaming;
  /** Milliseconds within which the broker must confirm a message. */
  readonly confirmWithinMs: number;
}
