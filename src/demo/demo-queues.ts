import type { TaskMessage } from './demo-task-message.ts';

/** A worker, as the queues see it. */
export interface QueueConsumer {
  /** Prefetch: whether it takes another message now. */
  hasRoom(): boolean;
  deliver(message: TaskMessage): void;
}

interface Queue {
  readonly messages: TaskMessage[];
  /** In the order of their turns. */
  readonly consumers: QueueConsumer[];
}

/** The broker's task queues: messages wait here for a worker that consumes the queue and has room. */
export class TaskQueues {
  readonly #queues = new Map<string, Queue>();
  /** Messages of a task type that no worker has begun, in a queue or prefetched. */
  readonly #waiting = new Map<string, number>();

  /** Messages that lie in queues. */
  get size(): number {
    return [...this.#queues.values()].reduce((sum, { messages }) => sum + messages.length, 0);
  }

  /** How many tasks of a type have been sent and not begun; those that wait for their eta are not counted. */
  waiting(name: string): number {
    return this.#waiting.get(name) ?? 0;
  }

  length(queue: string): number {
    return this.#queues.get(queue)?.messages.length ?? 0;
  }

  put(message: TaskMessage): void {
    this.#count(message.name, 1);
    this.#queue(message.queue).messages.push(message);
    this.#distribute(message.queue);
  }

  /** A worker gave it back unbegun: it goes to the head, marked as redelivered. */
  requeue(message: TaskMessage): void {
    this.#queue(message.queue).messages.unshift({ ...message, redelivered: true });
    this.#distribute(message.queue);
  }

  /** To be called once for each message that was delivered: it has begun, or never will. */
  settled(message: TaskMessage): void {
    this.#count(message.name, -1);
  }

  /** A requeued message that had been settled counts as waiting again. */
  unsettled(message: TaskMessage): void {
    this.#count(message.name, 1);
  }

  consume(queue: string, consumer: QueueConsumer): void {
    const { consumers } = this.#queue(queue);
    if (!consumers.includes(consumer)) consumers.push(consumer);
    this.#distribute(queue);
  }

  cancel(queue: string, consumer: QueueConsumer): void {
    const consumers = this.#queues.get(queue)?.consumers ?? [];
    const index = consumers.indexOf(consumer);
    if (index >= 0) consumers.splice(index, 1);
  }

  /** Looks again for messages that a worker with new room can take. */
  refill(queues: Iterable<string>): void {
    for (const queue of queues) this.#distribute(queue);
  }

  #queue(name: string): Queue {
    const found = this.#queues.get(name) ?? { messages: [], consumers: [] };
    this.#queues.set(name, found);
    return found;
  }

  /** Round robin, as AMQP does it. */
  #distribute(name: string): void {
    const { messages, consumers } = this.#queue(name);
    while (messages.length > 0) {
      const index = consumers.findIndex((consumer) => consumer.hasRoom());
      const [consumer] = index < 0 ? [] : consumers.splice(index, 1);
      const message = consumer && messages.shift();
      if (consumer === undefined || message === undefined) return;
      consumers.push(consumer);
      consumer.deliver(message);
    }
  }

  #count(name: string, change: number): void {
    const count = this.waiting(name) + change;
    if (count > 0) this.#waiting.set(name, count);
    else this.#waiting.delete(name);
  }
}
