import { BrokerUnreachableError } from '../errors.ts';
import { type BrokerAddress, redactUrl } from '../protocol/broker-url.ts';
import { quoteReason } from './connection-failure.ts';
import type { RedisConnection } from './redis-connection.ts';

/** A reader that was killed loses its queue after so long. */
const leaseMs = 6_000;
const renewEveryMs = 2_000;
const askEveryMs = 250;
/** Who still renews its lease after so long is alive, and not waited for. */
const patienceMs = leaseMs + 1_500;

interface Locking {
  readonly address: BrokerAddress;
  readonly connection: RedisConnection;
  readonly key: string;
  readonly queue: string;
  readonly owner: string;
  readonly onLost: (reason: BrokerUnreachableError) => void;
}

/**
 * The right to take from a queue, which two readers must not have at once: the second would give back what the first has
 * under way, and both would move it. A duplicate is the worst that comes of it, so a lease is enough.
 */
export class RedisQueueLock {
  readonly #locking: Locking;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(locking: Locking) {
    this.#locking = locking;
  }

  /**
   * Waits for a reader that was killed to lose its lease.
   * @throws BrokerUnreachableError when somebody is alive and has it; the reason of `signal`
   */
  async acquire(signal: AbortSignal, onWaiting?: (queue: string, owner: string) => void): Promise<void> {
    const { connection, key, owner, queue, address } = this.#locking;
    const { client } = connection;
    for (let waitedMs = 0; ; waitedMs += askEveryMs) {
      signal.throwIfAborted();
      if ((await client.set(key, owner, 'PX', leaseMs, 'NX')) === 'OK') break;
      const other = quoteReason((await client.get(key)) ?? '', address).slice(0, 80);
      if (waitedMs === 0) onWaiting?.(queue, other);
      if (waitedMs >= patienceMs) throw taken(this.#locking, other);
      await pause(askEveryMs, signal);
    }
    this.#timer = setInterval(() => void this.#renew(), renewEveryMs);
  }

  /** Never rejects. */
  async release(): Promise<void> {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    const { connection, key, owner } = this.#locking;
    try {
      if ((await connection.client.get(key)) === owner) await connection.client.del(key);
    } catch {
      // The connection is gone: the lease ends by itself.
    }
  }

  async #renew(): Promise<void> {
    const { connection, key, owner, onLost } = this.#locking;
    try {
      const current = await connection.client.get(key);
      if (current === owner) await connection.client.pexpire(key, leaseMs);
      else if (current === null) await connection.client.set(key, owner, 'PX', leaseMs, 'NX');
      else {
        clearInterval(this.#timer);
        onLost(taken(this.#locking, current));
      }
    } catch {
      // The end of the connection is told by itself.
    }
  }
}

function taken({ queue, address }: Locking, other: string): BrokerUnreachableError {
  return new BrokerUnreachableError(
    `${quoteReason(other, address)} is taking messages from ${JSON.stringify(queue)} on ${redactUrl(address)}: try again when it is done.`,
  );
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener('abort', end);
  });
}
