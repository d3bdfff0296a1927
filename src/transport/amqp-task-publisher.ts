import type { Buffer } from 'node:buffer';
import type { ChannelModel, ConfirmChannel, Message } from 'amqplib';
import { BrokerUnreachableError } from '../errors.ts';
import { type BrokerAddress, redactUrl } from '../protocol/broker-url.ts';
import type { Delivery } from '../protocol/kombu-envelope.ts';
import type { TaskMessage } from '../protocol/task-message.ts';
import { openQuietly } from './amqp-exchange.ts';
import { closeReason } from './amqp-failure.ts';
import { toTaskPublish } from './amqp-task-wire.ts';
import { quoteReason } from './connection-failure.ts';
import { NotCarriedError } from './task-queues.ts';
import { targetName, unroutable } from './unroutable.ts';
import { within } from './within.ts';

interface Publisher {
  readonly address: BrokerAddress;
  readonly model: ChannelModel;
  readonly confirmWithinMs: number;
}

interface Pending {
  readonly target: Delivery;
  readonly content: Buffer;
  returned: boolean;
}

const notFound = 404;

/** Publishes task messages on one confirm channel, many at once. One that no queue takes is an error, not a loss. */
export class AmqpTaskPublisher {
  readonly #publisher: Publisher;
  /** Sent and not confirmed, in the order of sending. */
  readonly #pending = new Set<Pending>();
  #channel: Promise<ConfirmChannel> | undefined;
  /** Why the broker closed the channel last. */
  #closeReason: unknown;
  /** Why the broker takes nothing at the moment (memory or disk alarm). */
  #blocked: string | undefined;

  constructor(publisher: Publisher) {
    this.#publisher = publisher;
    publisher.model.on('blocked', (reason) => {
      this.#blocked = quoteReason(String(reason), publisher.address);
    });
    publisher.model.on('unblocked', () => {
      this.#blocked = undefined;
    });
  }

  /** @throws UnroutableError, NotCarriedError, BrokerUnreachableError, and what amqplib throws */
  async publish(target: Delivery, message: TaskMessage): Promise<void> {
    const { content, options } = toTaskPublish(message);
    this.#channel ??= this.#open();
    const channel = await this.#channel;
    const pending: Pending = { target, content, returned: false };
    const confirmed = new Promise<void>((resolve, reject) => {
      const settle = (error: unknown): void => {
        this.#pending.delete(pending);
        if (error) reject(this.#refusal(error, target));
        else if (pending.returned) reject(unroutable(target, this.#publisher.address));
        else resolve();
      };
      this.#pending.add(pending);
      try {
        channel.publish(target.exchange, target.routingKey, content, options, settle);
      } catch (error) {
        settle(isClosed(error) ? error : new NotCarriedError(tooLarge(error)));
      }
    });
    await within(this.#publisher.confirmWithinMs, confirmed, () => this.#unconfirmed());
  }

  async #open(): Promise<ConfirmChannel> {
    const { model } = this.#publisher;
    const channel = await openQuietly(() => model.createConfirmChannel()).catch((error) => {
      this.#channel = undefined;
      throw error;
    });
    this.#closeReason = undefined;
    channel.on('error', (error) => {
      this.#closeReason = error;
    });
    channel.once('close', () => {
      this.#channel = undefined;
    });
    channel.on('return', (message) => this.#onReturn(message));
    return channel;
  }

  /** The broker returns messages in the order of sending, each before it confirms it. */
  #onReturn({ fields, content }: Message): void {
    for (const pending of this.#pending) {
      const { target, returned } = pending;
      const isThis =
        !returned && target.exchange === fields.exchange && target.routingKey === fields.routingKey;
      if (!isThis || !pending.content.equals(content)) continue;
      pending.returned = true;
      return;
    }
  }

  /** amqplib tells a publisher only that the channel is closed; why came as an event before. */
  #refusal(error: unknown, target: Delivery): unknown {
    if (error instanceof NotCarriedError) return error;
    const { address } = this.#publisher;
    if (error instanceof Error && error.message === 'message nacked') {
      return new BrokerUnreachableError(
        `${redactUrl(address)} did not take a message for ${targetName(target, address)}: the queue may be full, or its node down.`,
      );
    }
    const reason = this.#closeReason ?? error;
    return closeReason(reason).code === notFound ? unroutable(target, address) : reason;
  }

  #unconfirmed(): BrokerUnreachableError {
    const { address, confirmWithinMs } = this.#publisher;
    const alarm = this.#blocked === undefined ? '' : ` (${this.#blocked})`;
    return new BrokerUnreachableError(
      `${redactUrl(address)} did not confirm a message within ${confirmWithinMs / 1000} s${alarm}; it may have arrived.`,
    );
  }
}

function tooLarge(error: unknown): string {
  return `its headers do not fit into AMQP (${error instanceof Error ? error.message.slice(0, 120) : 'unknown'})`;
}

function isClosed(error: unknown): boolean {
  return error instanceof Error && error.name === 'IllegalOperationError';
}
