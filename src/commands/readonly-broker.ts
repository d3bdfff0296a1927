import { findRemoteCommand } from '../control/remote-commands.ts';
import { UsageError } from '../errors.ts';
import type { Transport } from '../transport/transport.ts';

/** What may be used of a transport that is only looked through. Whatever else it has, now or later, is refused. */
const harmless: ReadonlySet<PropertyKey> = new Set<keyof Transport | 'unreadQueues'>([
  'address',
  'options',
  'status',
  'onStatus',
  'ready',
  'retryNow',
  'subscribe',
  'openReplyQueue',
  'queueConflict',
  'unreadQueues',
  'close',
]);

/** The same transport, which refuses whatever would change something: every remote command but those that only ask. */
export function readonlyBroker(transport: Transport): Transport {
  return new Proxy(transport, {
    get(target, name) {
      if (name === 'broadcast') return (...args: Parameters<Transport['broadcast']>) => ask(target, ...args);
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (typeof name === 'string' && !harmless.has(name))
        return () => Promise.reject(refusal(`broker.${name}`));
      return value.bind(target);
    },
  });
}

async function ask(
  transport: Transport,
  ...[exchange, message]: Parameters<Transport['broadcast']>
): ReturnType<Transport['broadcast']> {
  const method = methodOf(message.body);
  const command = method === undefined ? undefined : findRemoteCommand(method);
  if (command?.danger !== 'none') throw refusal(method ?? 'This message');
  return await transport.broadcast(exchange, message);
}

function methodOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('method' in body)) return undefined;
  return typeof body.method === 'string' ? body.method : undefined;
}

function refusal(what: string): UsageError {
  return new UsageError(`${what} was not sent: it would change something, which --readonly refuses.`);
}
