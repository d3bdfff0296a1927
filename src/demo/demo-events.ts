import type { Headers } from '../protocol/message.ts';
import { defaultEventExchange, eventRoutingKey } from '../protocol/names.ts';
import type { MemoryBroker } from '../transport/memory.ts';
import type { Agenda } from './demo-agenda.ts';

/** celery/events/dispatcher.py: a buffer of task events is sent at the latest when it holds this many. */
const bufferLimit = 24;

export interface EventWire {
  readonly broker: MemoryBroker;
  readonly agenda: Agenda;
}

/** Mirrors kombu/clocks.py:LamportClock. */
export class LogicalClock {
  value: number;

  constructor(value = 0) {
    this.value = value;
  }

  forward(): number {
    this.value += 1;
    return this.value;
  }

  adjust(other: number): void {
    this.value = Math.max(this.value, other) + 1;
  }
}

export interface Sender {
  readonly hostname: string;
  readonly pid: number;
  readonly clock: LogicalClock;
}

/** One process that sends events. Mirrors celery/events/dispatcher.py:EventDispatcher and its wire format. */
export class EventDispatcher {
  /** Empty means every group, as with -E: such a worker cannot be told to stop (protocol.md C.4). */
  readonly groups: Set<string>;
  readonly #wire: EventWire;
  readonly #sender: Sender;
  readonly #buffer: Record<string, unknown>[] = [];
  #flushDue = false;
  #held = false;

  constructor(wire: EventWire, sender: Sender, groups: readonly string[]) {
    this.#wire = wire;
    this.#sender = sender;
    this.groups = new Set(groups);
  }

  get sendsTaskEvents(): boolean {
    return this.groups.size === 0 || this.groups.has('task');
  }

  /** A `worker-*` event: always a message of its own, stamped with the real time even while history is played. */
  sendWorkerEvent(type: string, fields: Record<string, unknown>): void {
    const timestamp = Math.max(this.#wire.agenda.now, this.#wire.agenda.realNow);
    publishEvent(this.#wire, this.#sender.hostname, eventBody(this.#sender, type, fields, timestamp));
  }

  /** A task event: goes out with others of the same hub tick, as a list under `task.multi`. */
  sendTaskEvent(type: string, fields: Record<string, unknown>, tick: number): void {
    if (!this.sendsTaskEvents) return;
    this.#buffer.push(eventBody(this.#sender, type, fields, this.#wire.agenda.now));
    if (this.#buffer.length >= bufferLimit) this.#flush();
    if (this.#flushDue) return;
    this.#flushDue = true;
    this.#wire.agenda.after(tick, () => {
      this.#flushDue = false;
      this.#flush();
    });
  }

  /** A solo pool runs its task inside the hub: nothing leaves until it ends. */
  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    if (this.#buffer.length > 0) this.#flush();
  }

  /** What a process that is killed had not sent is lost. */
  discard(): void {
    this.#buffer.length = 0;
    this.#held = false;
  }

  /** A flush that finds nothing still sends its empty list, as Celery 5.6.3 does (protocol.md A.3). */
  #flush(): void {
    if (this.#held) return;
    publish(this.#wire, this.#sender.hostname, 'task.multi', this.#buffer.splice(0));
  }
}

/** An event that its process sends by itself: `task-sent`, or a custom one from inside a task. */
export function sendEvent(
  wire: EventWire,
  from: Sender,
  type: string,
  fields: Record<string, unknown>,
): void {
  publishEvent(wire, from.hostname, eventBody(from, type, fields, wire.agenda.now));
}

function eventBody(
  from: Sender,
  type: string,
  fields: Record<string, unknown>,
  timestamp: number,
): Record<string, unknown> {
  return {
    hostname: from.hostname,
    utcoffset: 0,
    pid: from.pid,
    clock: from.clock.forward(),
    ...fields,
    timestamp,
    type,
  };
}

function publishEvent(wire: EventWire, hostname: string, event: Record<string, unknown>): void {
  publish(wire, hostname, eventRoutingKey(String(event['type'])), event);
}

function publish(wire: EventWire, hostname: string, routingKey: string, body: unknown): void {
  const headers: Headers = { hostname };
  wire.broker.publish(defaultEventExchange, routingKey, { body: encodeJson(body), headers });
}

const encoder = new TextEncoder();

/** JSON as Python writes it: ASCII only. */
export function encodeJson(value: unknown): Uint8Array {
  const escaped = JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return encoder.encode(escaped);
}
