import { readFileSync } from 'node:fs';
import type { Headers, Message } from '../../src/protocol/message.ts';

/** A message as a transport would hand it over. A text body goes out as UTF-8, another value as JSON. */
export function messageOf(body: unknown, overrides: Partial<Message> = {}): Message {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return {
    body: body instanceof Uint8Array ? body : Buffer.from(text),
    contentType: 'application/json',
    contentEncoding: 'utf-8',
    headers: {},
    exchange: 'celeryev',
    routingKey: '',
    ...overrides,
  };
}

/** The lines of a file in test/fixtures/messages. */
export function fixtureLines<Line>(name: string): Line[] {
  const path = new URL(`../fixtures/messages/${name}`, import.meta.url);
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

/** One line of messages/control.ndjson: what kombu sent and what workers answered. */
export type CapturedRequest = {
  transport: 'amqp' | 'redis';
  request: CapturedMessage;
  replies: CapturedMessage[];
};

type CapturedMessage = { headers: Headers; deliveryMode: number; contentType: string; rawBody: string };
