import { matchesTopic } from '../protocol/names.ts';
import {
  type Binding,
  bindingsKey,
  type RedisQueueNaming,
  readBinding,
} from '../protocol/redis-queue-naming.ts';
import type { RedisConnection } from './redis-connection.ts';

/** Keys looked at in one step: a database of results has many that are none of ours. */
const scanCount = 1000;

/** What kombu remembers in Redis of queues and exchanges: one set for each exchange, which nobody ever cleans up. */
export class RedisBindings {
  readonly #connection: RedisConnection;
  readonly #naming: RedisQueueNaming;
  #all: Promise<readonly Binding[]> | undefined;

  constructor(connection: RedisConnection, naming: RedisQueueNaming) {
    this.#connection = connection;
    this.#naming = naming;
  }

  /** Of all exchanges; read once, because it takes a walk through all keys of the database. */
  all(): Promise<readonly Binding[]> {
    this.#all ??= this.#read();
    return this.#all;
  }

  async knows(queue: string): Promise<boolean> {
    // A queue that was not declared by hand has a direct exchange of its own name.
    const own = await this.#of(queue);
    if (own.some((binding) => binding.queue === queue)) return true;
    return (await this.all()).some((binding) => binding.queue === queue);
  }

  /** The queues that a message with this routing key goes to. Mirrors kombu/transport/virtual/exchange.py. */
  async routes(exchange: string, routingKey: string): Promise<readonly string[]> {
    const found = (await this.#of(exchange)).filter((binding) =>
      binding.isPattern ? matchesTopic(binding.routingKey, routingKey) : binding.routingKey === routingKey,
    );
    return [...new Set(found.map(({ queue }) => queue))];
  }

  async #read(): Promise<readonly Binding[]> {
    const { client } = this.#connection;
    const prefix = bindingsKey('', this.#naming);
    const pattern = `${prefix.replace(/[[\]*?\\]/g, '\\$&')}*`;
    const found: Binding[] = [];
    const seen = new Set<string>();
    let cursor = '0';
    do {
      const [next, keys] = await client.scan(cursor, 'MATCH', pattern, 'COUNT', scanCount);
      cursor = next;
      for (const key of keys) {
        if (seen.has(key)) continue;
        seen.add(key);
        found.push(...(await this.#of(key.slice(prefix.length))));
      }
    } while (cursor !== '0');
    return found.map(({ queue, exchange, routingKey }) => ({ queue, exchange, routingKey }));
  }

  async #of(exchange: string): Promise<readonly NonNullable<ReturnType<typeof readBinding>>[]> {
    const key = bindingsKey(exchange, this.#naming);
    const members = await this.#connection.client.smembers(key);
    return members.flatMap((member) => readBinding(exchange, member, this.#naming) ?? []);
  }
}
