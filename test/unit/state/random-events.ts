import fc from 'fast-check';
import type { Event } from '../../../src/protocol/event.ts';

/** What a text field may arrive as: also what is no text. */
const someText = fc.oneof(
  fc.constant(null),
  fc.string({ maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.integer({ min: 0, max: 3_000 }).map((length) => 'x'.repeat(length)),
  fc.jsonValue(),
);
export const eventUuids: readonly string[] = [...'abcdefgh'];
export const eventHosts: readonly string[] = ['w1@example', 'w2@example', 'w3@example', 'w4@example'];
const someUuid = fc.constantFrom(...eventUuids);
const someHost = fc.constantFrom(...eventHosts);

const taskEvents = fc.record({
  type: fc
    .constantFrom(
      ...['sent', 'received', 'started', 'succeeded', 'failed', 'retried', 'revoked', 'rejected', 'progress'],
    )
    .map((subject) => `task-${subject}`),
  uuid: someUuid,
  hostname: someHost,
  timestamp: fc.integer({ min: 1, max: 50 }),
  local_received: fc.constant(1),
  clock: fc.integer({ min: 0, max: 30 }),
  name: fc.oneof(
    fc.constantFrom('p.add', 'p.mul', null),
    fc.integer({ min: 1, max: 2_000 }).map((length) => 'x'.repeat(length)),
  ),
  args: someText,
  kwargs: someText,
  result: someText,
  exception: someText,
  traceback: someText,
  queue: someText,
  exchange: someText,
  routing_key: someText,
  eta: someText,
  expires: someText,
  retries: fc.constantFrom(0, 1, null),
  root_id: fc.oneof(someUuid, someText),
  parent_id: fc.oneof(someUuid, someText),
  failed: fc.jsonValue(),
  other: someText,
});

const workerEvents = fc.record({
  type: fc.constantFrom('worker-online', 'worker-heartbeat', 'worker-offline'),
  hostname: someHost,
  timestamp: fc.integer({ min: 1, max: 50 }),
  local_received: fc.constantFrom(1, 2, 30),
  pid: fc.constantFrom(1, 2, null),
  freq: fc.constantFrom(2, null),
  active: fc.oneof(fc.nat(9), fc.jsonValue()),
  loadavg: fc.constantFrom([1, 2, 3], null, 'busy'),
  sw_ident: someText,
  other: someText,
});

/** Few tasks, many retries: all fields, valid and not, some clocks unknown, parents that come late or never. */
export const someEvents: fc.Arbitrary<Event[]> = fc.array(
  fc.oneof(taskEvents, workerEvents) as fc.Arbitrary<Event>,
  { maxLength: 60 },
);
