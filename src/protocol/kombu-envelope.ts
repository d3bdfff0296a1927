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
  const { body, envelope } = withBodyCutOut(text) ?? inWhole(text);
  if (!envelope || typeof body !== 'string') return undefined;
  const properties = asObject(envelope['properties']) ?? {};
  const delivery = asObject(properties['delivery_info']) ?? {};
  return {
    body: isBase64(envelope) ? base64Bytes(body) : Buffer.from(body, 'utf8'),
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

interface Opened {
  readonly body: unknown;
  /** What stands beside the body. */
  readonly envelope: Headers | undefined;
}

/** What kombu begins with. */
const bodyStart = '{"body": "';

/**
 * The body is most of the envelope, and base64 needs no reading to find its end: half the time. Undefined where that is
 * not sure.
 */
function withBodyCutOut(text: string): Opened | undefined {
  if (!text.startsWith(bodyStart)) return undefined;
  const end = text.indexOf('"', bodyStart.length);
  const body = text.slice(bodyStart.length, end);
  if (body.includes('\\')) return undefined;
  const envelope = parseObject(`${bodyStart}${text.slice(end)}`);
  // Something in its place is a second body, which is the one that counts.
  return envelope?.['body'] === '' && isBase64(envelope) ? { body, envelope } : undefined;
}

function inWhole(text: string): Opened {
  const envelope = parseObject(text);
  return { body: envelope?.['body'], envelope };
}

function isBase64(envelope: Headers): boolean {
  return asObject(envelope['properties'])?.['body_encoding'] === 'base64';
}

/** As `Buffer.from`, in half the time, because the place is there first. */
function base64Bytes(text: string): Buffer {
  const bytes = Buffer.allocUnsafe(Buffer.byteLength(text, 'base64'));
  return bytes.subarray(0, bytes.write(text, 'base64'));
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
