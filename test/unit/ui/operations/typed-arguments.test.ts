import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkArguments } from '../../../../src/control/arguments.ts';
import type { Facts, Operation, Target, Values } from '../../../../src/ui/operations/operation.ts';
import { operations } from '../../../../src/ui/operations/operations.ts';

const target: Target = { tasks: [], hostnames: ['w1@x'] };
const facts: Facts = {
  now: 0,
  online: ['w1@x'],
  worker: () => undefined,
  task: () => undefined,
  rateLimit: () => undefined,
  measuredRate: () => 0,
};

function isRefused({ request }: Operation, values: Values): boolean {
  const { method, args } = request(target, values, facts);
  try {
    checkArguments(method, args);
    return false;
  } catch {
    return true;
  }
}

describe('what a person typed', () => {
  it.each<[keyof typeof operations, Values, string]>([
    ['grow', { n: '257' }, 'n must be a whole number from 1 to 256, not 257'],
    ['grow', { n: '0' }, 'n must be a whole number from 1 to 256, not 0'],
    ['shrink', { n: '1e2' }, 'n must be a whole number from 1 to 256, not "1e2"'],
    ['shrink', { n: '' }, 'n must be a whole number from 1 to 256, not ""'],
    ['autoscale', { max: '300', min: '1' }, 'max must be a whole number from 1 to 256, not 300'],
    ['autoscale', { max: '5', min: '' }, 'min must be a whole number from 0 to 256, not ""'],
    ['autoscale', { max: '2', min: '3' }, 'min must not be above max'],
    ['add-consumer', { queue: '' }, 'queue must be the name of a task queue, at most 255 bytes, not ""'],
    ['add-consumer', { queue: 'celeryev' }, 'queue must be the name of a task queue'],
    ['add-consumer', { queue: 'q', exchange: 'amq.topic' }, 'exchange must be the name of an exchange'],
    ['add-consumer', { queue: 'q', type: 'headers' }, 'exchange_type must be direct, topic or fanout, not'],
    ['add-consumer', { queue: 'q', key: 'ü'.repeat(128) }, 'routing_key must be a routing key'],
    ['cancel-consumer', { queue: 'w1@x.celery.pidbox' }, 'queue must be the name of a task queue'],
  ])('is refused by %s before it is sent: %j', (id, values, problem) => {
    expect(operations[id].problem(values)).toContain(problem);
  });

  it.each<[keyof typeof operations, Values, Record<string, unknown>]>([
    ['grow', { n: ' 256 ' }, { n: 256 }],
    ['autoscale', { max: '10', min: '0' }, { max: 10, min: 0 }],
    ['add-consumer', { queue: ' q ', type: 'direct' }, { queue: 'q' }],
    [
      'add-consumer',
      { queue: 'q', type: 'topic' },
      { queue: 'q', exchange: 'q', exchange_type: 'topic', routing_key: 'q' },
    ],
    [
      'add-consumer',
      { queue: 'q', key: 'a.#', type: '' },
      { queue: 'q', exchange: 'q', exchange_type: 'direct', routing_key: 'a.#' },
    ],
  ])('goes out with %s: %j', (id, values, args) => {
    expect(operations[id].problem(values)).toBeUndefined();
    expect(operations[id].request(target, values, facts).args).toEqual(args);
  });

  it('has a problem exactly when the request would be refused', () => {
    const text = fc.oneof(fc.string(), fc.integer({ min: -5, max: 400 }).map(String));
    const values = fc.record({
      n: text,
      max: text,
      min: text,
      queue: text,
      exchange: text,
      type: text,
      key: text,
    });
    const ids = ['grow', 'shrink', 'autoscale', 'add-consumer', 'cancel-consumer'] as const;

    fc.assert(
      fc.property(fc.constantFrom(...ids), values, (id, typed) => {
        expect(operations[id].problem(typed) !== undefined).toBe(isRefused(operations[id], typed));
      }),
    );
  });
});
