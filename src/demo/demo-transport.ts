import type { BrokerAddress } from '../protocol/broker-url.ts';
import type { Message, OutgoingMessage } from '../protocol/message.ts';
import type { Timers } from '../timers.ts';
import type { ConnectionStatus } from '../transport/connection-status.ts';
import { connectMemory, demoAddress, MemoryBroker } from '../transport/memory.ts';
import { realTimers } from '../transport/timers.ts';
import type { QueueDeclaration, ReplyQueue, Subscription, Transport } from '../transport/transport.ts';
import { type DemoCluster, startDemoCluster } from './demo-cluster.ts';
import { type DemoOptions, parseDemoOptions } from './demo-options.ts';
import { unheldTimers } from './demo-timers.ts';

export interface DemoTransportOptions {
  /** Its query tunes the demo: see `parseDemoOptions`. */
  readonly address?: BrokerAddress;
  readonly timers?: Timers;
}

/**
 * A transport to a cluster that lives in this process (`-b demo://`). The cluster starts with the first subscription or
 * request, so that nothing of its beginning is missed, and ends with `close()`.
 * @throws UsageError when the address asks for a demo that there is not.
 */
export function openDemoTransport({ address = demoAddress, timers }: DemoTransportOptions = {}): Transport {
  return new DemoTransport(address, parseDemoOptions(address.query), timers);
}

class DemoTransport implements Transport {
  readonly #broker = new MemoryBroker();
  readonly #transport: Transport;
  readonly #options: DemoOptions;
  readonly #timers: Timers;
  #cluster: DemoCluster | undefined;
  #closed = false;
  /** A socket would keep the process alive for a subscriber; here this does. */
  #hold: NodeJS.Timeout | undefined;
  #subscriptions = 0;

  constructor(address: BrokerAddress, options: DemoOptions, timers: Timers | undefined) {
    this.#options = options;
    this.#timers = timers ?? unheldTimers;
    this.#transport = connectMemory(this.#broker, address, timers ?? realTimers);
  }

  get address(): BrokerAddress {
    return this.#transport.address;
  }

  get status(): ConnectionStatus {
    return this.#transport.status;
  }

  onStatus(listener: (status: ConnectionStatus) => void): () => void {
    return this.#transport.onStatus(listener);
  }

  ready(signal?: AbortSignal): Promise<void> {
    return this.#transport.ready(signal);
  }

  retryNow(): void {
    this.#transport.retryNow();
  }

  async subscribe(subscription: Subscription): Promise<() => Promise<void>> {
    const unsubscribe = await this.#transport.subscribe(subscription);
    this.#start();
    this.#keepAlive(1);
    let ended = false;
    return async () => {
      if (!ended) this.#keepAlive(-1);
      ended = true;
      await unsubscribe();
    };
  }

  /** The whole cluster listens as one, so the broker's count of receivers says nothing about workers. */
  async broadcast(
    exchange: string,
    message: OutgoingMessage,
  ): Promise<{ readonly receivers: number | undefined }> {
    this.#start();
    await this.#transport.broadcast(exchange, message);
    return { receivers: undefined };
  }

  openReplyQueue(
    onMessage: (message: Message) => void,
    onFailure?: (reason: Error) => void,
  ): Promise<ReplyQueue> {
    return this.#transport.openReplyQueue(onMessage, onFailure);
  }

  queueConflict(queue: QueueDeclaration): Promise<string | undefined> {
    return this.#transport.queueConflict(queue);
  }

  unreadQueues(queues: readonly string[]): Promise<readonly string[]> {
    return this.#transport.unreadQueues(queues);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cluster?.stop();
    clearInterval(this.#hold);
    await this.#transport.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #start(): void {
    if (this.#closed) return;
    this.#cluster ??= startDemoCluster({ broker: this.#broker, timers: this.#timers, ...this.#options });
  }

  #keepAlive(change: 1 | -1): void {
    this.#subscriptions += change;
    clearInterval(this.#hold);
    const longestIntervalMs = 2 ** 31 - 1;
    if (this.#subscriptions > 0 && !this.#closed) this.#hold = setInterval(() => {}, longestIntervalMs);
  }
}
