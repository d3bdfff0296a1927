import type { Channel } from 'amqplib';
import type { BrokerAddress } from '../protocol/broker-url.ts';
import type { Delivery } from '../protocol/kombu-envelope.ts';
import type { TaskMessage } from '../protocol/task-message.ts';
import { type AmqpConnection, closeAmqpConnection, openAmqpConnection } from './amqp-connection.ts';
import { openQuietly } from './amqp-exchange.ts';
import { lossOf, operationFailure, replyCode } from './amqp-failure.ts';
import { readLongIntegers } from './amqp-long-integers.ts';
import { AmqpQueueReader } from './amqp-queue-reader.ts';
import { AmqpTaskPublisher } from './amqp-task-publisher.ts';
import { answerDeadlineMs, unreachableError } from './connection-failure.ts';
import { isOwnVerdict } from './own-verdict.ts';
import type { BrokerError } from './session.ts';
import type { QueueCount, QueueReader, ReadOptions, TaskQueueOptions, TaskQueues } from './task-queues.ts';
import { within } from './within.ts';

const notFound = 404;
const resourceLocked = 405;

/** Opens one connection to the queues of RabbitMQ. @throws BrokerUnreachableError, BrokerRefusedError */
export async function openAmqpTaskQueues(
  address: BrokerAddress,
  options: TaskQueueOptions,
  signal: AbortSignal,
): Promise<TaskQueues> {
  const connection = await openAmqpConnection(address, signal);
  readLongIntegers(connection.model);
  return new AmqpTaskQueues(address, connection, options);
}

class AmqpTaskQueues implements TaskQueues {
  readonly address: BrokerAddress;
  readonly lost: Promise<BrokerError>;
  readonly #connection: AmqpConnection;
  readonly #publisher: AmqpTaskPublisher;
  #reason: BrokerError | undefined;
  #closed = false;

  constructor(address: BrokerAddress, connection: AmqpConnection, { confirmWithinMs }: TaskQueueOptions) {
    this.address = address;
    this.#connection = connection;
    const { model } = connection;
    this.#publisher = new AmqpTaskPublisher({ address, model, confirmWithinMs });
    model.on('error', () => {});
    this.lost = new Promise((resolve) => {
      model.on('close', (error) => {
        if (this.#closed) return;
        this.#reason ??= lossOf(error, address);
        resolve(this.#reason);
      });
    });
  }

  async count(queue: string): Promise<QueueCount | undefined> {
    const found = await this.#unlessMissing((channel) => channel.checkQueue(queue));
    return (
      found && {
        messages: found.messageCount,
        consumers: found.consumerCount,
        byPriority: undefined,
        held: 0,
      }
    );
  }

  async unacknowledged(): Promise<undefined> {
    return undefined;
  }

  async purge(queue: string): Promise<number | undefined> {
    return (await this.#unlessMissing((channel) => channel.purgeQueue(queue)))?.messageCount;
  }

  async declare(queue: string): Promise<void> {
    if ((await this.count(queue)) !== undefined) return;
    await this.#onChannel(async (channel) => {
      await channel.assertExchange(queue, 'direct', { durable: true });
      await channel.assertQueue(queue, { durable: true });
      await channel.bindQueue(queue, queue, queue);
    });
  }

  async publish(target: Delivery, message: TaskMessage): Promise<void> {
    await this.#attempt(() => this.#publisher.publish(target, message));
  }

  async read(queues: readonly string[], { signal }: ReadOptions): Promise<QueueReader> {
    const { address } = this;
    const { model } = this.#connection;
    const ready = async (): Promise<number> => {
      let sum = 0;
      for (const queue of queues) sum += (await this.count(queue))?.messages ?? 0;
      return sum;
    };
    const reader = new AmqpQueueReader({ address, model, queues, ready });
    await this.#attempt(() => this.#answered(reader.open())).catch(async (error) => {
      await reader.close();
      throw error;
    });
    signal.throwIfAborted();
    return {
      recovered: 0,
      next: (until) => this.#attempt(() => reader.next(until)),
      close: () => reader.close(),
    };
  }

  async bindings(): Promise<undefined> {
    return undefined;
  }

  async leaveMark(name: string): Promise<() => Promise<void>> {
    const channel = await this.#attempt(() =>
      this.#answered(openQuietly(() => this.#connection.model.createChannel())),
    );
    await this.#attempt(() =>
      this.#answered(channel.assertQueue(name, { exclusive: true, autoDelete: true, durable: false })),
    );
    return async () => {
      await channel.deleteQueue(name).catch(() => {});
      await channel.close().catch(() => {});
    };
  }

  /** A queue that is exclusive to another connection is there, and locked to us. */
  async hasMark(name: string): Promise<boolean> {
    return await this.#attempt(async () => {
      const channel = await openQuietly(() => this.#connection.model.createChannel());
      try {
        await this.#answered(channel.checkQueue(name));
      } catch (error) {
        const code = replyCode(error);
        if (code === notFound || code === resourceLocked) return code === resourceLocked;
        throw error;
      }
      await channel.close();
      return true;
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await closeAmqpConnection(this.#connection, this.#reason !== undefined);
  }

  async #unlessMissing<T>(operate: (channel: Channel) => Promise<T>): Promise<T | undefined> {
    return await this.#onChannel(async (channel) => {
      try {
        return await operate(channel);
      } catch (error) {
        if (replyCode(error) === notFound) return undefined;
        throw error;
      }
    });
  }

  /** On a channel of its own, because the broker closes that on which an operation failed. */
  async #onChannel<T>(operate: (channel: Channel) => Promise<T>): Promise<T> {
    return await this.#attempt(() =>
      this.#answered(
        (async () => {
          const channel = await openQuietly(() => this.#connection.model.createChannel());
          let isOpen = true;
          channel.once('close', () => {
            isOpen = false;
          });
          const result = await operate(channel);
          if (isOpen) await channel.close();
          return result;
        })(),
      ),
    );
  }

  /** Runs one operation; its failure is the loss of the connection, if that is what happened. */
  async #attempt<T>(operation: () => Promise<T>): Promise<T> {
    if (this.#reason) throw this.#reason;
    try {
      return await operation();
    } catch (error) {
      if (isOwnVerdict(error)) throw error;
      throw this.#reason ?? operationFailure(error, this.address);
    }
  }

  #answered<T>(answer: Promise<T>): Promise<T> {
    return within(answerDeadlineMs, answer, () =>
      unreachableError(this.address, `no answer within ${answerDeadlineMs / 1000} s`),
    );
  }
}
