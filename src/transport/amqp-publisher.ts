import type { ChannelModel, ConfirmChannel, Message } from 'amqplib';
import { BrokerUnreachableError } from '../errors.ts';
import { type BrokerAddress, redactUrl } from '../protocol/broker-url.ts';
import type { OutgoingMessage } from '../protocol/message.ts';
import { openOnExchange } from './amqp-exchange.ts';
import { toPublish } from './amqp-wire.ts';
import { answerDeadlineMs, quoteReason } from './connection-failure.ts';
import { within } from './within.ts';

/** Publishes on confirm channels, one per exchange: a request counts as sent only when the broker has taken it. */
export class AmqpPublisher {
  readonly #address: BrokerAddress;
  readonly #model: ChannelModel;
  readonly #channels = new Map<string, Promise<ConfirmChannel>>();
  /** Why the broker takes nothing at the moment (memory or disk alarm). */
  #blocked: string | undefined;

  constructor(address: BrokerAddress, model: ChannelModel) {
    this.#address = address;
    this.#model = model;
    model.on('blocked', (reason) => {
      this.#blocked = quoteReason(String(reason), address);
    });
    model.on('unblocked', () => {
      this.#blocked = undefined;
    });
  }

  get blocked(): string | undefined {
    return this.#blocked;
  }

  /** @throws BrokerUnreachableError with the alarm, while there is one */
  assertUnblocked(): void {
    if (this.#blocked === undefined) return;
    throw new BrokerUnreachableError(
      `${redactUrl(this.#address)} takes no requests now (${this.#blocked}); try again when the alarm is over.`,
    );
  }

  /** Opens what `publish` will need, so that it need not wait for it; a failure is told there. */
  prepare(exchange: string): void {
    this.#channel(exchange).catch(() => undefined);
  }

  /** Resolves with whether any queue took the message: the broker gives back, before it confirms, what none takes. */
  async publish(exchange: string, message: OutgoingMessage): Promise<boolean> {
    this.assertUnblocked();
    return await within(answerDeadlineMs, this.#confirmed(exchange, message), () => this.#unconfirmed());
  }

  async #confirmed(exchange: string, message: OutgoingMessage): Promise<boolean> {
    const channel = await this.#channel(exchange);
    const { content, options } = toPublish(message);
    let wasTaken = true;
    const onReturn = (returned: Message): void => {
      if (content.equals(returned.content)) wasTaken = false;
    };
    channel.on('return', onReturn);
    try {
      await new Promise<void>((resolve, reject) => {
        const publishOptions = { ...options, mandatory: true };
        channel.publish(exchange, '', content, publishOptions, (error) =>
          error ? reject(error) : resolve(),
        );
      });
    } finally {
      channel.off('return', onReturn);
    }
    return wasTaken;
  }

  #channel(exchange: string): Promise<ConfirmChannel> {
    const known = this.#channels.get(exchange);
    if (known) return known;
    const forget = (): void => {
      if (this.#channels.get(exchange) === opening) this.#channels.delete(exchange);
    };
    const opening = openOnExchange(() => this.#model.createConfirmChannel(), {
      name: exchange,
      type: 'fanout',
      durable: false,
    });
    this.#channels.set(exchange, opening);
    opening.then((channel) => channel.once('close', forget), forget);
    return opening;
  }

  #unconfirmed(): BrokerUnreachableError {
    const alarm = this.#blocked === undefined ? '' : ` (${this.#blocked})`;
    return new BrokerUnreachableError(
      `${redactUrl(this.#address)} did not confirm the request within ${answerDeadlineMs / 1000} s${alarm}; it may still be carried out.`,
    );
  }
}
