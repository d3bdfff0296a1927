import { readFileSync } from 'node:fs';

/** A task message that Celery 5.6.3 published on RabbitMQ; a body that is not text is in base64. */
export interface AmqpCapture {
  readonly routing_key: string;
  readonly properties: Readonly<Record<string, unknown>> & {
    readonly headers: Readonly<Record<string, unknown>>;
  };
  readonly body: string | { readonly base64: string };
}

/** One that it pushed to a list of Redis. */
export interface RedisCapture {
  readonly key: string;
  readonly envelope: string;
}

export const amqpTasks: readonly AmqpCapture[] = lines('amqp');
export const redisTasks: readonly RedisCapture[] = lines('redis');

function lines<T>(name: string): T[] {
  const path = new URL(`../fixtures/tasks/${name}.ndjson`, import.meta.url);
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}
