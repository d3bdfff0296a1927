import { describe, expect, it } from 'vitest';
import { consumedBindings, consumedQueues } from '../../../src/queues/consumed-queues.ts';

function queue(name: unknown, exchange: unknown = name, routingKey: unknown = name): unknown {
  return { name, exchange: { name: exchange, type: 'direct' }, routing_key: routingKey };
}

describe('the queues that workers consume', () => {
  it('are those of all workers, each once, and the default queue', () => {
    const replies = { 'w1@a': [queue('mail'), queue('celery')], 'w2@a': [queue('celery'), queue('bulk')] };

    expect(consumedQueues(replies)).toEqual(['celery', 'bulk', 'mail']);
    expect(consumedQueues({})).toEqual(['celery']);
  });

  it('are bound as workers say', () => {
    expect(consumedBindings({ w: [queue('b', 'ex', 'k.#'), queue('a'), queue('b', 'ex', 'k.#')] })).toEqual([
      { queue: 'a', exchange: 'a', routingKey: 'a' },
      { queue: 'b', exchange: 'ex', routingKey: 'k.#' },
    ]);
  });

  it('are none where a worker answers nonsense', () => {
    const replies = {
      ...{ a: null, b: { error: 'x' }, c: [null, 7, {}, queue(''), queue('x'.repeat(256)), queue([])] },
      d: [queue('ok', {}, 5)],
    };

    expect(consumedBindings(replies)).toEqual([{ queue: 'ok', exchange: '', routingKey: '' }]);
  });

  it('are not kept without bound', () => {
    const many = Array.from({ length: 10_050 }, (_, index) => queue(`q${index}`));

    expect(consumedBindings({ w: many })).toHaveLength(10_000);
  });
});
