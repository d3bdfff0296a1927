import { createConnection, type Socket } from 'node:net';
import type { WireMessage } from './event-stream.ts';
import { writeUuid } from './event-text.ts';
import type { Publisher } from './publisher.ts';

/** As kombu publishes to a topic exchange on Redis: an envelope with the body in base64, on a channel per routing key. */
export async function openRedisPublisher(url: string): Promise<Publisher> {
  const { hostname, port, pathname } = new URL(url);
  const socket = createConnection(Number(port), hostname);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  return new RedisPublisher(socket, pathname.slice(1));
}

class RedisPublisher implements Publisher {
  readonly #socket: Socket;
  readonly #database: string;
  readonly #tag = Buffer.alloc(36);
  #pending = '';
  #published = 0;
  #answered = 0;
  #onAnswer: () => void = () => undefined;

  constructor(socket: Socket, database: string) {
    this.#socket = socket;
    this.#database = database;
    socket.on('data', (chunk) => {
      // One integer, the number of receivers, for each message; what begins otherwise is a refusal.
      for (const byte of chunk) if (byte === 0x3a) this.#answered += 1;
      if (chunk.includes('-')) socket.destroy(new Error(`Redis refused a message: ${chunk.toString()}`));
      this.#onAnswer();
    });
  }

  get backlog(): number {
    return this.#socket.writableLength;
  }

  publish({ routingKey, hostname, body }: WireMessage): void {
    this.#published += 1;
    writeUuid(this.#tag, 0, { worker: 0, task: this.#published });
    const channel = `/${this.#database}.celeryev/${routingKey}`;
    const envelope = `{"body": "${body.toString('base64')}", "content-encoding": "utf-8", "content-type": "application/json", "headers": {"hostname": "${hostname}"}, "properties": {"delivery_mode": 1, "delivery_info": {"exchange": "celeryev", "routing_key": "${routingKey}"}, "priority": 0, "body_encoding": "base64", "delivery_tag": "${this.#tag.toString('latin1')}"}}`;
    this.#pending += `*3\r\n$7\r\nPUBLISH\r\n$${channel.length}\r\n${channel}\r\n$${envelope.length}\r\n${envelope}\r\n`;
  }

  flush(): void {
    if (this.#pending === '') return;
    this.#socket.write(this.#pending, 'latin1');
    this.#pending = '';
  }

  async settled(): Promise<void> {
    this.flush();
    await new Promise<void>((resolve) => {
      this.#onAnswer = (): void => {
        if (this.#answered >= this.#published) resolve();
      };
      this.#onAnswer();
    });
  }
}
