import { vi } from 'vitest';
import { Monitor } from '../../../src/monitor/monitor.ts';
import type { MonitorOptions } from '../../../src/monitor/monitor-options.ts';
import type { Message } from '../../../src/protocol/message.ts';
import type { Timers } from '../../../src/timers.ts';
import { connectMemory, MemoryBroker } from '../../../src/transport/memory.ts';
import type { Transport } from '../../../src/transport/transport.ts';

export interface SentRequest {
  readonly method: string;
  readonly arguments: Record<string, unknown>;
  readonly destination: readonly string[] | null;
  readonly ticket?: string;
  readonly reply_to?: { readonly routing_key: string };
}

/** What a worker answers by method; undefined is silence. */
export type Answers = Record<string, (args: Record<string, unknown>) => unknown>;

/** What a prefork worker with nothing to do says. */
export const idleAnswers: Answers = {
  ping: () => ({ ok: 'pong' }),
  stats: () => ({
    pid: 7,
    prefetch_count: 8,
    pool: { implementation: 'x.prefork:TaskPool', 'max-concurrency': 2 },
  }),
  active_queues: () => [
    { name: 'celery', exchange: { name: 'celery', type: 'direct' }, routing_key: 'celery' },
  ],
  active: () => [],
  reserved: () => [],
  registered: () => ['app.add', 'app.slow [rate_limit=2/s]'],
  conf: () => ({ worker_pool_restarts: true }),
};

/** The clock and timers that are in force when they are asked for, which may be vitest's. */
const timers: Timers = {
  nowMs: () => Date.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Workers on an in-process broker, and a monitor that watches them. Time is vitest's and moves when told to. */
export class FakeCluster {
  readonly broker: MemoryBroker = new MemoryBroker();
  readonly transport: Transport = connectMemory(this.broker, undefined, timers);
  /** Every control request that reached the workers, in order. */
  readonly requests: SentRequest[] = [];
  readonly monitor: Monitor;
  readonly #workers = new Map<string, () => void>();
  readonly #seen = new WeakSet<Message>();

  constructor(options: Partial<MonitorOptions> = {}) {
    this.monitor = new Monitor({ transport: this.transport, brokerLabel: 'memory', demo: false, ...options });
  }

  /** A worker that answers, and says so with a heartbeat. */
  addWorker(hostname: string, answers: Answers = {}): void {
    this.kill(hostname);
    const all = { ...idleAnswers, ...answers };
    const stop = this.broker.listen('celery.pidbox', (message) => this.#obey(hostname, all, message));
    this.#workers.set(hostname, stop);
    this.beat(hostname);
  }

  /** It answers no more and sends nothing. */
  kill(hostname: string): void {
    this.#workers.get(hostname)?.();
    this.#workers.delete(hostname);
  }

  beat(hostname: string, fields: Record<string, unknown> = {}): void {
    this.event('worker-heartbeat', { hostname, freq: 60, active: 0, processed: 0, ...fields });
  }

  event(type: string, fields: Record<string, unknown>): void {
    const event = { type, timestamp: Date.now() / 1000, ...fields };
    this.broker.publish('celeryev', type.replaceAll('-', '.'), { body: event });
  }

  /** Requests of one method. */
  sent(method: string): SentRequest[] {
    return this.requests.filter((request) => request.method === method);
  }

  /** Starts the monitor and lets the connection come up. */
  async start(): Promise<void> {
    this.monitor.start();
    await this.pass(0);
  }

  /** Lets seconds go by, and everything that falls due in them. */
  async pass(seconds: number): Promise<void> {
    await vi.advanceTimersByTimeAsync(seconds * 1000);
  }

  async close(): Promise<void> {
    await this.monitor.close();
    await this.transport.close();
  }

  #obey(hostname: string, answers: Answers, message: Message): void {
    const request = JSON.parse(new TextDecoder().decode(message.body)) as SentRequest;
    if (!this.#seen.has(message)) this.requests.push(request);
    this.#seen.add(message);
    if (request.destination !== null && !request.destination.includes(hostname)) return;
    const value = answers[request.method]?.(request.arguments);
    if (value === undefined || request.reply_to === undefined) return;
    const headers = { ticket: request.ticket, clock: 1 };
    this.broker.send(request.reply_to.routing_key, { body: { [hostname]: value }, headers });
  }
}
