import { randomUUID } from 'node:crypto';
import type { BrokerAddress } from '../protocol/broker-url.ts';
import { openAmqpConnection } from './amqp-connection.ts';
import { AmqpSession } from './amqp-session.ts';
import type { OpenSession } from './session.ts';
import type { TransportOptions } from './transport.ts';

/** Opens sessions on RabbitMQ; the reconnecting transport has the policy of when. */
export function amqpSessions(
  address: BrokerAddress,
  options: TransportOptions,
  uuid: () => string = randomUUID,
): OpenSession<AmqpSession> {
  return async (signal) =>
    new AmqpSession({ address, options, uuid, ...(await openAmqpConnection(address, signal)) });
}
