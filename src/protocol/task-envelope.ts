import { type ExactJson, type ExactObject, parseExactJson } from './exact-json.ts';
import type { Delivery } from './kombu-envelope.ts';
import { pythonDumps } from './python-dumps.ts';
import type { TaskMessage } from './task-message.ts';

/** Properties that kombu writes anew with each delivery, and those whose place in the envelope is fixed. */
const ofDelivery: ReadonlySet<string> = new Set(['delivery_info', 'delivery_tag', 'body_encoding']);

/**
 * Opens the envelope of a task on Redis with nothing lost: the digits of numbers and the order of keys are those of the
 * sender. Undefined when it is none. Never throws: any client can push anything. Mirrors
 * kombu/transport/virtual/base.py:Message.
 */
export function decodeTaskEnvelope(text: string): TaskMessage | undefined {
  const envelope = parse(text);
  const body = envelope?.get('body');
  const properties = objectOf(envelope?.get('properties'));
  if (envelope === undefined || typeof body !== 'string' || properties === undefined) return undefined;
  const encoding = properties.get('body_encoding') ?? 'utf-8';
  if (encoding !== 'base64' && encoding !== 'utf-8') return undefined;
  return {
    body: Buffer.from(body, encoding === 'base64' ? 'base64' : 'utf8'),
    contentType: textOf(envelope.get('content-type')),
    contentEncoding: textOf(envelope.get('content-encoding')),
    headers: objectOf(envelope.get('headers')) ?? new Map(),
    properties: new Map([...properties].filter(([name]) => !ofDelivery.has(name))),
  };
}

/**
 * The envelope of a task, byte for byte as kombu writes it, with every key that a worker insists on (protocol.md D.2).
 * Mirrors kombu/transport/virtual/base.py:Channel.prepare_message and _inplace_augment_message.
 * @param deliveryTag a uuid, unlike any other
 */
export function encodeTaskEnvelope(message: TaskMessage, delivery: Delivery, deliveryTag: string): string {
  const { body, contentType, contentEncoding, headers, properties } = message;
  const { priority, rest } = splitPriority(properties);
  return pythonDumps(
    new Map<string, unknown>([
      ['body', Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('base64')],
      ['content-encoding', contentEncoding ?? null],
      ['content-type', contentType ?? null],
      ['headers', headers],
      [
        'properties',
        new Map<string, unknown>([
          ...rest,
          ['delivery_info', { exchange: delivery.exchange, routing_key: delivery.routingKey }],
          ...(priority === undefined ? [] : [['priority', priority] as const]),
          ['body_encoding', 'base64'],
          ['delivery_tag', deliveryTag],
        ]),
      ],
    ]),
  );
}

function splitPriority(properties: ExactObject): {
  readonly priority: ExactJson | undefined;
  readonly rest: readonly (readonly [string, ExactJson])[];
} {
  return {
    priority: properties.get('priority'),
    rest: [...properties].filter(([name]) => name !== 'priority' && !ofDelivery.has(name)),
  };
}

function parse(text: string): ExactObject | undefined {
  try {
    return objectOf(parseExactJson(text));
  } catch {
    return undefined;
  }
}

function objectOf(value: ExactJson | undefined): ExactObject | undefined {
  return value instanceof Map ? value : undefined;
}

function textOf(value: ExactJson | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
