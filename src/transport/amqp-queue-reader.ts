import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import { BrokerUnreachableError } from '../errors.ts';
import { type BrokerAddress, redactUrl } from '../protocol/broker-url.ts';
import type { TaskMessage } from '../protocol/task-message.ts';
import { openQuietly } from './amqp-exchange.ts';
import { operationFailure, replyCode } from './amqp-failure.ts';
import { toTaskMessage } from './amqp-task-wire.ts';
import { closeDeadlineMs, lostError } from './connection-failure.ts';
import type { BrokerError } from './session.ts';
import { NotCarriedError, type QueueReader, type ReadMessage } from './task-queues.ts';
import { unroutable } from './unroutable.ts';
import { within } from './within.ts';

/** Messages that the broker hands out of one queue before it wants to hear of any of them. */
const window = 100;
/** Nothing for so long, in milliseconds, is the time to ask whether there is anything left. */
const idleMs = 150;
/** There is something, and the broker hands out nothing for so long. */
const stalledAfterMs = 10_000;
const notFound = 404;

interface Reading {
  readonly address: BrokerAddress;
  readonly model: ChannelModel;
  readonly queues: readonly string[];
  /** Messages that are ready in all of the queues. */
  readonly ready: () => Promise<number>;
}

/** One queue that is being consumed. */
interface Consumption {
  readonly queue: string;
  consumerTag: string;
  /** Handed out, and to be left where they are: the broker counts them against the window. */
  kept: number;
}

/** Reads by consuming with manual acknowledgement: what is not acknowledged goes back with the channel. */
export class AmqpQueueReader implements QueueReader {
  readonly recovered = 0;
  readonly #reading: Reading;
  readonly #arrived: { readonly consumption: Consumption; readonly delivered: ConsumeMessage }[] = [];
  #channel: Channel | undefined;
  #failure: BrokerError | undefined;
  #wake: () => void = () => {};
  #closed = false;

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  async open(): Promise<void> {
    const { model, queues, address } = this.#reading;
    const channel = await openQuietly(() => model.createChannel());
    channel.on('error', (error) => this.#fail(error));
    channel.once('close', () => this.#fail(lostError(address, 'the channel was closed')));
    await channel.prefetch(window);
    this.#channel = channel;
    for (const queue of queues) await this.#consume(channel, { queue, consumerTag: '', kept: 0 });
  }

  async next(signal: AbortSignal): Promise<ReadMessage | undefined> {
    let silentMs = 0;
    let isEmpty = false;
    for (;;) {
      signal.throwIfAborted();
      if (this.#failure !== undefined) throw this.#failure;
      const first = this.#arrived.shift();
      if (first) return this.#read(first.consumption, first.delivered);
      if (await this.#arrival(signal)) continue;
      silentMs += idleMs;
      const ready = await this.#reading.ready();
      // What the broker sent before it answered may still be on its way: twice nothing is nothing.
      if (ready === 0 && isEmpty && this.#arrived.length === 0) return undefined;
      isEmpty = ready === 0;
      if (ready > 0 && silentMs >= stalledAfterMs) throw this.#stalled(ready);
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      const { address } = this.#reading;
      if (this.#failure === undefined && this.#channel !== undefined)
        await within(closeDeadlineMs, this.#channel.close(), () => lostError(address, 'no answer'));
    } catch {
      // The channel or its connection is gone: its messages are in their queues again.
    }
  }

  async #consume(channel: Channel, consumption: Consumption): Promise<void> {
    const onDelivery = (delivered: ConsumeMessage | null): void => {
      if (delivered === null) this.#fail(this.#deleted(consumption.queue));
      else this.#arrived.push({ consumption, delivered });
      this.#wake();
    };
    try {
      consumption.consumerTag = (await channel.consume(consumption.queue, onDelivery)).consumerTag;
    } catch (error) {
      if (replyCode(error) !== notFound) throw error;
      throw unroutable({ exchange: '', routingKey: consumption.queue }, this.#reading.address);
    }
  }

  #read(consumption: Consumption, delivered: ConsumeMessage): ReadMessage {
    const { message, flaw } = opened(delivered);
    return {
      queue: consumption.queue,
      message,
      flaw,
      acknowledge: async () => {
        if (this.#failure !== undefined) throw this.#failure;
        this.#channel?.ack(delivered);
      },
      keep: () => {
        consumption.kept += 1;
        // The window is all taken by what is kept, so nothing is on its way: a new consumer has a new window.
        if (consumption.kept >= window) void this.#reopen(consumption);
      },
    };
  }

  async #reopen(consumption: Consumption): Promise<void> {
    consumption.kept = 0;
    try {
      if (this.#channel === undefined || this.#closed) return;
      await this.#channel.cancel(consumption.consumerTag);
      await this.#consume(this.#channel, consumption);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Whether something arrived within the time of silence. */
  async #arrival(signal: AbortSignal): Promise<boolean> {
    return await new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        resolve(this.#arrived.length > 0 || this.#failure !== undefined || signal.aborted);
      };
      const timer = setTimeout(wake, idleMs);
      this.#wake = wake;
      signal.addEventListener('abort', wake);
    });
  }

  #fail(reason: unknown): void {
    this.#failure ??= operationFailure(reason, this.#reading.address);
    this.#wake();
  }

  #deleted(queue: string): BrokerUnreachableError {
    const target = redactUrl(this.#reading.address);
    return new BrokerUnreachableError(`The queue ${JSON.stringify(queue)} was deleted on ${target}.`);
  }

  #stalled(ready: number): BrokerUnreachableError {
    const names = this.#reading.queues.map((queue) => JSON.stringify(queue)).join(', ');
    return new BrokerUnreachableError(
      `${redactUrl(this.#reading.address)} hands out none of the ${ready} messages in ${names}: another consumer may have them to itself.`,
    );
  }
}

function opened({ content, properties }: ConsumeMessage): {
  readonly message: TaskMessage | undefined;
  readonly flaw: string | undefined;
} {
  try {
    return { message: toTaskMessage(content, properties), flaw: undefined };
  } catch (error) {
    if (error instanceof NotCarriedError) return { message: undefined, flaw: error.message };
    throw error;
  }
}
