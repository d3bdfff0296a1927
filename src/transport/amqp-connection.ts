import { type ChannelModel, connect } from 'amqplib';
import type { BrokerAddress } from '../protocol/broker-url.ts';
import { handshakeFailure } from './amqp-failure.ts';
import { closeDeadlineMs, connectDeadlineMs, unreachableError } from './connection-failure.ts';
import { tlsOptions } from './tls-options.ts';
import { within } from './within.ts';

/** Seconds; a peer that is silent for two of them is dead. RabbitMQ's own default of 60 is too slow for a screen. */
const heartbeat = 10;

export interface AmqpConnection {
  readonly model: ChannelModel;
  /** Destroys the socket, whatever state it is in: amqplib itself has no way to give up. */
  readonly destroy: () => void;
}

/**
 * Connects once, within a deadline. amqplib's own recovery stays off.
 * @throws BrokerUnreachableError, BrokerRefusedError
 */
export async function openAmqpConnection(
  address: BrokerAddress,
  signal: AbortSignal,
): Promise<AmqpConnection> {
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
    return { model: await open(address, socket.signal), destroy: abort };
  } catch (error) {
    if (late) throw unreachableError(address, `no answer within ${connectDeadlineMs / 1000} s`);
    throw handshakeFailure(error, address);
  } finally {
    clearTimeout(deadline);
    signal.removeEventListener('abort', abort);
  }
}

/** Says goodbye, unless the connection is lost, and ends it. Never rejects. */
export async function closeAmqpConnection(
  { model, destroy }: AmqpConnection,
  isLost: boolean,
): Promise<void> {
  try {
    if (!isLost) await within(closeDeadlineMs, model.close(), () => new Error('no answer'));
  } catch {
    // Broken already, or a peer that does not answer: nothing left to be polite to.
  } finally {
    destroy();
  }
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
