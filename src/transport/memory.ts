import { BrokerUnreachableError } from '../errors.ts';
import type { BrokerAddress } from '../protocol/broker-url.ts';
import type { Headers, Message, OutgoingMessage } from '../protocol/message.ts';
import { matchesTopic } from '../protocol/names.ts';
import type { Timers } from '../timers.ts';
import { ReconnectingTransport } from './reconnecting-transport.ts';
import type { BrokerError, Session } from './session.ts';
import { realTimers } from './timers.ts';
import type { ReplyQueue, Transport, TransportOptions } from './transport.ts';

/** An `OutgoingMessage` is one; a `Uint8Array` body goes out as it is, under the content type given. */
export interface MemoryMessage {
  readonly body: unknown;
  readonly headers?: Headers;
  /** Default `application/json`. */
  readonly contentType?: string;
  /** Default `utf-8`. */
  readonly contentEncoding?: string;
}

interface Binding {
  readonly pattern: string;
  readonly deliver: (message: Message) => void;
}

export const demoAddress: BrokerAddress = {
  transport: 'demo',
  tls: false,
  hostname: 'demo',
  port: 0,
  username: undefined,
  password: undefined,
  virtualHost: '/',
  socketPath: undefined,
  query: {},
};

/**
 * A broker inside the process, for the demo cluster and for tests: topic and fanout exchanges, reply queues, outages.
 * Messages arrive in order and never before the call that sent them has returned, as with a real broker.
 */
export class MemoryBroker {
  readonly #bindings = new Map<string, Set<Binding>>();
  readonly #queues = new Map<string, (message: Message) => void>();
  readonly #sessions = new Set<(reason: BrokerError) => void>();
  #outage: string | undefined;
  #nextQueue = 1;

  /** Sends to everyone bound to `exchange`; returns how many that were. Nothing is delivered during an outage. */
  publish(exchange: string, routingKey: string, message: MemoryMessage | OutgoingMessage): number {
    if (this.#outage !== undefined) return 0;
    const matching = [...(this.#bindings.get(exchange) ?? [])].filter((binding) =>
      matchesTopic(binding.pattern, routingKey),
    );
    const delivered = toMessage(message, exchange, routingKey);
    for (const binding of matching) {
      queueMicrotask(() => {
        if (this.#bindings.get(exchange)?.has(binding)) binding.deliver(delivered);
      });
    }
    return matching.length;
  }

  /** Sends to one reply queue by its name (a request's `reply_to.routing_key`); false when there is none. */
  send(queue: string, message: MemoryMessage | OutgoingMessage): boolean {
    if (this.#outage !== undefined || !this.#queues.has(queue)) return false;
    const delivered = toMessage(message, '', queue);
    queueMicrotask(() => this.#queues.get(queue)?.(delivered));
    return true;
  }

  /** The worker's side of an exchange, for example `celery.pidbox`. Returns a function that ends it; outlives outages. */
  listen(exchange: string, handler: (message: Message) => void, pattern = '#'): () => void {
    return this.#bind(exchange, { pattern, deliver: handler });
  }

  /** Names of the reply queues that exist now. */
  queues(): string[] {
    return [...this.#queues.keys()];
  }

  /** How many transports are connected now. */
  get sessionCount(): number {
    return this.#sessions.size;
  }

  /** Begins an outage: every connection is lost, new ones are refused with `reason`. */
  stop(reason = 'connection refused'): void {
    this.#outage = reason;
    for (const lose of [...this.#sessions]) lose(outageError(reason));
  }

  /** Ends the outage; transports come back by themselves, or at once with `retryNow()`. */
  restart(): void {
    this.#outage = undefined;
  }

  /** One live connection, for `connectMemory`. */
  async openSession(): Promise<Session> {
    this.#checkUp();
    const { promise: lost, resolve: lose } = deferred<BrokerError>();
    const releases = new Set<() => void>();
    const end = (): void => {
      this.#sessions.delete(onLost);
      for (const release of releases) release();
    };
    const onLost = (reason: BrokerError): void => {
      end();
      lose(reason);
    };
    const keep = (release: () => void): (() => Promise<void>) => {
      releases.add(release);
      return async () => {
        releases.delete(release);
        release();
      };
    };
    this.#sessions.add(onLost);
    return {
      lost,
      subscribe: async ({ exchange, onMessage }) => {
        this.#checkUp();
        return keep(this.#bind(exchange, { pattern: '#', deliver: onMessage }));
      },
      broadcast: async (exchange, message) => {
        this.#checkUp();
        return { receivers: this.publish(exchange, '', message) };
      },
      openReplyQueue: async (onMessage) => {
        this.#checkUp();
        return this.#openReplyQueue(onMessage, keep);
      },
      close: async () => end(),
    };
  }

  #checkUp(): void {
    if (this.#outage !== undefined) throw outageError(this.#outage);
  }

  #openReplyQueue(
    onMessage: (message: Message) => void,
    keep: (release: () => void) => () => Promise<void>,
  ): ReplyQueue {
    const name = `reply.${this.#nextQueue++}`;
    this.#queues.set(name, onMessage);
    return {
      replyTo: { exchange: '', routing_key: name },
      close: keep(() => this.#queues.delete(name)),
    };
  }

  #bind(exchange: string, binding: Binding): () => void {
    const bindings = this.#bindings.get(exchange) ?? new Set();
    this.#bindings.set(exchange, bindings.add(binding));
    return () => {
      bindings.delete(binding);
    };
  }
}

/** A transport on a broker in this process. It connects in the next microtasks: await `ready()`. */
export function connectMemory(
  broker: MemoryBroker,
  address: BrokerAddress = demoAddress,
  timers: Timers = realTimers,
  options: TransportOptions = {},
): Transport {
  return new ReconnectingTransport(address, () => broker.openSession(), timers, options);
}

function toMessage(message: MemoryMessage, exchange: string, routingKey: string): Message {
  const { body } = message;
  return {
    body: body instanceof Uint8Array ? body : new TextEncoder().encode(JSON.stringify(body)),
    contentType: message.contentType ?? 'application/json',
    contentEncoding: message.contentEncoding ?? 'utf-8',
    headers: message.headers ?? {},
    exchange,
    routingKey,
  };
}

function outageError(reason: string): BrokerUnreachableError {
  return new BrokerUnreachableError(`The in-process broker is not reachable (${reason}); it is tried again.`);
}

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
