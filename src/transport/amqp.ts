import { randomUUID } from 'node:crypto';
import { type ChannelModel, connect } from 'amqplib';
import type { BrokerAddress } from '../protocol/broker-url.ts';
import { handshakeFailure } from './amqp-failure.ts';
import { AmqpSession } from './amqp-session.ts';
import { connectDeadlineMs, unreachableError } from './connection-failure.ts';
import type { OpenSession } from './session.ts';
import { tlsOptions } from './tls-options.ts';
import type { TransportOptions } from './transport.ts';

/** Seconds; a peer that is silent for two of them is dead. RabbitMQ's own default of 60 is too slow for a screen. */
const heartbeat = 10;

/** Opens connections to RabbitMQ. amqplib's own recovery stays off: the reconnecting transport has the policy. */
export function amqpSessions(
  address: BrokerAddress,
  options: TransportOptions,
  uuid: () => string = randomUUID,
): OpenSession<AmqpSession> {
  return async (signal) => {
    // Destroys the socket, whatever state it is in: amqplib itself has no way to give up.
    const socket = new AbortController();
    const abort = (): void => socket.abort();
    signal.addEventListener('abort', abort);
    let late = false;
    const deadline = setTimeout(() => {
      late = true;
      abort();
    }, connectDeadlineMs);
    try {
      signal.throwIfAborted();
      const model = await open(address, socket.signal);
      return new AmqpSession({ address, options, model, uuid, destroy: abort });
    } catch (error) {
      if (late) throw unreachableError(address, `no answer within ${connectDeadlineMs / 1000} s`);
      throw handshakeFailure(error, address);
    } finally {
      clearTimeout(deadline);
      signal.removeEventListener('abort', abort);
    }
  };
}

async function open(address: BrokerAddress, signal: AbortSignal): Promise<ChannelModel> {
  const { tls, hostname, port, username, password, virtualHost, query } = address;
  const requested = Number.parseInt(query['heartbeat'] ?? '', 10);
  return await connect(
    {
      protocol: tls ? 'amqps' : 'amqp',
      hostname,
      port,
      username: username ?? 'guest',
      password: password ?? 'guest',
      // amqplib decodes it once more, also in this form.
      vhost: encodeURIComponent(virtualHost),
      heartbeat: requested >= 0 ? requested : heartbeat,
    },
    {
      ...(tls ? await tlsOptions(address) : {}),
      ...{ signal },
      noDelay: true,
      keepAlive: true,
      clientProperties: { connection_name: 'celery-stalk', product: 'celery-stalk' },
    },
  );
}
