import { BrokerUnreachableError } from '../../src/errors.ts';
import { type BrokerAddress, parseBrokerUrl } from '../../src/protocol/broker-url.ts';
import type { Delivery } from '../../src/protocol/kombu-envelope.ts';
import type { TaskMessage } from '../../src/protocol/task-message.ts';
import type { BrokerError } from '../../src/transport/session.ts';
import type { QueueCount, QueueReader, ReadOptions, TaskQueues } from '../../src/transport/task-queues.ts';
import { unroutable } from '../../src/transport/unroutable.ts';

/** The queues of a broker that is no more than arrays: for what real ones do only when they fail. */
export class MemoryTaskQueues implements TaskQueues {
  readonly address: BrokerAddress;
  readonly lost: Promise<BrokerError>;
  /** Newest first, as Redis has them; an element that is text is no message. */
  readonly queues: Map<string, (TaskMessage | string)[]> = new Map();
  /** Called with each message that is published; what it throws, the broker does. */
  onPublish: (target: Delivery, message: TaskMessage) => Promise<void> = async () => {};
  /** Called before each acknowledgement. */
  onAcknowledge: () => void = () => {};
  /** Messages that were put back because their reader was closed. */
  givenBack = 0;
  held = 0;
  #lose: (reason: BrokerError) => void = () => {};
  readonly #marks = new Set<string>();

  constructor(
    url = 'amqp://memory',
    queues: Readonly<Record<string, readonly (TaskMessage | string)[]>> = {},
  ) {
    this.address = parseBrokerUrl(url);
    for (const [name, messages] of Object.entries(queues)) this.queues.set(name, [...messages].reverse());
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
  }

  loseConnection(): BrokerError {
    const reason = new BrokerUnreachableError('Lost the connection to memory: pulled.');
    this.#lose(reason);
    return reason;
  }

  /** Oldest first. */
  all(queue: string): (TaskMessage | string)[] {
    return [...(this.queues.get(queue) ?? [])].reverse();
  }

  async count(queue: string): Promise<QueueCount | undefined> {
    const messages = this.queues.get(queue)?.length;
    return messages === undefined
      ? undefined
      : { messages, consumers: undefined, byPriority: undefined, held: this.held };
  }

  async unacknowledged(): Promise<number | undefined> {
    return undefined;
  }

  async purge(queue: string): Promise<number | undefined> {
    const found = this.queues.get(queue);
    return found?.splice(0).length;
  }

  async declare(queue: string): Promise<void> {
    if (!this.queues.has(queue)) this.queues.set(queue, []);
  }

  async publish(target: Delivery, message: TaskMessage): Promise<void> {
    await this.onPublish(target, message);
    const queue = this.queues.get(target.routingKey);
    if (queue === undefined) throw unroutable(target, this.address);
    queue.unshift(message);
  }

  async read(queues: readonly string[], { takes }: ReadOptions): Promise<QueueReader> {
    const underWay = new Set<{ queue: string; element: TaskMessage | string }>();
    const looked = new Map<string, number>();
    return {
      recovered: 0,
      next: async (signal) => {
        signal.throwIfAborted();
        for (const queue of queues) {
          const list = this.queues.get(queue) ?? [];
          const seen = looked.get(queue) ?? 0;
          const element = takes ? list.pop() : list[list.length - 1 - seen];
          if (element === undefined) continue;
          looked.set(queue, seen + 1);
          const entry = { queue, element };
          underWay.add(entry);
          return {
            queue,
            message: typeof element === 'string' ? undefined : element,
            flaw: typeof element === 'string' ? element : undefined,
            acknowledge: async () => {
              this.onAcknowledge();
              underWay.delete(entry);
            },
            keep: () => {},
          };
        }
        return undefined;
      },
      close: async () => {
        for (const { queue, element } of [...underWay].reverse()) {
          if (takes) this.queues.get(queue)?.push(element);
          this.givenBack += 1;
        }
      },
    };
  }

  async bindings(): Promise<undefined> {
    return undefined;
  }

  async leaveMark(name: string): Promise<() => Promise<void>> {
    this.#marks.add(name);
    return async () => {
      this.#marks.delete(name);
    };
  }

  async hasMark(name: string): Promise<boolean> {
    return this.#marks.has(name);
  }

  async close(): Promise<void> {}
}
