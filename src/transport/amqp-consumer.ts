import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import type { BrokerAddress } from '../protocol/broker-url.ts';
import { openOnExchange } from './amqp-exchange.ts';
import { operationFailure } from './amqp-failure.ts';
import { type QueueDeclaration, toMessage } from './amqp-wire.ts';
import { closeDeadlineMs, lostError } from './connection-failure.ts';
import { deliver } from './deliver.ts';
import type { BrokerError } from './session.ts';
import type { Subscription } from './transport.ts';
import { within } from './within.ts';

/** Losing the queue again sooner than this is left to the back-off of a whole new session. */
const redeclareAtMostEveryMs = 5_000;

interface Consumption {
  readonly address: BrokerAddress;
  readonly model: ChannelModel;
  readonly subscription: Subscription;
  /** A new queue each time: the name of an old one may still be locked. */
  readonly queue: () => QueueDeclaration;
  /** The subscription cannot be kept alive on this connection. */
  readonly onFailure: (reason: BrokerError) => void;
}

/** One subscription on a channel of its own. Declares its queue again when the broker takes it away. */
export class AmqpConsumer {
  readonly #consumption: Consumption;
  #channel: Channel | undefined;
  #stopped = false;
  #redeclaredAtMs = Number.NEGATIVE_INFINITY;

  constructor(consumption: Consumption) {
    this.#consumption = consumption;
  }

  async start(): Promise<void> {
    const { model, subscription, queue } = this.#consumption;
    const { exchange, type, onMessage } = subscription;
    const channel = await openOnExchange(() => model.createChannel(), {
      name: exchange,
      type,
      durable: type === 'topic',
    });
    let gone = false;
    const onGone = (): void => {
      gone = true;
      this.#onGone(channel);
    };
    channel.once('close', onGone);
    const { name, options } = queue();
    await channel.assertQueue(name, options);
    await channel.bindQueue(name, exchange, '#');
    const onDelivery = (delivered: ConsumeMessage | null): void => {
      if (delivered) deliver(onMessage, toMessage(delivered));
      else onGone();
    };
    await channel.consume(name, onDelivery, { noAck: true });
    this.#channel = channel;
    if (gone) this.#onGone(channel);
  }

  /** Ends it and deletes the queue; does nothing on a lost connection. */
  async stop(): Promise<void> {
    this.#stopped = true;
    // The queue is auto-delete (or dies by x-expires): it goes with its only consumer.
    if (this.#channel) await closeQuietly(this.#channel);
  }

  /** The connection is gone or going: do nothing more. */
  abandon(): void {
    this.#stopped = true;
  }

  /** The channel was closed or the queue deleted. When the connection dies, its own end is reported right after this. */
  #onGone(channel: Channel): void {
    queueMicrotask(() => {
      if (this.#stopped || this.#channel !== channel) return;
      this.#channel = undefined;
      void this.#redeclare(channel);
    });
  }

  async #redeclare(previous: Channel): Promise<void> {
    const { address, onFailure, subscription } = this.#consumption;
    const nowMs = performance.now();
    if (nowMs - this.#redeclaredAtMs < redeclareAtMostEveryMs) {
      onFailure(lostError(address, `the queue on ${subscription.exchange} was deleted repeatedly`));
      return;
    }
    this.#redeclaredAtMs = nowMs;
    await closeQuietly(previous);
    try {
      await this.start();
      if (this.#stopped) await this.stop();
      else subscription.onReady?.();
    } catch (error) {
      if (!this.#stopped) onFailure(operationFailure(error, address));
    }
  }
}

async function closeQuietly(channel: Channel): Promise<void> {
  try {
    await within(closeDeadlineMs, channel.close(), () => new Error('no answer'));
  } catch {
    // Gone already, or its connection is, or an alarm keeps the broker from reading: it closes when that is over.
  }
}
