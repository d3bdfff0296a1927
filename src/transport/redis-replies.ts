import { randomUUID } from 'node:crypto';
import type { BrokerAddress } from '../protocol/broker-url.ts';
import type { Message } from '../protocol/message.ts';
import { replyQueueName } from '../protocol/names.ts';
import { answerDeadlineMs, closeDeadlineMs, lostError } from './connection-failure.ts';
import { deliver } from './deliver.ts';
import type { RedisConnection } from './redis-connection.ts';
import { openBytes } from './redis-envelope.ts';
import { isErrorReply, operationFailure } from './redis-failure.ts';
import type { RetiredLists } from './redis-retired-lists.ts';
import type { ReplyQueue, TransportOptions } from './transport.ts';
import { within } from './within.ts';

/** Seconds of one blocking pop; whole ones, because Redis before 6 takes no others. */
const popSeconds = 2;

interface Handler {
  readonly onMessage: (message: Message) => void;
  readonly onFailure: ((reason: Error) => void) | undefined;
}

interface Replies {
  readonly address: BrokerAddress;
  readonly options: TransportOptions;
  readonly commands: RedisConnection;
  readonly openPopper: () => Promise<RedisConnection>;
  readonly retired: RetiredLists;
}

/** The reply lists of one session: one connection blocks on all of them at once. */
export class RedisReplies {
  readonly #replies: Replies;
  readonly #handlers = new Map<string, Handler>();
  /** Pushing here ends a blocking pop that does not know the newest list yet. */
  readonly #wakeKey: string;
  #popper: Promise<RedisConnection> | undefined;
  #popping = false;

  constructor(replies: Replies) {
    this.#replies = replies;
    this.#wakeKey = this.#key(replyQueueName(randomUUID(), replies.options.controlExchange));
  }

  async open(
    onMessage: (message: Message) => void,
    onFailure?: (reason: Error) => void,
  ): Promise<ReplyQueue> {
    const { options } = this.#replies;
    this.#popper ??= this.#openPopper();
    const popper = await this.#popper;
    const name = replyQueueName(randomUUID(), options.controlExchange);
    const key = this.#key(name);
    this.#handlers.set(key, { onMessage, onFailure });
    if (this.#popping) await this.#wake(key);
    else void this.#pop(popper);
    let closing: Promise<void> | undefined;
    return {
      replyTo: { exchange: '', routing_key: name },
      close: () => {
        closing ??= this.#retire(key);
        return closing;
      },
    };
  }

  /** Deletes whatever is left of all lists and ends the connection. */
  async close(): Promise<void> {
    const { retired } = this.#replies;
    for (const key of this.#handlers.keys()) retired.add(key);
    this.#handlers.clear();
    if (this.#popper) {
      retired.add(this.#wakeKey);
      const popper = await this.#popper.catch(() => undefined);
      await popper?.close();
    }
    await this.sweep();
  }

  /** Deletes the lists of requests that are over, also those of earlier sessions. Never rejects. */
  async sweep(): Promise<void> {
    const { commands, retired } = this.#replies;
    const { names } = retired;
    if (names.length === 0) return;
    try {
      await within(closeDeadlineMs, commands.client.del(...names), () => new Error('no answer'));
    } catch {
      // The connection is gone or stuck: the next session does it.
    }
  }

  async #openPopper(): Promise<RedisConnection> {
    try {
      return await this.#replies.openPopper();
    } catch (error) {
      this.#popper = undefined;
      throw error;
    }
  }

  async #wake(key: string): Promise<void> {
    const { address, commands } = this.#replies;
    const late = (): Error => lostError(address, 'no answer to the request for a reply list');
    try {
      await within(answerDeadlineMs, commands.client.lpush(this.#wakeKey, ''), late);
    } catch (error) {
      this.#handlers.delete(key);
      throw error;
    }
  }

  async #pop(popper: RedisConnection): Promise<void> {
    const { address } = this.#replies;
    this.#popping = true;
    try {
      while (this.#handlers.size > 0) {
        const popped = await within(
          popSeconds * 1000 + answerDeadlineMs,
          popper.client.brpopBuffer(this.#wakeKey, ...this.#handlers.keys(), popSeconds),
          () => lostError(address, 'no answer to a request for replies'),
        );
        if (popped) this.#deliver(popped[0].toString(), popped[1]);
      }
    } catch (error) {
      this.#popping = false;
      // Whatever the server says, it is there: that fails these requests, and the next one asks anew.
      if (isErrorReply(error)) this.#fail(operationFailure(error, address));
      else popper.destroy();
    } finally {
      this.#popping = false;
    }
  }

  #fail(reason: Error): void {
    for (const { onFailure } of [...this.#handlers.values()]) if (onFailure) deliver(onFailure, reason);
  }

  #deliver(key: string, bytes: Uint8Array): void {
    const handler = this.#handlers.get(key);
    if (handler) deliver(handler.onMessage, openBytes(bytes, { exchange: '', routingKey: key }));
  }

  async #retire(key: string): Promise<void> {
    this.#handlers.delete(key);
    this.#replies.retired.add(key);
    await this.sweep();
  }

  #key(name: string): string {
    return `${this.#replies.options.globalKeyprefix ?? ''}${name}`;
  }
}
