import { randomUUID } from 'node:crypto';
import type { BrokerAddress } from '../protocol/broker-url.ts';
import type { Delivery } from '../protocol/kombu-envelope.ts';
import {
  type Binding,
  bindingMember,
  bindingsKey,
  listForPriority,
  priorityLists,
  type RedisQueueNaming,
  unackedKey,
} from '../protocol/redis-queue-naming.ts';
import { encodeTaskEnvelope } from '../protocol/task-envelope.ts';
import { kombuPriority, type TaskMessage } from '../protocol/task-message.ts';
import { unreachableError } from './connection-failure.ts';
import { isOwnVerdict } from './own-verdict.ts';
import { RedisBindings } from './redis-bindings.ts';
import { openRedisConnection, type RedisConnection } from './redis-connection.ts';
import { operationFailure } from './redis-failure.ts';
import { movingLists, RedisQueueTaker } from './redis-queue-taker.ts';
import { RedisQueueWalk } from './redis-queue-walk.ts';
import type { BrokerError } from './session.ts';
import {
  NotCarriedError,
  type QueueCount,
  type QueueReader,
  type ReadOptions,
  type TaskQueueOptions,
  type TaskQueues,
} from './task-queues.ts';
import { unroutable } from './unroutable.ts';
import { within } from './within.ts';

/** A mark is gone by itself after so long, should its removal be forgotten. */
const markMs = 10_000;

/** Opens one connection to the queues of Redis. @throws BrokerUnreachableError, BrokerRefusedError */
export async function openRedisTaskQueues(
  address: BrokerAddress,
  options: TaskQueueOptions,
  signal: AbortSignal,
): Promise<TaskQueues> {
  return new RedisTaskQueues(address, await openRedisConnection(address, signal), options);
}

class RedisTaskQueues implements TaskQueues {
  readonly address: BrokerAddress;
  readonly lost: Promise<BrokerError>;
  readonly #connection: RedisConnection;
  readonly #naming: RedisQueueNaming;
  readonly #bindings: RedisBindings;
  readonly #answerWithinMs: number;
  #reason: BrokerError | undefined;
  #closed = false;

