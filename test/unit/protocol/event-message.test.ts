import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeEventMessage } from '../../../src/protocol/event-message.ts';
import { fixtureLines, messageOf } from '../../support/messages.ts';

type CapturedEvents = { transport: string; routingKey: string; contentType: string; rawBody: string };
type CapturedBody = {
  config: string;
  exchange: string;
  properties: { content_type: string };
  body: string | { base64: string };
};

const event = { type: 'task-started', uuid: 'u1', hostname: 'w1@example', clock: 3 };

describe('decodeEventMessage', () => {
  it('reads one event', () => {
    expect(decodeEventMessage(messageOf(event))).toEqual({
      events: [event],
      undecodable: 0,
      sample: undefined,
    });
  });

  it('reads a batch in its order, and an empty batch as no events', () => {
    const second = { ...event, type: 'task-succeeded' };

    expect(decodeEventMessage(messageOf([event, second])).events).toEqual([event, second]);
    expect(decodeEventMessage(messageOf([]))).toEqual({ events: [], undecodable: 0, sample: undefined });
  });

  it.each(['amqp', 'redis'])('reads every kind of message captured on %s', (transport) => {
    const captured = fixtureLines<CapturedEvents>('events.ndjson').filter(
      (each) => each.transport === transport,
    );
    expect(captured.length).toBeGreaterThan(10);

    for (const { rawBody, contentType, routingKey } of captured) {
      const expected: unknown = JSON.parse(rawBody);
      const decoded = decodeEventMessage(messageOf(rawBody, { contentType, routingKey }));
      expect(decoded.undecodable).toBe(0);
      expect(decoded.events).toEqual([expected].flat());
    }
  });

  it.each(['application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"', undefined])(
    'takes the content type %s for JSON',
    (contentType) => {
      expect(decodeEventMessage(messageOf(event, { contentType })).events).toEqual([event]);
    },
  );

  it('obeys another charset', () => {
    const body = Buffer.from('{"type": "caf\xe9"}', 'latin1');
    const message = messageOf(body, { contentType: 'application/json; charset=latin1' });

    expect(decodeEventMessage(message).events).toEqual([{ type: 'café' }]);
  });

  it('reads the numbers that only Python writes', () => {
    const { events } = decodeEventMessage(messageOf('{"type": "custom-x", "load": NaN}'));

    expect(events).toEqual([{ type: 'custom-x', load: Number.NaN }]);
  });

  it('keeps the events of a list and counts the rest', () => {
    const list = [event, null, 7, 'text', [event], {}, { type: 5 }, { ...event, uuid: 'u2' }];

    const { events, undecodable, sample } = decodeEventMessage(messageOf(list));

    expect(events).toEqual([event, { ...event, uuid: 'u2' }]);
    expect(undecodable).toBe(6);
    expect(sample?.reason).toBe('Element 2 of 8 in the list is null, not an event.');
  });

  it.each([
    ['{"type": ', /^The body is not JSON: /],
    ['null', 'The body is null, not an event.'],
    ['"worker-online"', 'The body is a string, not an event.'],
    ['{"uuid": "u1"}', 'The body is an object without a type, so no event.'],
  ])('says why %s is no event', (body, reason) => {
    const { events, undecodable, sample } = decodeEventMessage(messageOf(body));

    expect([events, undecodable]).toEqual([[], 1]);
    expect(sample?.reason).toMatch(reason);
  });

  it('names the serializer and the setting for captured events in other formats', () => {
    const captured = fixtureLines<CapturedBody>('serializers.ndjson').filter(
      (each) => each.exchange === 'celeryev' && each.properties.content_type !== 'application/json',
    );

    const reasons = captured.map(({ body, properties }) => {
      const bytes = typeof body === 'string' ? Buffer.from(body) : Buffer.from(body.base64, 'base64');
      const decoded = decodeEventMessage(messageOf(bytes, { contentType: properties.content_type }));
      return decoded.sample?.reason;
    });

    expect(reasons).toEqual(
      [
        'msgpack (application/x-msgpack)',
        'yaml (application/x-yaml)',
        'pickle (application/x-python-serialize)',
      ].map(
        (name) =>
          `It is written in ${name}, which cannot be read here: set event_serializer to json on the workers.`,
      ),
    );
  });

  it('samples in printable ASCII of bounded length', () => {
    const body = `\u001b[31m${'ü'.repeat(10_000)}`;

    const { sample } = decodeEventMessage(
      messageOf(body, { contentType: `\u001b]0;x\u0007${'y'.repeat(500)}` }),
    );

    expect(sample?.preview).toMatch(/^\\x1b\[31m\\xc3\\xbc/);
    expect(sample?.preview.length).toBeLessThanOrEqual(200);
    expect(JSON.stringify(sample)).toMatch(/^[ -~]{1,500}$/);
  });

  it('hands a compressed body to the decompression with its codec', () => {
    const message = messageOf('squeezed', { headers: { compression: 'application/x-brotli' } });

    const { events } = decodeEventMessage(message, (body, codec) =>
      Buffer.from(JSON.stringify({ type: `${Buffer.from(body)} by ${codec}` })),
    );

    expect(events).toEqual([{ type: 'squeezed by application/x-brotli' }]);
  });

  it('counts a body that it cannot decompress', () => {
    const message = messageOf('squeezed', { headers: { compression: 'application/x-bz2' } });

    expect(decodeEventMessage(message).sample?.reason).toBe(
      'The body is not JSON: compression application/x-bz2 is not read here.',
    );
  });

  it('reads 10 MB bodies', () => {
    const { events } = decodeEventMessage(messageOf({ ...event, result: 'x'.repeat(10_000_000) }));

    expect(String(events[0]?.['result']).length).toBe(10_000_000);
  });

  it('never throws, and gives only objects with a type', () => {
    const bodies = fc.oneof(
      fc.uint8Array(),
      fc.json().map((text) => Buffer.from(text)),
      fc.string().map((text) => Buffer.from(text)),
    );
    const headers = fc.dictionary(fc.constantFrom('compression', 'x'), fc.anything());
    const contentTypes = fc.constantFrom(
      'application/json',
      undefined,
      '',
      ';',
      'application/json;charset=nosuch',
      'a/b',
    );

    fc.assert(
      fc.property(
        bodies,
        headers,
        contentTypes,
        fc.option(fc.string()),
        (body, header, contentType, encoding) => {
          const message = messageOf(body, {
            headers: header,
            contentType,
            contentEncoding: encoding ?? undefined,
          });
          const { events, undecodable, sample } = decodeEventMessage(message);
          expect(events.every(({ type }) => typeof type === 'string')).toBe(true);
          expect(sample === undefined).toBe(undecodable === 0);
        },
      ),
    );
  });

  it('does not let a key named __proto__ change an object', () => {
    const { events } = decodeEventMessage(messageOf('{"type": "task-x", "__proto__": {"uuid": "stolen"}}'));

    expect(events[0]?.uuid).toBeUndefined();
  });
});
