import type { WireMessage } from './event-stream.ts';

/** A way to a broker that costs next to nothing, so that the publisher is never what is measured. */
export interface Publisher {
  /** Bytes that the broker has not read yet, as far as this end knows. */
  readonly backlog: number;
  publish(message: WireMessage): void;
  /** Sends what was published since the last time. */
  flush(): void;
  /** Resolves when the broker has taken, and passed on, all that was published. */
  settled(): Promise<void>;
}

/** Opens the one that a URL asks for. */
export async function openPublisher(url: string): Promise<Publisher> {
  if (url.startsWith('redis')) return (await import('./redis-publisher.ts')).openRedisPublisher(url);
  return (await import('./amqp-publisher.ts')).openAmqpPublisher(url);
}
