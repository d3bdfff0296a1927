import type { Headers, Message, OutgoingMessage } from './message.ts';

/** Where a message went, for envelopes that do not say it themselves. */
export interface Delivery {
  readonly exchange: string;
  readonly routingKey: string;
}

/**
 * Opens the JSON envelope that kombu puts around every message on Redis; undefined when it is none. Never throws: any
 * client can publish anything. Mirrors kombu/transport/virtual/base.py:Message.
 */
export function decodeEnvelope(text: string, fallback: Delivery): Message | undefined {
  const envelope = parseObject(text);
  const body = envelope?.['body'];
  if (!envelope || typeof body !== 'string') return undefined;
  const properties = asObject(envelope['properties']) ?? {};
  const delivery = asObject(properties['delivery_info']) ?? {};
  return {
    body: Buffer.from(body, properties['body_encoding'] === 'base64' ? 'base64' : 'utf8'),
    contentType: asString(envelope['content-type']),
    contentEncoding: asString(envelope['content-encoding']),
    headers: asObject(envelope['headers']) ?? {},
    exchange: asString(delivery['exchange']) ?? fallback.exchange,
    routingKey: asString(delivery['routing_key']) ?? fallback.routingKey,
  };
}

/**
 * What cannot be opened, handed on as it is. It has no content type, so `decodeBody` tries it as JSON: the bare event of
 * a custom producer is read, and all else is counted as undecodable.
 */
export function rawMessage(bytes: Uint8Array, delivery: Delivery): Message {
  return { body: bytes, contentType: undefined, contentEncoding: undefined, headers: {}, ...delivery };
}

/**
 * Wraps a request for Redis with every key that a worker insists on: without `properties` or `delivery_info` its
 * process dies (protocol.md C.3). Mirrors kombu/transport/virtual/base.py:Channel.prepare_message.
 * @param deliveryTag a uuid, unlike any other
 */
export function encodeEnvelope(message: OutgoingMessage, delivery: Delivery, deliveryTag: string): string {
  return JSON.stringify({
    body: Buffer.from(JSON.stringify(message.body)).toString('base64'),
    'content-encoding': 'utf-8',
    'content-type': 'application/json',
    headers: message.headers,
    properties: {
      delivery_mode: message.deliveryMode,
      delivery_info: { exchange: delivery.exchange, routing_key: delivery.routingKey },
      priority: 0,
      body_encoding: 'base64',
      delivery_tag: deliveryTag,
    },
  });
}

function parseObject(text: string): Headers | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Headers | undefined {
  return isObject(value) ? value : undefined;
}

function isObject(value: unknown): value is Headers {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asString(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
