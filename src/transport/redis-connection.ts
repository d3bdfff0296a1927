import { Redis } from 'ioredis';
import type { BrokerAddress } from '../protocol/broker-url.ts';
import { closeDeadlineMs, connectDeadlineMs, unreachableError } from './connection-failure.ts';
import { isClosed, isErrorReply, openFailure, operationFailure, shutsOut } from './redis-failure.ts';
import type { BrokerError } from './session.ts';
import { type TlsOptions, tlsOptions } from './tls-options.ts';
import { within } from './within.ts';

/** Milliseconds before the operating system's first probe of a silent peer. */
const keepAliveMs = 15_000;

/** One authenticated connection. It ends once and for all. */
export class RedisConnection {
  readonly client: Redis;
  /** Resolves with the reason when it ends by anything but `close()`. */
  readonly lost: Promise<BrokerError>;
  readonly #ended: Promise<void>;

  constructor(client: Redis, address: BrokerAddress) {
    this.client = client;
    let lastError: Error | undefined;
    client.on('error', (error) => {
      lastError = error;
    });
    this.#ended = new Promise((resolve) => client.once('end', resolve));
    this.lost = this.#ended.then(() => operationFailure(lastError, address));
  }

  async close(): Promise<void> {
    this.client.disconnect();
    try {
      await within(closeDeadlineMs, this.#ended, () => new Error('no answer'));
    } catch {
      this.destroy();
    }
  }

  /** For a peer that does not answer. */
  destroy(): void {
    this.client.disconnect();
    this.client.stream?.destroy();
  }
}

/**
 * Connects, authenticates and selects the database, all within one deadline. The commands are sent by hand, because
 * ioredis would answer some refusals with a line on the terminal and go on.
 */
export async function openRedisConnection(
  address: BrokerAddress,
  signal?: AbortSignal,
): Promise<RedisConnection> {
  const client = new Redis({
    ...place(address, address.tls ? await tlsOptions(address) : undefined),
    ...bare,
  });
  let connectionError: Error | undefined;
  client.on('error', (error) => {
    connectionError = error;
  });
  const connection = new RedisConnection(client, address);
  const abort = (): void => connection.destroy();
  signal?.addEventListener('abort', abort);
  try {
    signal?.throwIfAborted();
    await within(connectDeadlineMs, greet(client, address), () =>
      unreachableError(address, `no answer within ${connectDeadlineMs / 1000} s`),
    );
    return connection;
  } catch (error) {
    connection.destroy();
    throw openFailure(isClosed(error) ? (connectionError ?? error) : error, address);
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

/** Everything that ioredis would do by itself is off: queueing, retrying, greeting, subscribing again. */
const bare = {
  lazyConnect: true,
  protocol: 2,
  enableOfflineQueue: false,
  enableReadyCheck: false,
  disableClientInfo: true,
  autoResubscribe: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  retryStrategy: null,
  keepAlive: keepAliveMs,
  connectTimeout: connectDeadlineMs,
} as const;

function place(
  address: BrokerAddress,
  tls: TlsOptions | undefined,
): { path: string } | { host: string; port: number; tls?: TlsOptions & { servername?: string } } {
  if (address.socketPath !== undefined) return { path: address.socketPath };
  const { hostname: host, port } = address;
  if (!tls) return { host, port };
  const isName = /[a-z]/i.test(host) && !host.includes(':');
  return { host, port, tls: { ...tls, ...(isName ? { servername: host } : {}) } };
}

async function greet(client: Redis, address: BrokerAddress): Promise<void> {
  const { username, password, virtualHost } = address;
  await client.connect();
  if (password !== undefined) {
    await (username === undefined ? client.auth(password) : client.auth(username, password));
  }
  if (virtualHost !== '0') await client.select(Number(virtualHost));
  await client.client('SETNAME', 'celery-stalk').catch(() => {});
  await client.ping().catch((error) => {
    // A server that cannot save answers -MISCONF even to this, and serves us all the same.
    if (!isErrorReply(error) || shutsOut(error)) throw error;
  });
}