  constructor(address: BrokerAddress, connection: RedisConnection, options: TaskQueueOptions) {
    this.address = address;
    this.#connection = connection;
    this.#naming = options.redis;
    this.#answerWithinMs = options.confirmWithinMs;
    this.#bindings = new RedisBindings(connection, options.redis);
    this.lost = new Promise((resolve) => {
      void connection.lost.then((reason) => {
        if (this.#closed) return;
        this.#reason = reason;
        resolve(reason);
      });
    });
  }

  async count(queue: string): Promise<QueueCount | undefined> {
    return await this.#attempt(async () => {
      const { client } = this.#connection;
      const lists = priorityLists(queue, this.#naming);
      const [lengths, moving] = await Promise.all([
        Promise.all(lists.map(({ key }) => client.llen(key))),
        Promise.all(movingLists(queue, this.#naming).map(({ key }) => client.llen(key))),
      ]);
      const messages = sum(lengths);
      const held = sum(moving);
      // An empty list is no key: what is left of an empty queue is only that it is bound.
      if (messages + held === 0 && !(await this.#bindings.knows(queue))) return undefined;
      const byPriority = lists.map(({ step }, index) => ({ step, messages: lengths[index] ?? 0 }));
      return {
        messages,
        consumers: undefined,
        byPriority: byPriority.filter((each) => each.messages > 0),
        held,
      };
    });
  }

  async unacknowledged(): Promise<number> {
    return await this.#attempt(() => this.#connection.client.hlen(unackedKey(this.#naming)));
  }

  /** Mirrors kombu/transport/redis.py:_purge. */
  async purge(queue: string): Promise<number | undefined> {
    return await this.#attempt(async () => {
      const transaction = this.#connection.client.multi();
      for (const { key } of priorityLists(queue, this.#naming)) transaction.llen(key).del(key);
      const results = (await transaction.exec()) ?? [];
      for (const [error] of results) if (error) throw error;
      const purged = sum(results.filter((_, index) => index % 2 === 0).map(([, length]) => Number(length)));
      return purged === 0 && !(await this.#bindings.knows(queue)) ? undefined : purged;
    });
  }

  async declare(queue: string): Promise<void> {
    const key = bindingsKey(queue, this.#naming);
    await this.#attempt(() => this.#connection.client.sadd(key, bindingMember(queue, queue, this.#naming)));
  }

  async publish(target: Delivery, message: TaskMessage): Promise<void> {
    await this.#attempt(async () => {
      const { exchange, routingKey } = target;
      const queues = exchange === '' ? [routingKey] : await this.#bindings.routes(exchange, routingKey);
      if (queues.length === 0) throw unroutable(target, this.address);
      const pushes = queues.map(
        (queue) =>
          [
            listForPriority(queue, kombuPriority(message), this.#naming),
            envelopeOf(message, target),
          ] as const,
      );
      await this.#push(pushes);
    });
  }

  async read(queues: readonly string[], options: ReadOptions): Promise<QueueReader> {
    const connection = this.#connection;
    const naming = this.#naming;
    const { address } = this;
    if (!options.takes) return this.#guarded(new RedisQueueWalk({ connection, naming, queues }));
    const taker = new RedisQueueTaker({ address, connection, naming, queues, options });
    try {
      await this.#failing(() => taker.open());
    } catch (error) {
      await taker.close();
      throw error;
    }
    return this.#guarded(taker);
  }

  async bindings(): Promise<readonly Binding[]> {
    return await this.#attempt(() => this.#bindings.all());
  }

  async leaveMark(name: string): Promise<() => Promise<void>> {
    const key = `${this.#naming.globalKeyprefix}${name}`;
    await this.#attempt(() => this.#connection.client.set(key, '', 'PX', markMs));
    return async () => {
      await this.#connection.client.del(key).catch(() => {});
    };
  }

  async hasMark(name: string): Promise<boolean> {
    const key = `${this.#naming.globalKeyprefix}${name}`;
    return (await this.#attempt(() => this.#connection.client.exists(key))) === 1;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#connection.close();
  }

  /** To all lists or to none. */
  async #push(pushes: readonly (readonly [key: string, envelope: string])[]): Promise<void> {
    const { client } = this.#connection;
    const [only, ...more] = pushes;
    if (only !== undefined && more.length === 0) {
      await client.lpush(...only);
      return;
    }
    const transaction = client.multi();
    for (const push of pushes) transaction.lpush(...push);
    for (const [error] of (await transaction.exec()) ?? []) if (error) throw error;
  }

  #guarded(reader: QueueReader): QueueReader {
    return {
      recovered: reader.recovered,
      next: (signal) => this.#attempt(() => reader.next(signal)),
      close: () => reader.close(),
    };
  }

  /** Runs one operation within the time to answer. */
  #attempt<T>(operation: () => Promise<T>): Promise<T> {
    return this.#failing(() =>
      within(this.#answerWithinMs, operation(), () =>
        unreachableError(this.address, `no answer within ${this.#answerWithinMs / 1000} s`),
      ),
    );
  }

  /** The failure of an operation is the loss of the connection, if that is what happened. */
  async #failing<T>(operation: () => Promise<T>): Promise<T> {
    if (this.#reason) throw this.#reason;
    try {
      return await operation();
    } catch (error) {
      if (isOwnVerdict(error)) throw error;
      throw this.#reason ?? operationFailure(error, this.address);
    }
  }
}

function envelopeOf(message: TaskMessage, target: Delivery): string {
  try {
    return encodeTaskEnvelope(message, target, randomUUID());
  } catch {
    throw new NotCarriedError('it is longer than Redis allows');
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
