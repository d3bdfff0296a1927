import { BrokerRefusedError, BrokerUnreachableError, UsageError } from '../errors.ts';
import { type BrokerAddress, parseBrokerUrl, redactUrl } from '../protocol/broker-url.ts';
import { ReconnectingTransport } from './reconnecting-transport.ts';
import type { OpenSession } from './session.ts';
import { realTimers } from './timers.ts';
import type { Transport, TransportOptions } from './transport.ts';

export interface ConnectOptions extends TransportOptions {
  /** Gives up when aborted before the connection stands; afterwards it does nothing. */
  readonly signal?: AbortSignal;
  /** Wait through failures until the broker is there, instead of failing at the first one. Default false. */
  readonly wait?: boolean;
}

/**
 * Connects to the broker of a Celery cluster, and from then on reconnects by itself.
 *
 * @param url as kombu writes it: `amqp://user:pass@host:port/vhost`, `amqps://…`, `redis://[user:pass@]host:port/db`,
 *   `rediss://…`, `redis+socket:///path?virtual_host=db`
 * @throws UsageError for a URL that cannot be understood
 * @throws BrokerUnreachableError when nothing answers there
 * @throws BrokerRefusedError when the broker says no: credentials, virtual host, permission, TLS
 */
export async function connect(url: string, options: ConnectOptions = {}): Promise<Transport> {
  const transport = await open(url, options);
  try {
    await (options.wait ? transport.ready(options.signal) : firstOutcome(transport, options.signal));
    return transport;
  } catch (error) {
    await transport.close();
    throw error;
  }
}

/** Like `connect`, but returns at once and keeps trying: `status` tells how it goes. @throws UsageError */
export async function open(url: string, options: TransportOptions = {}): Promise<Transport> {
  checkOptions(options);
  const address = parseBrokerUrl(url);
  return new ReconnectingTransport(address, await adapter(address, options), realTimers, options);
}

/** The libraries are loaded on demand: most runs need one of them, some none. */
async function adapter(address: BrokerAddress, options: TransportOptions): Promise<OpenSession> {
  if (address.transport === 'amqp') return (await import('./amqp.ts')).amqpSessions(address, options);
  if (address.transport === 'redis') return (await import('./redis.ts')).redisSessions(address, options);
  throw new UsageError(
    'demo:// is a cluster inside the monitor and has no broker to connect to; use stalk events.',
  );
}

/**
 * Resolves when the connection stands.
 * @throws BrokerUnreachableError or BrokerRefusedError at the first failure, or when `signal` aborts first
 */
export function firstOutcome(transport: Transport, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      const { status } = transport;
      if (status.kind === 'ready') finish(resolve);
      else if (status.kind === 'refused') finish(() => reject(new BrokerRefusedError(status.error)));
      else if (status.kind === 'retrying') finish(() => reject(new BrokerUnreachableError(status.error)));
      else if (signal?.aborted) {
        const target = redactUrl(transport.address);
        finish(() => reject(new BrokerUnreachableError(`Connecting to ${target} was given up.`)));
      }
    };
    const finish = (outcome: () => void): void => {
      stop();
      signal?.removeEventListener('abort', settle);
      outcome();
    };
    const stop = transport.onStatus(settle);
    signal?.addEventListener('abort', settle);
    settle();
  });
}

/** Mirrors celery/events/receiver.py, which refuses the same contradiction. */
function checkOptions(options: TransportOptions): void {
  if (options.eventQueueExclusive && options.eventQueueDurable) {
    throw new UsageError(
      'event_queue_exclusive and event_queue_durable exclude each other: set only one of them.',
    );
  }
}
