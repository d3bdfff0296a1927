import type { Buffer } from 'node:buffer';
import type { BrokerAddress } from '../protocol/broker-url.ts';
import { priorityLists, type RedisQueueNaming } from '../protocol/redis-queue-naming.ts';
import type { RedisConnection } from './redis-connection.ts';
import { operationFailure } from './redis-failure.ts';
import { RedisQueueLock } from './redis-queue-lock.ts';
import { readMessage } from './redis-task-element.ts';
import type { BrokerError } from './session.ts';
import type { QueueReader, ReadMessage, ReadOptions } from './task-queues.ts';

/** Messages asked for at once. */
const batch = 25;

interface Taking {
  readonly address: BrokerAddress;
  readonly connection: RedisConnection;
  readonly naming: RedisQueueNaming;
  readonly queues: readonly string[];
  readonly options: ReadOptions;
}

/** A list of a queue, and beside it the list of what has been taken from it and is under way. */
interface Source {
  readonly queue: string;
  readonly key: string;
  readonly movingKey: string;
}

/** The lists of what was taken from a queue: `stalk.moving.<queue>`, one for each priority. */
export function movingLists(queue: string, naming: RedisQueueNaming): ReturnType<typeof priorityLists> {
  return priorityLists(`stalk.moving.${queue}`, naming);
}

/**
 * Takes messages out of queues, away from the workers, in single steps of the server: each message is in its queue or in
 * the list beside it at every moment, and leaves that only by its acknowledgement. A reader that is killed leaves the
 * list; the next one puts it back before it begins.
 */
export class RedisQueueTaker implements QueueReader {
  recovered = 0;
  readonly #taking: Taking;
  readonly #sources: readonly Source[];
  /** By queue: only what these protect may be put back. */
  readonly #locks = new Map<string, RedisQueueLock>();
  readonly #taken: { readonly source: Source; readonly element: Buffer }[] = [];
  /** Where taking goes on. */
  #position = 0;
  #failure: BrokerError | undefined;
  #closed = false;

  constructor(taking: Taking) {
    this.#taking = taking;
    this.#sources = sourcesOf(taking);
  }

  async open(): Promise<void> {
    const { queues, options } = this.#taking;
    // Always in the same order, so that two readers do not wait for each other.
    for (const queue of [...queues].sort()) {
      const lock = this.#lockOf(queue);
      await lock.acquire(options.signal, options.onWaiting);
      this.#locks.set(queue, lock);
    }
    for (const source of this.#sources) this.recovered += await this.#giveBack(source);
  }

  async next(signal: AbortSignal): Promise<ReadMessage | undefined> {
    signal.throwIfAborted();
    if (this.#failure) throw this.#failure;
    if (this.#taken.length === 0) await this.#take();
    const first = this.#taken.shift();
    return first && this.#read(first.source, first.element);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      for (const source of this.#sources) if (this.#locks.has(source.queue)) await this.#giveBack(source);
    } catch {
      // The connection is gone: the next reader does it.
    }
    for (const lock of this.#locks.values()) await lock.release();
  }

  /** Asks one list after the other for a batch, until one has something or all have been asked. */
  async #take(): Promise<void> {
    for (let asked = 0; asked < this.#sources.length; asked += 1) {
      const source = this.#sources[this.#position % this.#sources.length];
      if (source === undefined) return;
      const { client } = this.#taking.connection;
      const elements = await Promise.all(
        Array.from({ length: batch }, () => client.rpoplpushBuffer(source.key, source.movingKey)),
      );
      for (const element of elements) if (element !== null) this.#taken.push({ source, element });
      if (elements.at(-1) === null) this.#position += 1;
      if (this.#taken.length > 0) return;
    }
  }

  #read(source: Source, element: Buffer): ReadMessage {
    return {
      queue: source.queue,
      ...readMessage(element),
      acknowledge: async () => {
        const { connection, address } = this.#taking;
        try {
          // From the head: what is kept for the end of the run lies behind it.
          await connection.client.lrem(source.movingKey, 1, element);
        } catch (error) {
          throw operationFailure(error, address);
        }
      },
      keep: () => {},
    };
  }

  /**
   * Puts everything that is under way back to the end of its queue from which workers take, in its old order. In
   * transactions that name each message: whoever else acts on the lists at the same time can double one, not lose it.
   */
  async #giveBack({ key, movingKey }: Source): Promise<number> {
    const { client } = this.#taking.connection;
    let count = 0;
    for (;;) {
      const elements = await client.lrangeBuffer(movingKey, 0, 99);
      if (elements.length === 0) return count;
      const transaction = client.multi();
      for (const element of elements) {
        transaction.rpush(key, element);
        transaction.lrem(movingKey, 1, element);
      }
      for (const [error] of (await transaction.exec()) ?? []) if (error) throw error;
      count += elements.length;
    }
  }

  #lockOf(queue: string): RedisQueueLock {
    const { address, connection, naming, options } = this.#taking;
    return new RedisQueueLock({
      address,
      connection,
      queue,
      key: `${naming.globalKeyprefix}stalk.moving-lock.${queue}`,
      owner: options.owner,
      onLost: (reason) => {
        // Whoever has it now puts back what is ours, too, when it is done.
        this.#locks.delete(queue);
        this.#failure ??= reason;
      },
    });
  }
}

/** As workers take: the first priority of every queue, then the next. Mirrors kombu/transport/redis.py:_brpop_start. */
function sourcesOf({ queues, naming }: Taking): readonly Source[] {
  return naming.prioritySteps.flatMap((_, at) =>
    queues.flatMap((queue) => {
      const key = priorityLists(queue, naming)[at]?.key;
      const movingKey = movingLists(queue, naming)[at]?.key;
      return key === undefined || movingKey === undefined ? [] : [{ queue, key, movingKey }];
    }),
  );
}
