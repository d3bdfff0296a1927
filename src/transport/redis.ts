import type { BrokerAddress } from '../protocol/broker-url.ts';
import { openRedisConnection } from './redis-connection.ts';
import { RedisSession } from './redis-session.ts';
import type { OpenSession } from './session.ts';
import type { TransportOptions } from './transport.ts';

/**
 * Opens connections to Redis: one that subscribes, one for commands, and a third for blocking pops when the first reply
 * is awaited. ioredis' own recovery stays off: the reconnecting transport has the policy.
 */
export function redisSessions(address: BrokerAddress, options: TransportOptions): OpenSession {
  return async (signal) => {
    const open = () => openRedisConnection(address, signal);
    const [commands, subscriber] = await Promise.allSettled([open(), open()]);
    if (commands.status === 'fulfilled' && subscriber.status === 'fulfilled') {
      const openPopper = () => openRedisConnection(address);
      return new RedisSession({
        address,
        options,
        commands: commands.value,
        subscriber: subscriber.value,
        openPopper,
      });
    }
    for (const each of [commands, subscriber]) if (each.status === 'fulfilled') await each.value.close();
    throw commands.status === 'rejected' ? commands.reason : (subscriber as PromiseRejectedResult).reason;
  };
}
