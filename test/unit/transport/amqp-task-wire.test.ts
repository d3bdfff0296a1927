import { describe, expect, it } from 'vitest';
import { ExactNumber, parseExactJson } from '../../../src/protocol/exact-json.ts';
import { pythonDumps } from '../../../src/protocol/python-dumps.ts';
import type { TaskMessage } from '../../../src/protocol/task-message.ts';
import { toTaskMessage, toTaskPublish } from '../../../src/transport/amqp-task-wire.ts';
import { NotCarriedError } from '../../../src/transport/task-queues.ts';
import { amqpTasks } from '../../support/task-captures.ts';

function message(headers: string, properties = '{}'): TaskMessage {
  return {
    body: new Uint8Array(),
    contentType: 'application/json',
    contentEncoding: 'utf-8',
    headers: parseExactJson(headers) as TaskMessage['headers'],
    properties: parseExactJson(properties) as TaskMessage['properties'],
  };
}

/** As amqplib hands properties over. */
function delivered(given: Readonly<Record<string, unknown>>): never {
  const camel = Object.entries(given).map(([key, value]) => [
    key.replaceAll(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase()),
    value,
  ]);
  return Object.fromEntries(camel) as never;
}

describe('a task message from RabbitMQ', () => {
  it.each(amqpTasks)('keeps what Celery sent to $routing_key: $body', ({ properties, body }) => {
    const content = typeof body === 'string' ? Buffer.from(body) : Buffer.from(body.base64, 'base64');
    const read = toTaskMessage(content, delivered(properties));
    const { headers, content_type, content_encoding, ...others } = properties;

    expect(read.body).toBe(content);
    expect([read.contentType, read.contentEncoding]).toEqual([content_type, content_encoding]);
    expect(JSON.parse(pythonDumps(read.headers))).toEqual(headers);
    expect(JSON.parse(pythonDumps(read.properties))).toEqual(others);
    expect(toTaskPublish(read).options).toMatchObject({ mandatory: true, deliveryMode: 2 });
  });

  it('writes in JSON what AMQP has types for as kombu does, and back', () => {
    const headers = {
      when: { '!': 'timestamp', value: 1_795_324_820 },
      text: Buffer.from('grün'),
      bytes: Buffer.from([0, 255]),
    };
    const read = toTaskMessage(Buffer.alloc(0), delivered({ headers }));

    expect(JSON.parse(pythonDumps(read.headers))).toEqual({
      when: { __type__: 'datetime', __value__: '2026-11-22T05:20:20' },
      text: { __type__: 'bytes', __value__: 'grün' },
      bytes: { __type__: 'base64', __value__: 'AP8=' },
    });
    expect(toTaskPublish(read).options.headers).toEqual(headers);
  });

  it('is not read where a number would be changed', () => {
    const headers = { order: 1_795_324_818_825_123_457n };
    const rounded = { order: Number(headers.order) };

    expect(() => toTaskMessage(Buffer.alloc(0), delivered({ headers: rounded }))).toThrow(NotCarriedError);
    expect(() => toTaskMessage(Buffer.alloc(0), delivered({ headers: { deep: [{ ...rounded }] } }))).toThrow(
      NotCarriedError,
    );
  });

  it('keeps floats of any size', () => {
    const headers = { a: 1e300, b: 1.5, c: Number.NaN, d: -1e19, e: Number.NEGATIVE_INFINITY };
    const read = toTaskMessage(Buffer.alloc(0), delivered({ headers }));

    expect(toTaskPublish(read).options.headers).toEqual(
      Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, { '!': 'double', value }])),
    );
  });
});

describe('a task message for RabbitMQ', () => {
  it('keeps every digit of its numbers', () => {
    const { options } = toTaskPublish(message('{"a": 9223372036854775807, "b": 30.0, "c": 7}'));

    expect(options.headers).toEqual({
      a: { '!': 'long', value: 9_223_372_036_854_775_807n },
      b: { '!': 'double', value: 30 },
      c: { '!': 'int', value: 7 },
    });
  });

  it('has the properties that AMQP has, and not who published it first', () => {
    const { options } = toTaskPublish(
      message('{}', '{"correlation_id": "c", "reply_to": "r", "priority": 7, "user_id": "u", "mine": 1}'),
    );

    expect(options).toEqual({
      ...{ mandatory: true, headers: {}, contentType: 'application/json', contentEncoding: 'utf-8' },
      ...{ correlationId: 'c', replyTo: 'r', priority: 7, deliveryMode: 2 },
    });
  });

  it.each([
    ['{"correlation_id": 5, "priority": "x", "timestamp": -1, "delivery_mode": 7}', { deliveryMode: 2 }],
    ['{"priority": 256, "delivery_mode": 1}', { deliveryMode: 1 }],
    ['{"expiration": 500, "priority": 255}', { deliveryMode: 2, expiration: '500', priority: 255 }],
    ['{"expiration": null}', { deliveryMode: 2 }],
  ])('leaves out properties that AMQP has no place for: %s', (properties, expected) => {
    const { mandatory, headers, contentType, contentEncoding, ...options } = toTaskPublish(
      message('{}', properties),
    ).options;

    expect(options).toEqual(expected);
  });

  it.each([
    ['{"a": 9223372036854775808}', '{}', 'a number in its headers is longer than AMQP allows'],
    ['{}', '{"expiration": "500000000000"}', 'RabbitMQ does not take its expiration'],
    ['{}', '{"expiration": "soon"}', 'RabbitMQ does not take its expiration'],
    ['{}', `{"reply_to": "${'x'.repeat(256)}"}`, 'its reply_to is longer than AMQP allows'],
  ])('cannot be made of %s %s', (headers, properties, reason) => {
    expect(() => toTaskPublish(message(headers, properties))).toThrow(new NotCarriedError(reason));
  });

  it('takes a number that is a property for what it is', () => {
    const properties = new Map([['priority', new ExactNumber('4.0')]]);

    expect(toTaskPublish({ ...message('{}'), properties }).options.priority).toBe(4);
  });
});
