import type { BrokerAddress } from '../protocol/broker-url.ts';
import { openRedisConnection } from './redis-connection.ts';
import { RetiredLists } from './redis-retired-lists.ts';
import { RedisSession } from './redis-session.ts';
import type { OpenSession } from './session.ts';
import type { TransportOptions } from './transport.ts';

/**
 * Opens connections to Redis: one that subscribes, one for commands, and a third for blocking pops when the first reply
 * is awaited. ioredis' own recovery stays off: the reconnecting transport has the policy.
 */
export function redisSessions(address: BrokerAddress, options: TransportOptions): OpenSession {
  const retired = new RetiredLists();
  return async (signal) => {
    const open = () => openRedisConnection(address, signal);
    const [commands, subscriber] = await Promise.allSettled([open(), open()]);
    if (commands.status === 'fulfilled' && subscriber.status === 'fulfilled') {
      return new RedisSession({
        address,
        options,
        commands: commands.value,
        subscriber: subscriber.value,
        openPopper: (ofSession) => openRedisConnection(address, ofSession),
        retired,
      });
    }
    for (const each of [commands, subscriber]) if (each.status === 'fulfilled') await each.value.close();
    throw commands.status === 'rejected' ? commands.reason : (subscriber as PromiseRejectedResult).reason;
  };
}
