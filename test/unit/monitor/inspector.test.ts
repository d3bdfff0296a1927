import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FakeCluster } from './fake-cluster.ts';

let cluster: FakeCluster;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
  cluster = new FakeCluster({ timeout: 5 });
});

afterEach(async () => {
  await cluster.close();
  vi.useRealTimers();
});

it('takes nobody for silent whose question was cut off by a lost connection', async () => {
  await cluster.start();
  cluster.addWorker('w1');
  await cluster.pass(3);
  expect(cluster.monitor.workers.get('w1')).toMatchObject({ answers: true, stats: { failure: undefined } });
  cluster.addWorker('w1', { stats: () => undefined });

  const refreshed = cluster.monitor.refreshWorkers();
  await cluster.pass(1);
  cluster.broker.stop('ECONNREFUSED');
  await cluster.pass(0);
  await refreshed;

  const worker = cluster.monitor.workers.get('w1');
  expect(worker?.stats).toMatchObject({
    pending: false,
    failure: 'The connection was lost; the command may have been carried out.',
  });
  expect(worker?.answers).toBe(true);
});
