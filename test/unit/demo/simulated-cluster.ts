import {
  type DemoCluster,
  type DemoClusterOptions,
  startDemoCluster,
} from '../../../src/demo/demo-cluster.ts';
import type { Event } from '../../../src/protocol/event.ts';
import type { Headers, Message } from '../../../src/protocol/message.ts';
import type { Timers } from '../../../src/timers.ts';
import { connectMemory, MemoryBroker } from '../../../src/transport/memory.ts';

/** 2026-11-22T05:20:00Z */
export const startMs = 1_795_324_800_000;

/** A clock that a test moves by hand; every timer runs at its own time. */
export class ManualTimers implements Timers {
  #nowMs = startMs;
  #next = 0;
  readonly #pending = new Map<number, { dueMs: number; callback: () => void }>();

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const id = this.#next++;
    this.#pending.set(id, { dueMs: this.#nowMs + delayMs, callback });
    return () => this.#pending.delete(id);
  }

  get pending(): number {
    return this.#pending.size;
  }

  advance(milliseconds: number): void {
    const end = this.#nowMs + milliseconds;
    for (let due = this.#firstUntil(end); due !== undefined; due = this.#firstUntil(end)) {
      const [id, { dueMs, callback }] = due;
      this.#pending.delete(id);
      this.#nowMs = Math.max(this.#nowMs, dueMs);
      callback();
    }
    this.#nowMs = end;
  }

  #firstUntil(end: number): [number, { dueMs: number; callback: () => void }] | undefined {
    const due = [...this.#pending].filter(([, { dueMs }]) => dueMs <= end);
    return due.sort(([, one], [, other]) => one.dueMs - other.dueMs)[0];
  }
}

export type Replies = Record<string, unknown>;

/** A demo cluster under a manual clock, with a monitor that hears every event and may ask. */
export class SimulatedCluster {
  readonly timers: ManualTimers = new ManualTimers();
  readonly broker: MemoryBroker = new MemoryBroker();
  readonly messages: Message[] = [];
  readonly events: Event[] = [];
  readonly replyHeaders: Headers[] = [];
  readonly cluster: DemoCluster;

  constructor(options: Omit<DemoClusterOptions, 'broker' | 'timers'> = {}) {
    this.broker.listen('celeryev', (message) => {
      this.messages.push(message);
      const body: Event | Event[] = decode(message);
      for (const event of Array.isArray(body) ? body : [body]) this.events.push(event);
    });
    this.cluster = startDemoCluster({ ...options, broker: this.broker, timers: this.timers });
  }

  get now(): number {
    return this.timers.nowMs() / 1000;
  }

  async advance(seconds: number): Promise<void> {
    for (let left = seconds; left > 0; left -= 1) {
      this.timers.advance(Math.min(left, 1) * 1000);
      await settle();
    }
  }

  /** Sends a request and returns what came back within a second, by node name. */
  async ask(
    method: string,
    args: unknown = {},
    destination: readonly string[] | string | null = null,
    matching: { readonly pattern?: string; readonly matcher?: string } = {},
  ): Promise<Replies> {
    const transport = connectMemory(this.broker);
    await transport.ready();
    const replies: Replies = {};
    const queue = await transport.openReplyQueue((message) => {
      this.replyHeaders.push(message.headers);
      Object.assign(replies, decode(message));
    });
    const body = {
      method,
      arguments: args,
      destination,
      pattern: null,
      matcher: null,
      ...matching,
      ticket: 't-1',
      reply_to: queue.replyTo,
    };
    this.broker.publish('celery.pidbox', '', { body, headers: { clock: 1 } });
    await settle();
    await this.advance(1);
    await transport.close();
    return replies;
  }

  async askOne<T = unknown>(hostname: string, method: string, args: unknown = {}): Promise<T> {
    return (await this.ask(method, args, [hostname]))[hostname] as T;
  }

  ofType(type: string, since = 0): Event[] {
    return this.events.filter((event) => event.type === type && Number(event.timestamp) >= since);
  }

  /** Advances second by second until `found` says so. */
  async until<T>(found: () => T | undefined | false, seconds = 600): Promise<T> {
    for (let waited = 0; waited < seconds; waited += 1) {
      const value = found();
      if (value) return value;
      await this.advance(1);
    }
    throw new Error(`not seen in ${seconds} simulated seconds`);
  }
}

function decode(message: Message) {
  return JSON.parse(new TextDecoder().decode(message.body));
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}
