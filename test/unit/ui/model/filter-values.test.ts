import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { filterValues } from '../../../../src/ui/model/filter-values.ts';
import { FakeCluster } from '../../monitor/fake-cluster.ts';

let cluster: FakeCluster;

beforeEach(async () => {
  vi.useFakeTimers({ now: 1_000_000_000_000 });
  cluster = new FakeCluster();
  await cluster.start();
  cluster.addWorker('celery@w1');
  cluster.event('worker-heartbeat', {
    hostname: 'celery@w1',
    freq: 60,
    active: 0,
    sw_ident: 'py-celery',
    sw_ver: '5.6.3',
  });
  const task = { uuid: 'u1', name: 'app.add' };
  cluster.event('task-sent', { ...task, hostname: 'gen@web', queue: 'mail', routing_key: 'mail.out' });
  cluster.event('task-received', { ...task, hostname: 'celery@w1' });
  cluster.event('task-progress', { uuid: 'u1', hostname: 'celery@w1' });
  await cluster.pass(3);
});

afterEach(async () => {
  await cluster.close();
  vi.useRealTimers();
});

describe('values of a filter that were seen', () => {
  it.each([
    ['tasks', 'state', ['PROGRESS']],
    ['tasks', 'name', ['app.add']],
    ['tasks', 'worker', ['celery@w1']],
    ['tasks', 'queue', ['celery', 'mail']],
    ['tasks', 'client', ['gen@web']],
    ['tasks', 'rk', ['mail.out']],
    ['tasks', 'args', []],
    ['workers', 'name', ['celery@w1']],
    ['workers', 'queue', ['celery']],
    ['workers', 'version', ['5.6.3']],
    ['types', 'name', ['app.add']],
  ] as const)('are those of the view: %s %s %j', (view, field, expected) => {
    expect([...new Set(filterValues(cluster.monitor, view, field))]).toEqual(expected);
  });
});
