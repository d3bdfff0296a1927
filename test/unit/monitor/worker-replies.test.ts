import { describe, expect, it } from 'vitest';
import {
  readActiveQueues,
  readPoolRestarts,
  readRegistered,
  readStats,
  readTaskIds,
  readTaskList,
} from '../../../src/monitor/worker-replies.ts';

/** As real workers of Celery 5.6.3 answered, shortened. */
const prefork = {
  total: { 'proj.sleep': 2, 'proj.add': 5 },
  pid: 24612,
  clock: '146',
  uptime: 34,
  pool: {
    implementation: 'celery.concurrency.prefork:TaskPool',
    'max-concurrency': 2,
    processes: [24642, 24647],
    'max-tasks-per-child': 'N/A',
    timeouts: [0, 30],
  },
  broker: { hostname: '127.0.0.1', virtual_host: 'lab', port: 5672, transport: 'amqp', userid: 'guest' },
  prefetch_count: 9,
  rusage: { maxrss: 56956 },
  autoscaler: { max: 3, min: 1, current: 2, qty: 0 },
};

describe('readStats', () => {
  it('counts the processes of a pool that has grown, whose max-concurrency is that of its start', () => {
    const grown = { ...prefork, pool: { ...prefork.pool, processes: [1, 2, 3] } };

    expect(readStats(grown)?.concurrency).toBe(3);
  });

  it('reads a prefork worker with an autoscaler', () => {
    expect(readStats(prefork)).toEqual({
      pool: 'prefork',
      concurrency: 2,
      processes: [24642, 24647],
      maxTasksPerChild: undefined,
      softTimeLimit: undefined,
      hardTimeLimit: 30,
      prefetchCount: 9,
      pid: 24612,
      uptime: 34,
      clock: 146,
      maxRssKb: 56956,
      autoscaler: { max: 3, min: 1 },
      broker: 'amqp://127.0.0.1:5672/lab',
      totalTasks: 7,
    });
  });

  it.each([
    ['celery.concurrency.solo:TaskPool', 'solo'],
    ['celery.concurrency.thread:TaskPool', 'threads'],
    ['celery.concurrency.gevent:TaskPool', 'gevent'],
  ])('calls %s %s', (implementation, pool) => {
    expect(readStats({ pool: { implementation }, rusage: 'N/A' })).toMatchObject({
      pool,
      maxRssKb: undefined,
    });
  });

  it('takes an error for no answer', () => {
    expect(readStats({ error: "KeyError('stats')" })).toBeUndefined();
  });
});

describe('the other replies', () => {
  it('reads queues', () => {
    const queue = { name: 'celery', exchange: { name: 'x', type: 'topic' }, routing_key: '#', durable: true };

    expect(readActiveQueues([queue, { name: 7 }, null])).toEqual([
      { name: 'celery', exchange: 'x', exchangeType: 'topic', routingKey: '#', durable: true },
    ]);
  });

  it('reads registered tasks and their rate limits', () => {
    expect(readRegistered(['a', 'b [rate_limit=2/s]', 'c [exchange=x rate_limit=10/m]'])).toEqual([
      { name: 'a', rateLimit: undefined },
      { name: 'b', rateLimit: '2/s' },
      { name: 'c', rateLimit: '10/m' },
    ]);
  });

  it('reads task lists, the real name before the shadow', () => {
    const task = {
      id: 'u',
      name: 'shadow',
      type: 'real',
      args: '(1,)',
      kwargs: '{}',
      time_start: 5.5,
      worker_pid: 9,
    };

    expect(readTaskList([task, {}])).toEqual([
      { uuid: 'u', name: 'real', args: '(1,)', kwargs: '{}', startedAt: 5.5, pid: 9 },
    ]);
    expect(readTaskIds([task, { id: 4 }, 'x'])).toEqual(['u']);
  });

  it('takes a setting that is left out for off', () => {
    expect(readPoolRestarts({})).toBe(false);
    expect(readPoolRestarts({ worker_pool_restarts: true })).toBe(true);
    expect(readPoolRestarts({ error: 'x' })).toBeUndefined();
  });
});

describe('hostile replies', () => {
  const odd: unknown[] = [
    null,
    undefined,
    true,
    0,
    Number.NaN,
    '',
    'x',
    [],
    [[]],
    {},
    { name: {} },
    [null, 1, {}],
  ];
  const readers = {
    readStats,
    readActiveQueues,
    readRegistered,
    readTaskList,
    readTaskIds,
    readPoolRestarts,
  };

  it.each(Object.entries(readers))('%s reads values of any type without throwing', (_name, read) => {
    const keys = ['pool', 'total', 'broker', 'autoscaler', 'rusage', 'clock', 'exchange', 'id', 'type'];
    for (const value of odd) {
      expect(() => read(value)).not.toThrow();
      for (const key of keys) {
        expect(() => read({ [key]: value })).not.toThrow();
        expect(() => read([{ name: 'n', id: 'i', [key]: value }])).not.toThrow();
      }
    }
  });

  it('keep long lists and long text within limits', () => {
    const names = Array.from({ length: 100_000 }, () => 'x'.repeat(10_000));
    const registered = readRegistered(names) ?? [];

    expect(registered).toHaveLength(2000);
    expect(registered[0]?.name).toHaveLength(512);
  });
});
