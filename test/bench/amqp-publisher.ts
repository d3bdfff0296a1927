import { frame, frameType, method, shortText, table, u8, u16 } from './amqp-encoding.ts';
import { AmqpLink } from './amqp-link.ts';
import type { WireMessage } from './event-stream.ts';
import type { Publisher } from './publisher.ts';

const exchange = 'celeryev';
/** content-type, content-encoding, headers, delivery-mode and priority are given, as kombu does. */
const properties = 0x8000 | 0x4000 | 0x2000 | 0x1000 | 0x0800;
const durable = 2;
const passive = 1;

export async function openAmqpPublisher(url: string): Promise<Publisher> {
  const link = await AmqpLink.open(url);
  await link.ask(declaration(durable));
  return new AmqpPublisher(link);
}

/** The exchange that Celery's workers declare, and the monitor too. */
export function declaration(flags: number): Buffer {
  return method(40, 10, u16(0), shortText(exchange), shortText('topic'), u8(flags), table({}));
}

class AmqpPublisher implements Publisher {
  readonly #link: AmqpLink;
  /** Method and header by routing key and hostname; the size of the body is written into it each time. */
  readonly #heads = new Map<string, { readonly bytes: Buffer; readonly sizeAt: number }>();
  #pending: Buffer[] = [];

  constructor(link: AmqpLink) {
    this.#link = link;
  }

  get backlog(): number {
    return this.#link.socket.writableLength;
  }

  publish({ routingKey, hostname, body }: WireMessage): void {
    const { bytes, sizeAt } = this.#head(routingKey, hostname);
    const size = bytes.length + body.length + 8;
    const message = Buffer.allocUnsafe(size);
    bytes.copy(message);
    message.writeUInt32BE(body.length, sizeAt);
    let at = message.writeUInt8(frameType.body, bytes.length);
    at = message.writeUInt16BE(1, at);
    at = message.writeUInt32BE(body.length, at);
    at += body.copy(message, at);
    message.writeUInt8(0xce, at);
    this.#pending.push(message);
  }

  flush(): void {
    if (this.#pending.length === 0) return;
    this.#link.socket.write(Buffer.concat(this.#pending));
    this.#pending = [];
  }

  /** RabbitMQ handles what comes on a channel in order: an answer means that all before it has been routed. */
  async settled(): Promise<void> {
    this.flush();
    await this.#link.ask(declaration(passive));
  }

  #head(routingKey: string, hostname: string): { readonly bytes: Buffer; readonly sizeAt: number } {
    const key = `${routingKey} ${hostname}`;
    const known = this.#heads.get(key);
    if (known !== undefined) return known;
    const publish = frame(
      frameType.method,
      1,
      method(60, 40, u16(0), shortText(exchange), shortText(routingKey), u8(0)),
    );
    const header = Buffer.concat([
      // Class, weight, and the size in eight bytes.
      ...[u16(60), u16(0), Buffer.alloc(8), u16(properties)],
      ...[shortText('application/json'), shortText('utf-8'), table({ hostname }), u8(1), u8(0)],
    ]);
    const head = {
      bytes: Buffer.concat([publish, frame(frameType.header, 1, header)]),
      sizeAt: publish.length + 7 + 8,
    };
    this.#heads.set(key, head);
    return head;
  }
}
