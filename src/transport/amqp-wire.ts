import { Buffer } from 'node:buffer';
import type { ConsumeMessage, Options } from 'amqplib';
import type { Message, OutgoingMessage } from '../protocol/message.ts';
import { defaultEventQueuePrefix } from '../protocol/names.ts';
import { amqpTable } from './amqp-table.ts';
import type { TransportOptions } from './transport.ts';

export interface QueueDeclaration {
  readonly name: string;
  readonly options: Options.AssertQueue;
}

/**
 * Our queue on the event exchange. Mirrors celery/events/receiver.py:EventReceiver.__init__, but exclusive by default,
 * which every RabbitMQ from 3.8 to 4.x takes (protocol.md I.10).
 */
export function eventQueueOptions(options: TransportOptions, uuid: string): QueueDeclaration {
  const durable = options.eventQueueDurable ?? false;
  const ttl = options.eventQueueTtl === undefined ? 5 : options.eventQueueTtl;
  const expires = options.eventQueueExpires === undefined ? 60 : options.eventQueueExpires;
  return {
    name: `${options.eventQueuePrefix ?? defaultEventQueuePrefix}.${uuid}`,
    options: {
      durable,
      exclusive: options.eventQueueExclusive ?? !durable,
      autoDelete: !durable,
      ...(ttl === null ? {} : { messageTtl: Math.round(ttl * 1000) }),
      ...(expires === null ? {} : { expires: Math.round(expires * 1000) }),
    },
  };
}

/** Mirrors kombu/pidbox.py:Mailbox.get_reply_queue, but exclusive: it dies with our connection at the latest. */
export const replyQueueOptions: Options.AssertQueue = {
  durable: false,
  exclusive: true,
  autoDelete: true,
  expires: 10_000,
};

export function toMessage({ content, properties, fields }: ConsumeMessage): Message {
  return {
    body: content,
    contentType: properties.contentType,
    contentEncoding: properties.contentEncoding,
    headers: properties.headers ?? {},
    exchange: fields.exchange,
    routingKey: fields.routingKey,
  };
}

/** Body and properties of a request, as kombu/pidbox.py:Mailbox._publish sends them. */
export function toPublish(message: OutgoingMessage): {
  readonly content: Buffer;
  readonly options: Options.Publish;
} {
  return {
    content: Buffer.from(JSON.stringify(message.body)),
    options: {
      contentType: 'application/json',
      contentEncoding: 'utf-8',
      deliveryMode: message.deliveryMode,
      priority: 0,
      headers: amqpTable(message.headers),
    },
  };
}
