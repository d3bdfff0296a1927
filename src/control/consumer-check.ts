import { UsageError } from '../errors.ts';
import type { Arguments } from './arguments.ts';
import type { Reply } from './reply.ts';

/**
 * A worker that is told to declare an exchange with another type than it has stops, on RabbitMQ (406) and on Redis
 * (kombu's NotEquivalentError), after it has answered "ok". So the workers are asked first which exchanges they know.
 * @param activeQueues the replies of all workers, whoever is to obey: the whole broker shares its exchanges
 * @throws UsageError when the types differ
 */
export function checkExchangeType(args: Arguments, activeQueues: readonly Reply[]): void {
  const name = args['exchange'] ?? args['queue'];
  const type = args['exchange_type'] ?? 'direct';
  const known = activeQueues
    .flatMap(({ value }) => exchangesOf(value))
    .find((exchange) => exchange.name === name);
  if (known && known.type !== type) {
    throw new UsageError(
      `add_consumer was not sent: the exchange ${String(name)} is of type ${known.type}, and a worker that declares it as ${String(type)} stops.`,
    );
  }
}

/** From the reply to `active_queues`: any JSON value. */
function exchangesOf(value: unknown): { readonly name: unknown; readonly type: string }[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((queue: unknown) => {
    const exchange = fieldOf(queue, 'exchange');
    const type = fieldOf(exchange, 'type');
    return typeof type === 'string' ? [{ name: fieldOf(exchange, 'name'), type: type.slice(0, 40) }] : [];
  });
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}
