import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import { BrokerUnreachableError } from '../errors.ts';
import { type BrokerAddress, redactUrl } from '../protocol/broker-url.ts';
import type { Message, OutgoingMessage } from '../protocol/message.ts';
import { defaultControlExchange, mailboxExchange, replyQueueName } from '../protocol/names.ts';
import { unreadQueues } from './amqp-attendance.ts';
import { type AmqpConnection, closeAmqpConnection } from './amqp-connection.ts';
import { AmqpConsumer } from './amqp-consumer.ts';
import { declarationRefusal } from './amqp-declaration.ts';
import { openQuietly } from './amqp-exchange.ts';
import { lossOf, operationFailure } from './amqp-failure.ts';
import { AmqpPublisher } from './amqp-publisher.ts';
import { eventQueueOptions, replyQueueOptions, toMessage } from './amqp-wire.ts';
import { answerDeadlineMs, closeDeadlineMs, quoteReason, unreachableError } from './connection-failure.ts';
import { deliver } from './deliver.ts';
import type { BrokerError, Session } from './session.ts';
import type { QueueDeclaration, ReplyQueue, Subscription, TransportOptions } from './transport.ts';
import { within } from './within.ts';

interface Connected extends AmqpConnection {
  readonly address: BrokerAddress;
  readonly options: TransportOptions;
  readonly uuid: () => string;
}

/** One connection to RabbitMQ. Each purpose has a channel of its own, so that an error closes only that one. */
export class AmqpSession implements Session {
  readonly lost: Promise<BrokerError>;
  readonly #connected: Connected;
  readonly #consumers = new Set<AmqpConsumer>();
  readonly #publisher: AmqpPublisher;
  #lose: (reason: BrokerError) => void = () => {};
  #reason: BrokerError | undefined;
  #closed = false;

  constructor(connected: Connected) {
    const { address, model } = connected;
    this.#connected = connected;
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
    this.#publisher = new AmqpPublisher(address, model);
    // A forced closure (320) comes as `close` only; every other end comes as both.
    model.on('error', () => {});
    model.on('close', (error) => this.#onEnd(lossOf(error, address)));
  }

  /** `RabbitMQ 3.10.8`, as the broker greeted us; undefined when it did not say. */
  get server(): string | undefined {
    const { product, version } = serverProperties(this.#connected.model);
    return typeof product === 'string' ? `${product} ${String(version ?? '')}`.trim() : undefined;
  }

  async subscribe(subscription: Subscription): Promise<() => Promise<void>> {
    const { address, options, model, uuid } = this.#connected;
    const consumer = new AmqpConsumer({
      address,
      model,
      subscription,
      queue: () => eventQueueOptions(options, uuid()),
      onFailure: (reason) => this.#onEnd(reason),
    });
    await this.#attempt(() => this.#answered(consumer.start(), () => consumer.stop()));
    this.#consumers.add(consumer);
    return async () => {
      this.#consumers.delete(consumer);
      await consumer.stop();
    };
  }

  async broadcast(
    exchange: string,
    message: OutgoingMessage,
  ): Promise<{ readonly receivers: 0 | undefined }> {
    const wasTaken = await this.#attempt(() => this.#publisher.publish(exchange, message));
    return { receivers: wasTaken ? undefined : 0 };
  }

  async openReplyQueue(onMessage: (message: Message) => void): Promise<ReplyQueue> {
    return await this.#attempt(() => {
      // Nothing is answered during an alarm: better to say so at once than after the deadline.
      this.#publisher.assertUnblocked();
      // Who wants replies is about to ask; over a slow line each round trip that is not waited for counts.
      this.#publisher.prepare(mailboxExchange(this.#connected.options.controlExchange));
      return this.#answered(this.#declareReplyQueue(onMessage), (queue) => queue.close());
    });
  }

  async queueConflict(queue: QueueDeclaration): Promise<string | undefined> {
    const { address, model } = this.#connected;
    const ask = (): Promise<string | undefined> => declarationRefusal(() => model.createChannel(), queue);
    const reason = await this.#attempt(() => this.#answered(ask()));
    return reason === undefined ? undefined : quoteReason(reason, address);
  }

  async unreadQueues(queues: readonly string[]): Promise<readonly string[]> {
    const { model } = this.#connected;
    const ask = (): Promise<readonly string[]> => unreadQueues(() => model.createChannel(), queues);
    return await this.#attempt(() => this.#answered(ask()));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const consumer of this.#consumers) consumer.abandon();
    await closeAmqpConnection(this.#connected, this.#reason !== undefined);
  }

  async #declareReplyQueue(onMessage: (message: Message) => void): Promise<ReplyQueue> {
    const { model, options, uuid } = this.#connected;
    const name = replyQueueName(uuid(), options.controlExchange ?? defaultControlExchange);
    const channel = await openQuietly(() => model.createChannel());
    await channel.assertQueue(name, replyQueueOptions);
    const onDelivery = (delivered: ConsumeMessage | null): void => {
      if (delivered) deliver(onMessage, toMessage(delivered));
    };
    await channel.consume(name, onDelivery, { noAck: true });
    let closing: Promise<void> | undefined;
    return {
      replyTo: { exchange: '', routing_key: name },
      close: () => {
        closing ??= deleteQuietly(channel, name);
        return closing;
      },
    };
  }

  /** Runs one operation; its failure is the loss of the connection, if that is what happened. */
  async #attempt<T>(operation: () => Promise<T>): Promise<T> {
    if (this.#reason) throw this.#reason;
    try {
      return await operation();
    } catch (error) {
      const { address } = this.#connected;
      if (this.#reason) throw this.#reason;
      if (this.#closed)
        throw new BrokerUnreachableError(`The connection to ${redactUrl(address)} was closed.`);
      throw operationFailure(error, address);
    }
  }

  #answered<T>(answer: Promise<T>, release?: (result: T) => Promise<void>): Promise<T> {
    const reason = `no answer within ${answerDeadlineMs / 1000} s`;
    return within(answerDeadlineMs, answer, () => this.#late(reason), release);
  }

  #late(reason: string): BrokerError {
    const { blocked } = this.#publisher;
    const alarm = blocked === undefined ? '' : ` (${blocked})`;
    return unreachableError(this.#connected.address, `${reason}${alarm}`);
  }

  #onEnd(reason: BrokerError): void {
    if (this.#reason || this.#closed) return;
    this.#reason = reason;
    for (const consumer of this.#consumers) consumer.abandon();
    this.#lose(reason);
  }
}

/** The types of amqplib do not have them. */
function serverProperties({ connection }: ChannelModel): Readonly<Record<string, unknown>> {
  const properties: unknown = Reflect.get(connection, 'serverProperties');
  return typeof properties === 'object' && properties !== null ? { ...properties } : {};
}

async function deleteQuietly(channel: Channel, queue: string): Promise<void> {
  const close = async (): Promise<void> => {
    await channel.deleteQueue(queue);
    await channel.close();
  };
  try {
    await within(closeDeadlineMs, close(), () => new Error('no answer'));
  } catch {
    // The channel or the connection is gone, and the exclusive queue with it; or an alarm holds the answer back.
  }
}
