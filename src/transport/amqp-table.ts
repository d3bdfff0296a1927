import type { Headers } from '../protocol/message.ts';

/** What amqplib takes for a value whose type on the wire is not left to it. */
interface TypedValue {
  readonly '!': 'int' | 'long' | 'double';
  readonly value: number;
}

/**
 * Headers for amqplib, with numbers in the three types that py-amqp itself writes: 32 and 64 bits and double. Left to
 * itself, amqplib packs a whole number into 8 or 16 bits, and what it writes for 16 bits is text to py-amqp before 5.4:
 * a `clock` or a time limit above 127 would break the connection of the worker that reads it.
 */
export function amqpTable(headers: Headers): Record<string, unknown> {
  return table(Object.entries(headers));
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
  if (Array.isArray(value)) return value.map(field);
  if (typeof value === 'object' && value !== null) return table(Object.entries(value));
  return value;
}

function typedNumber(value: number): TypedValue {
  if (!Number.isSafeInteger(value)) return { '!': 'double', value };
  return { '!': Math.abs(value) < 2 ** 31 ? 'int' : 'long', value };
}
