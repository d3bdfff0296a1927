import { Buffer } from 'node:buffer';
import type { MessageProperties, Options } from 'amqplib';
import { type ExactJson, ExactNumber, type ExactObject } from '../protocol/exact-json.ts';
import type { TaskMessage } from '../protocol/task-message.ts';
import { amqpTable } from './amqp-table.ts';
import { NotCarriedError } from './task-queues.ts';

/**
 * Properties of AMQP by kombu's names, in the order in which kombu writes them on Redis, and by amqplib's. Not `user_id`:
 * RabbitMQ vouches by it for who published, and now that is us.
 */
const propertyNames = [
  ['correlation_id', 'correlationId'],
  ['reply_to', 'replyTo'],
  ['delivery_mode', 'deliveryMode'],
  ['expiration', 'expiration'],
  ['priority', 'priority'],
  ['message_id', 'messageId'],
  ['timestamp', 'timestamp'],
  ['type', 'type'],
  ['app_id', 'appId'],
] as const;

type AmqpName = (typeof propertyNames)[number][1];

/** A short text of AMQP, in bytes. */
const longestText = 255;
/** Milliseconds; RabbitMQ closes the channel of who sends a longer expiration (rabbit_misc: MAX_EXPIRY_TIMER). */
const longestExpiration = 1000 * 86_400 * 365 * 10;

/**
 * What RabbitMQ delivered.
 * @throws NotCarriedError when a header was changed by being read: amqplib rounds long numbers
 */
export function toTaskMessage(content: Buffer, properties: MessageProperties): TaskMessage {
  return {
    body: content,
    contentType: textOf(properties.contentType),
    contentEncoding: textOf(properties.contentEncoding),
    headers: exactTable(properties.headers ?? {}),
    properties: new Map(
      propertyNames.flatMap(([name, amqpName]) => {
        const value: unknown = properties[amqpName];
        return value === undefined ? [] : [[name, exactValue(value)] as const];
      }),
    ),
  };
}

/**
 * A message as amqplib publishes it, `mandatory` so that one which no queue takes comes back.
 * @throws NotCarriedError when AMQP has no room for a part of it
 */
export function toTaskPublish(message: TaskMessage): {
  readonly content: Buffer;
  readonly options: Options.Publish;
} {
  const { body, contentType, contentEncoding, headers, properties } = message;
  return {
    content: Buffer.from(body.buffer, body.byteOffset, body.byteLength),
    options: {
      mandatory: true,
      headers: amqpTable(headers),
      ...(contentType === undefined ? {} : { contentType: shortText('content_type', contentType) }),
      ...(contentEncoding === undefined
        ? {}
        : { contentEncoding: shortText('content_encoding', contentEncoding) }),
      ...Object.fromEntries(
        propertyNames.flatMap(([name, amqpName]) => {
          const value = amqpProperty(amqpName, name, properties.get(name));
          return value === undefined ? [] : [[amqpName, value]];
        }),
      ),
    },
  };
}

/** On Redis a property may be any JSON value; what AMQP has no place for is left out, as py-amqp does. */
function amqpProperty(
  amqpName: AmqpName,
  name: string,
  value: ExactJson | undefined,
): string | number | undefined {
  if (amqpName === 'expiration') return expiration(value);
  if (amqpName === 'deliveryMode') return wholeNumber(value) === 1 ? 1 : 2;
  if (amqpName === 'priority') return within(wholeNumber(value), 255);
  if (amqpName === 'timestamp') return within(wholeNumber(value), Number.MAX_SAFE_INTEGER);
  return typeof value === 'string' ? shortText(name, value) : undefined;
}

function expiration(value: ExactJson | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  const text = value instanceof ExactNumber ? value.text : value;
  if (typeof text === 'string' && /^\d{1,12}$/.test(text) && Number(text) <= longestExpiration) return text;
  throw new NotCarriedError('RabbitMQ does not take its expiration');
}

function shortText(name: string, text: string): string {
  if (Buffer.byteLength(text) <= longestText) return text;
  throw new NotCarriedError(`its ${name} is longer than AMQP allows`);
}

function wholeNumber(value: ExactJson | undefined): number | undefined {
  return value instanceof ExactNumber && Number.isInteger(value.value) ? value.value : undefined;
}

function within(value: number | undefined, most: number): number | undefined {
  return value !== undefined && value >= 0 && value <= most ? value : undefined;
}

function exactTable(fields: Readonly<Record<string, unknown>>): ExactObject {
  return new Map(Object.entries(fields).map(([key, value]) => [key, exactValue(value)]));
}

function exactValue(value: unknown): ExactJson {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return exactNumber(value);
  if (Buffer.isBuffer(value)) return bytes(value);
  if (Array.isArray(value)) return value.map(exactValue);
  if (typeof value === 'object' && value !== null) return typedValue(value) ?? exactTable({ ...value });
  return null;
}

function exactNumber(value: number): ExactNumber {
  const mayBeRounded = Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < 2 ** 63;
  if (mayBeRounded) throw new NotCarriedError('a number in its headers is too long to be read exactly');
  // From 1e21 on JavaScript writes an exponent by itself, which makes it a float.
  const isLarge = Number.isInteger(value) && Math.abs(value) >= 2 ** 63 && Math.abs(value) < 1e21;
  return new ExactNumber(isLarge ? `${value}.0` : Object.is(value, -0) ? '-0.0' : String(value));
}

/** As kombu writes in JSON what AMQP has types for (kombu/utils/json.py). */
function typedValue(value: object): ExactObject | undefined {
  if (!Object.hasOwn(value, '!') || !('value' in value)) return undefined;
  const inner: unknown = value.value;
  if (typeof inner !== 'number' || !(inner < 253_402_300_800)) return undefined;
  return typed('datetime', new Date(inner * 1000).toISOString().slice(0, 19));
}

function bytes(value: Buffer): ExactObject {
  const text = value.toString('utf8');
  return Buffer.from(text).equals(value) ? typed('bytes', text) : typed('base64', value.toString('base64'));
}

function typed(type: string, value: string): ExactObject {
  return new Map([
    ['__type__', type],
    ['__value__', value],
  ]);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
