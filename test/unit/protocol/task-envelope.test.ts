import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeTaskEnvelope, encodeTaskEnvelope } from '../../../src/protocol/task-envelope.ts';
import { redisTasks } from '../../support/task-captures.ts';

const direct = { exchange: '', routingKey: 'celery' };

describe('the envelope of a task on Redis', () => {
  it.each(redisTasks)('is written as kombu wrote it to $key', ({ envelope }) => {
    const { delivery_info, delivery_tag } = JSON.parse(envelope).properties;
    const message = decodeTaskEnvelope(envelope);
    const delivery = { exchange: delivery_info.exchange, routingKey: delivery_info.routing_key };

    expect(message && encodeTaskEnvelope(message, delivery, delivery_tag)).toBe(envelope);
  });

  it('keeps what JavaScript would change: long numbers, floats, the order of keys', () => {
    const headers = '{"stamps": {"10": 1795324818825123456, "9": 30.0}, "x": NaN}';
    const message = decodeTaskEnvelope(
      `{"body": "W10=", "headers": ${headers}, "properties": {"body_encoding": "base64", "mine": 1e-07}}`,
    );

    expect(message && encodeTaskEnvelope(message, direct, 't')).toBe(
      `{"body": "W10=", "content-encoding": null, "content-type": null, "headers": ${headers}, ` +
        '"properties": {"mine": 1e-07, "delivery_info": {"exchange": "", "routing_key": "celery"}, ' +
        '"body_encoding": "base64", "delivery_tag": "t"}}',
    );
  });

  it('gives a delivery of its own to what came by another', () => {
    const message = decodeTaskEnvelope(
      '{"body": "x", "headers": null, "properties": {"priority": 3, "delivery_tag": "old", "delivery_info": {"redelivered": true}}}',
    );
    const envelope = message && JSON.parse(encodeTaskEnvelope(message, direct, 'new'));

    expect(envelope.properties).toEqual({
      delivery_info: { exchange: '', routing_key: 'celery' },
      priority: 3,
      body_encoding: 'base64',
      delivery_tag: 'new',
    });
    expect(Buffer.from(envelope.body, 'base64').toString()).toBe('x');
  });

  it('carries any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (body) => {
        const message = { body, headers: new Map(), properties: new Map() };
        const complete = { ...message, contentType: 'application/data', contentEncoding: 'binary' };

        expect(new Uint8Array(decodeTaskEnvelope(encodeTaskEnvelope(complete, direct, 't'))!.body)).toEqual(
          body,
        );
      }),
    );
  });

  it.each([
    '',
    'nonsense',
    '[]',
    '{}',
    '{"body": "x"}',
    '{"body": 1, "properties": {}}',
    '{"body": "x", "properties": []}',
    '{"body": "x", "properties": {"body_encoding": "rot13"}}',
    `${'['.repeat(100_000)}`,
  ])('is none: %s', (text) => {
    expect(decodeTaskEnvelope(text)).toBeUndefined();
  });
});
