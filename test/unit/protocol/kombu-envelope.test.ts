import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeEventMessage } from '../../../src/protocol/event-message.ts';
import { decodeEnvelope, encodeEnvelope, rawMessage } from '../../../src/protocol/kombu-envelope.ts';

const here = { exchange: 'celeryev', routingKey: 'from.channel' };

interface Captured {
  readonly channel: string;
  readonly envelope: string;
}

/** What real workers and kombu's own client sent, one of each channel. */
const captured: Captured[] = readFileSync(
  new URL('../../fixtures/redis-envelopes.ndjson', import.meta.url),
  'utf8',
)
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));

describe('decodeEnvelope', () => {
  it.each(captured)('opens what was captured on $channel', ({ envelope }) => {
    const wire = JSON.parse(envelope);

    const message = decodeEnvelope(envelope, here)!;

    expect(JSON.parse(new TextDecoder().decode(message.body))).toEqual(
      JSON.parse(Buffer.from(wire.body, 'base64').toString()),
    );
    expect(message).toMatchObject({
      contentType: 'application/json',
      contentEncoding: 'utf-8',
      headers: wire.headers,
      exchange: wire.properties.delivery_info.exchange,
      routingKey: wire.properties.delivery_info.routing_key,
    });
  });

  it.each([
    ['utf-8', { body_encoding: 'utf-8' }],
    ['none', {}],
  ])('takes a plain body with body_encoding %s', (_, properties) => {
    const message = decodeEnvelope(JSON.stringify({ body: '{"ü": "日本"}', properties }), here)!;

    expect(new TextDecoder().decode(message.body)).toBe('{"ü": "日本"}');
  });

  it.each([
    ['at its beginning', '{"body": "e30=", "properties": {"body_encoding": "base64"}}'],
    ['at its end', '{"properties": {"body_encoding": "base64"}, "body": "e30="}'],
    ['without blanks', '{"body":"e30=","properties":{"body_encoding":"base64"}}'],
    ['in escapes', '{"body": "\\u00653\\u0030=", "properties": {"body_encoding": "base64"}}'],
    ['twice', '{"body": "W10=", "body": "e30=", "properties": {"body_encoding": "base64"}}'],
    [
      'after one of another kind',
      '{"body": "W10=", "properties": {"body_encoding": "base64"}, "body": "e30="}',
    ],
    ['in the clear', '{"body": "{}", "properties": {"body_encoding": "utf-8"}}'],
  ])('finds the body %s', (_, envelope) => {
    expect(new TextDecoder().decode(decodeEnvelope(envelope, here)?.body)).toBe('{}');
  });

  it('reads base64 as Node does, whatever is in it', () => {
    const texts = fc.array(fc.constantFrom(...'ABz019+/=-_ é日')).map((characters) => characters.join(''));

    fc.assert(
      fc.property(texts, (body) => {
        const message = decodeEnvelope(
          `{"body": "${body}", "properties": {"body_encoding": "base64"}}`,
          here,
        );

        expect(message?.body).toEqual(Buffer.from(body, 'base64'));
      }),
    );
  });

  it('falls back to the channel where the envelope does not say where it went', () => {
    const message = decodeEnvelope('{"body": "e30=", "headers": null, "properties": null}', here)!;

    expect(message).toMatchObject({
      ...here,
      headers: {},
      contentType: undefined,
      contentEncoding: undefined,
    });
  });

  it.each(['', 'null', '1', '[]', '{}', '{"body": 1}', '{"body": {"a": 1}}', '{"body"', '['.repeat(100_000)])(
    'refuses %s',
    (text) => {
      expect(decodeEnvelope(text, here)).toBeUndefined();
    },
  );

  it('survives any text and any JSON', () => {
    const values = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((json) => `{"body": "", "properties": ${json}}`),
    );

    fc.assert(
      fc.property(values, (text) => {
        const message = decodeEnvelope(text, here);
        if (!message) return;
        expect(message.body).toBeInstanceOf(Uint8Array);
        expect(typeof message.exchange).toBe('string');
        expect(typeof message.routingKey).toBe('string');
        expect(message.headers).toBeTypeOf('object');
      }),
    );
  });
});

describe('encodeEnvelope', () => {
  it('wraps a request in exactly what kombu sends', () => {
    const request = captured.find(({ channel }) => channel.endsWith('.celery.pidbox'))!;
    const wire = JSON.parse(request.envelope);
    const body = JSON.parse(Buffer.from(wire.body, 'base64').toString());

    const envelope = JSON.parse(
      encodeEnvelope(
        { body, headers: wire.headers, deliveryMode: 2 },
        { exchange: 'celery.pidbox', routingKey: '' },
        wire.properties.delivery_tag,
      ),
    );

    // Python puts blanks into its JSON, so the bodies are compared by what they mean.
    expect(JSON.parse(Buffer.from(envelope.body, 'base64').toString())).toEqual(body);
    expect({ ...envelope, body: wire.body }).toEqual(wire);
  });

  it('gives back what it was given, for any JSON body', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.string(),
        fc.dictionary(fc.string(), fc.jsonValue()),
        (body, key, headers) => {
          const envelope = encodeEnvelope(
            { body, headers, deliveryMode: 1 },
            { exchange: 'e', routingKey: key },
            'tag',
          );

          const message = decodeEnvelope(envelope, here)!;

          expect(new TextDecoder().decode(message.body)).toBe(JSON.stringify(body));
          expect(JSON.stringify(message.headers)).toBe(JSON.stringify(headers));
          expect(message.routingKey).toBe(key);
        },
      ),
    );
  });
});

describe('rawMessage', () => {
  it('has no content type', () => {
    const bytes = new Uint8Array([1, 2]);

    expect(rawMessage(bytes, here)).toEqual({
      body: bytes,
      contentType: undefined,
      contentEncoding: undefined,
      headers: {},
      ...here,
    });
  });
});

it('hands on what is no envelope so that a bare event is read and the rest counted', () => {
  const read = (text: string) => decodeEventMessage(rawMessage(Buffer.from(text), here));

  expect(read('{"type": "task-sent"}').events).toEqual([{ type: 'task-sent' }]);
  expect(read('nothing of ours')).toMatchObject({ events: [], undecodable: 1 });
});
