import { ExactNumber } from '../protocol/exact-json.ts';
import type { Headers } from '../protocol/message.ts';
import { NotCarriedError } from './task-queues.ts';

/** What amqplib takes for a value whose type on the wire is not left to it. */
interface TypedValue {
  readonly '!': 'int' | 'long' | 'double' | 'timestamp';
  readonly value: number | bigint;
}

/**
 * Headers, plain or exact, for amqplib, with numbers in the three types that py-amqp itself writes: 32 and 64 bits and
 * double. Left to itself, amqplib packs a whole number into 8 or 16 bits, and what it writes for 16 bits is text to
 * py-amqp before 5.4: a `clock` or a time limit above 127 would break the connection of the worker that reads it.
 * @throws NotCarriedError for a whole number that does not fit into 64 bits
 */
export function amqpTable(headers: Headers | ReadonlyMap<string, unknown>): Record<string, unknown> {
  return table(headers instanceof Map ? headers : Object.entries(headers));
}

function table(entries: Iterable<readonly [string, unknown]>): Record<string, unknown> {
  const fields: Record<string, unknown> = Object.fromEntries(
    Array.from(entries, ([key, value]) => [key, field(value)]),
  );
  // To amqplib an own key `!` marks a typed value; an inherited one is a key like any other.
  return Object.hasOwn(fields, '!') ? Object.create(fields) : fields;
}

function field(value: unknown): unknown {
  if (typeof value === 'number') return typedNumber(value);
  if (value instanceof ExactNumber) return exactNumber(value);
  if (Array.isArray(value)) return value.map(field);
  if (value instanceof Map) return typedObject(value) ?? table(value);
  if (typeof value === 'object' && value !== null) return table(Object.entries(value));
  return value;
}

function typedNumber(value: number): TypedValue {
  if (!Number.isSafeInteger(value)) return { '!': 'double', value };
  return { '!': Math.abs(value) < 2 ** 31 ? 'int' : 'long', value };
}

function exactNumber(number: ExactNumber): TypedValue {
  if (number.isFloat) return { '!': 'double', value: number.value };
  const value = BigInt(number.text);
  if (BigInt.asIntN(64, value) !== value) {
    throw new NotCarriedError('a number in its headers is longer than AMQP allows');
  }
  return Number.isSafeInteger(number.value) ? typedNumber(number.value) : { '!': 'long', value };
}

/** kombu's JSON form of what AMQP has types for; the other way: amqp-task-wire.ts. */
function typedObject(object: ReadonlyMap<unknown, unknown>): Buffer | TypedValue | undefined {
  const type = object.get('__type__');
  const text = object.get('__value__');
  if (object.size !== 2 || typeof text !== 'string') return undefined;
  if (type === 'bytes') return Buffer.from(text);
  if (type === 'base64') return Buffer.from(text, 'base64');
  if (type !== 'datetime' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text)) return undefined;
  const seconds = Date.parse(`${text}Z`) / 1000;
  return seconds >= 0 ? { '!': 'timestamp', value: seconds } : undefined;
}
