import type { BrokerAddress } from '../protocol/broker-url.ts';
import { quoteReason } from './connection-failure.ts';
import { isErrorReply, operationFailure } from './redis-failure.ts';

/**
 * Connects and asks a broker what it is: `RabbitMQ 3.10.8`, `Redis 7.0.15`. Undefined when it does not say, and for the
 * demo, which has no server.
 * @throws BrokerUnreachableError when nothing answers there, BrokerRefusedError when it says no
 */
export async function serverVersion(
  address: BrokerAddress,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (address.transport === 'demo') return undefined;
  const version =
    address.transport === 'amqp' ? await amqpVersion(address, signal) : await redisVersion(address, signal);
  return version === undefined ? undefined : quoteReason(version, address);
}

async function amqpVersion(address: BrokerAddress, signal: AbortSignal): Promise<string | undefined> {
  const { amqpSessions } = await import('./amqp.ts');
  const session = await amqpSessions(address, {})(signal);
  const { server } = session;
  await session.close();
  return server;
}

/** A user without the right to INFO, and a server that does not have it, do not say. */
async function redisVersion(address: BrokerAddress, signal: AbortSignal): Promise<string | undefined> {
  const { openRedisConnection } = await import('./redis-connection.ts');
  const connection = await openRedisConnection(address, signal);
  try {
    const info = await connection.client.info('server');
    const [, valkey] = /^valkey_version:(\S+)/m.exec(info) ?? [];
    const [, redis] = /^redis_version:(\S+)/m.exec(info) ?? [];
    if (valkey !== undefined) return `Valkey ${valkey}`;
    return redis === undefined ? undefined : `Redis ${redis}`;
  } catch (error) {
    if (isErrorReply(error)) return undefined;
    throw operationFailure(error, address);
  } finally {
    await connection.close();
  }
}
