import type { BrokerAddress } from '../protocol/broker-url.ts';
import { answerDeadlineMs, lostError } from '../transport/connection-failure.ts';
import { openRedisConnection, type RedisConnection } from '../transport/redis-connection.ts';
import { operationFailure } from '../transport/redis-failure.ts';
import { RedisLiveness } from '../transport/redis-liveness.ts';
import { within } from '../transport/within.ts';

/**
 * Listens to channels on a connection of its own. What is published between two calls of `changed` is not lost: look
 * after `add`, and nothing can slip through between looking and waiting.
 */
export class RedisWatch {
  readonly #address: BrokerAddress;
  readonly #connection: RedisConnection;
  readonly #liveness: RedisLiveness;
  #changed = new Set<string>();
  #wake: () => void = () => {};
  #failure: Error | undefined;

  constructor(connection: RedisConnection, address: BrokerAddress) {
    this.#address = address;
    this.#connection = connection;
    const { client } = connection;
    const fail = (reason: Error): void => {
      this.#failure ??= reason;
      this.#wake();
    };
    this.#liveness = new RedisLiveness(() => client.ping(), address, fail);
    client.on('message', (channel: string) => {
      this.#liveness.seen();
      this.#changed.add(channel);
      this.#wake();
    });
    void connection.lost.then(fail);
  }

  static async open(address: BrokerAddress, signal: AbortSignal): Promise<RedisWatch> {
    return new RedisWatch(await openRedisConnection(address, signal), address);
  }

  /** Resolves when the server has confirmed them. */
  async add(channels: readonly string[]): Promise<void> {
    if (channels.length === 0) return;
    try {
      const subscribed = this.#connection.client.subscribe(...channels);
      await within(answerDeadlineMs, subscribed, () =>
        lostError(this.#address, 'no answer to the subscription'),
      );
    } catch (error) {
      throw this.#failure ?? operationFailure(error, this.#address);
    }
  }

  /**
   * Resolves with the channels that something was published on since the last call, as soon as there is one; undefined
   * when `signal` aborts first.
   * @throws BrokerUnreachableError or BrokerRefusedError when the connection is lost
   */
  async changed(signal: AbortSignal): Promise<ReadonlySet<string> | undefined> {
    if (this.#changed.size === 0 && !this.#failure && !signal.aborted) await this.#woken(signal);
    if (this.#failure) throw this.#failure;
    if (this.#changed.size === 0) return undefined;
    const changed = this.#changed;
    this.#changed = new Set();
    return changed;
  }

  async close(): Promise<void> {
    this.#liveness.stop();
    if (this.#failure) this.#connection.destroy();
    await this.#connection.close();
  }

  async #woken(signal: AbortSignal): Promise<void> {
    let wake = (): void => {};
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    this.#wake = wake;
    signal.addEventListener('abort', wake);
    await woken;
    signal.removeEventListener('abort', wake);
  }
}
