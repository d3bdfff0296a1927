import { UnroutableError } from '../errors.ts';
import { type BrokerAddress, redactUrl } from '../protocol/broker-url.ts';
import type { Delivery } from '../protocol/kombu-envelope.ts';
import { quoteReason } from './connection-failure.ts';

/** `amqp://… has no queue "orders".` */
export function unroutable(target: Delivery, address: BrokerAddress): UnroutableError {
  return new UnroutableError(`${redactUrl(address)} has no ${targetName(target, address)}.`);
}

/** `queue "orders"`, `queue on the exchange "x" for the routing key "y"`. */
export function targetName({ exchange, routingKey }: Delivery, address: BrokerAddress): string {
  const quoted = (name: string): string => JSON.stringify(quoteReason(name, address));
  if (exchange === '') return `queue ${quoted(routingKey)}`;
  return `queue on the exchange ${quoted(exchange)} for the routing key ${quoted(routingKey)}`;
}
