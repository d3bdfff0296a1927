import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { BrokerUnreachableError } from '../errors.ts';
import { type BrokerAddress, redactUrl } from '../protocol/broker-url.ts';
import { encodeEnvelope } from '../protocol/kombu-envelope.ts';
import type { Message, OutgoingMessage } from '../protocol/message.ts';
import { type RedisNaming, redisChannel, redisTopicPattern } from '../protocol/names.ts';
import { answerDeadlineMs } from './connection-failure.ts';
import { deliver } from './deliver.ts';
import type { RedisConnection } from './redis-connection.ts';
import { openBytes } from './redis-envelope.ts';
import { operationFailure } from './redis-failure.ts';
import { RedisLiveness } from './redis-liveness.ts';
import { RedisReplies } from './redis-replies.ts';
import type { RetiredLists } from './redis-retired-lists.ts';
import type { BrokerError, Session } from './session.ts';
import type { ReplyQueue, Subscription, TransportOptions } from './transport.ts';
import { within } from './within.ts';

interface Connected {
  readonly address: BrokerAddress;
  readonly options: TransportOptions;
  readonly commands: RedisConnection;
  readonly subscriber: RedisConnection;
  readonly openPopper: (signal: AbortSignal) => Promise<RedisConnection>;
  /** Shared by all sessions of a transport. */
  readonly retired: RetiredLists;
}

interface Listener {
  readonly subscription: Subscription;
  /** Where in the bytes of a channel's name the routing key begins. */
  readonly keyOffset: number;
}

const nobody: ReadonlySet<Listener> = new Set();

/** One set of connections to Redis; the end of one is the end of all. */
export class RedisSession implements Session {
  readonly lost: Promise<BrokerError>;
  readonly #connected: Connected;
  readonly #naming: RedisNaming;
  readonly #subscriptions = new Map<string, Set<Listener>>();
  readonly #replies: RedisReplies;
  readonly #liveness: readonly RedisLiveness[];
  #lose: (reason: BrokerError) => void = () => {};
  #reason: BrokerError | undefined;
  #closed = false;
  readonly #closing = new AbortController();

  constructor(connected: Connected) {
    const { address, options, commands, subscriber, openPopper, retired } = connected;
    this.#connected = connected;
    this.#naming = { ...options, database: address.virtualHost };
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
    this.#replies = new RedisReplies({
      address,
      options,
      commands,
      openPopper: async () => this.#watch(await openPopper(this.#closing.signal)),
      retired,
    });
    void this.#replies.sweep();
    const onDead = (reason: BrokerError): void => this.#onEnd(reason);
    const subscriberLiveness = new RedisLiveness(() => subscriber.client.ping(), address, onDead);
    this.#liveness = [subscriberLiveness, new RedisLiveness(() => commands.client.ping(), address, onDead)];
    subscriber.client.on('pmessageBuffer', (pattern: string, channel: Buffer, bytes: Uint8Array) => {
      subscriberLiveness.seen();
      this.#onPublished(pattern, channel, bytes);
    });
    this.#watch(commands);
    this.#watch(subscriber);
  }

  async subscribe(subscription: Subscription): Promise<() => Promise<void>> {
    const { exchange, type } = subscription;
    const { client } = this.#connected.subscriber;
    const pattern =
      type === 'topic' ? redisTopicPattern(exchange, this.#naming) : redisChannel(exchange, this.#naming);
    const keyOffset = Buffer.byteLength(redisChannel(exchange, this.#naming)) + 1;
    const listener: Listener = { subscription, keyOffset };
    const sharing = this.#subscriptions.get(pattern) ?? new Set();
    this.#subscriptions.set(pattern, sharing.add(listener));
    const end = async (): Promise<void> => {
      sharing.delete(listener);
      if (sharing.size > 0 || this.#subscriptions.get(pattern) !== sharing) return;
      this.#subscriptions.delete(pattern);
      if (!this.#reason && !this.#closed) await client.punsubscribe(pattern).catch(() => {});
    };
    try {
      await this.#attempt(() => this.#answered('the subscription', client.psubscribe(pattern)));
    } catch (error) {
      await end();
      throw error;
    }
    return end;
  }

  async broadcast(exchange: string, message: OutgoingMessage): Promise<{ readonly receivers: number }> {
    const envelope = encodeEnvelope(message, { exchange, routingKey: '' }, randomUUID());
    const { client } = this.#connected.commands;
    const channel = redisChannel(exchange, this.#naming);
    const receivers = await this.#attempt(() =>
      this.#answered('the request, which may still be carried out,', client.publish(channel, envelope)),
    );
    return { receivers };
  }

  async openReplyQueue(
    onMessage: (message: Message) => void,
    onFailure?: (reason: Error) => void,
  ): Promise<ReplyQueue> {
    return await this.#attempt(() => this.#replies.open(onMessage, onFailure));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#closing.abort();
    for (const each of this.#liveness) each.stop();
    const { commands, subscriber } = this.#connected;
    if (this.#reason) for (const each of [commands, subscriber]) each.destroy();
    await Promise.all([this.#replies.close(), subscriber.close()]);
    await commands.close();
  }

  #onPublished(pattern: string, channel: Buffer, bytes: Uint8Array): void {
    // A set may be walked while members come and go: who ends meanwhile gets nothing more.
    for (const { subscription, keyOffset } of this.#subscriptions.get(pattern) ?? nobody) {
      const routingKey = channel.toString('utf8', keyOffset);
      deliver(subscription.onMessage, openBytes(bytes, { exchange: subscription.exchange, routingKey }));
    }
  }

  #watch(connection: RedisConnection): RedisConnection {
    void connection.lost.then((reason) => this.#onEnd(reason));
    return connection;
  }

  /** Runs one operation; its failure is the loss of the connection, if that is what happened. */
  async #attempt<T>(operation: () => Promise<T>): Promise<T> {
    const { address } = this.#connected;
    if (this.#reason) throw this.#reason;
    const checkOpen = (): void => {
      if (this.#closed)
        throw new BrokerUnreachableError(`The connection to ${redactUrl(address)} was closed.`);
    };
    checkOpen();
    try {
      return await operation();
    } catch (error) {
      if (this.#reason) throw this.#reason;
      checkOpen();
      throw operationFailure(error, address);
    }
  }

  #answered<T>(what: string, answer: Promise<T>): Promise<T> {
    const target = redactUrl(this.#connected.address);
    const seconds = answerDeadlineMs / 1000;
    return within(
      answerDeadlineMs,
      answer,
      () => new BrokerUnreachableError(`${target} did not answer ${what} within ${seconds} s.`),
    );
  }

  #onEnd(reason: BrokerError): void {
    if (this.#reason || this.#closed) return;
    this.#reason = reason;
    this.#closing.abort();
    this.#lose(reason);
  }
}
