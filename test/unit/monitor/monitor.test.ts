import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { State } from '../../../src/state/state.ts';
import { FakeCluster } from './fake-cluster.ts';

const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
let cluster: FakeCluster;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000_000_000 });
  cluster = new FakeCluster();
});

afterEach(async () => {
  await cluster.close();
  vi.useRealTimers();
});

describe('Monitor', () => {
  it('folds events into the State, counts them and tells of the change once', async () => {
    let told = 0;
    await cluster.start();
    cluster.monitor.onChange(() => {
      told += 1;
    });

    for (let n = 0; n < 50; n += 1) cluster.event('task-started', { uuid: uuid(n), hostname: 'w1', pid: 1 });
    await cluster.pass(0);
    expect(cluster.monitor.state.tasks.size).toBe(50);
    expect(told).toBe(1);

    await cluster.pass(1);
    expect(cluster.monitor.rates.eventsPerSecond).toBe(50);
    expect(cluster.monitor.lag).toBe(0);
  });

  it('counts the runs of each type, an event that is delivered twice once', async () => {
    await cluster.start();
    const task = { uuid: uuid(1), hostname: 'w1', timestamp: 1_000_000_000 };
    cluster.event('task-received', { ...task, name: 'app.add' });
    for (const timestamp of [1_000_000_001, 1_000_000_001]) {
      cluster.event('task-started', { ...task, timestamp });
      cluster.event('task-succeeded', { ...task, timestamp, runtime: 0.5 });
    }
    await cluster.pass(0);

    expect(cluster.monitor.statistics.ofType('app.add', '5m', 1_000_000_000)).toMatchObject({
      ...{ started: 1, succeeded: 1, run: { count: 1, p50: 0.5 }, lastAt: 1_000_000_000 },
    });
  });

  it('finds workers by ping and asks each everything once, all of them in one request', async () => {
    cluster.addWorker('w1');
    cluster.addWorker('w2');
    await cluster.start();
    await cluster.pass(3);

    expect(cluster.sent('ping')).toHaveLength(1);
    for (const method of ['stats', 'active_queues', 'active', 'registered', 'conf']) {
      expect(cluster.sent(method)).toMatchObject([{ destination: null }]);
    }
    expect(cluster.monitor.workers.get('w2')).toMatchObject({
      status: 'online',
      answers: true,
      slots: 2,
      stats: { value: { pool: 'prefork', prefetchCount: 8 }, failure: undefined, pending: false },
      activeQueues: { value: [{ name: 'celery', exchangeType: 'direct' }] },
      registered: {
        value: [
          { name: 'app.add', rateLimit: undefined },
          { name: 'app.slow', rateLimit: '2/s' },
        ],
      },
      poolRestarts: { value: true },
    });
  });

  it('asks a worker that comes later by its name alone', async () => {
    cluster.addWorker('w1');
    await cluster.start();
    await cluster.pass(3);
    cluster.addWorker('w2');
    await cluster.pass(2);

    expect(cluster.sent('stats').map(({ destination }) => destination)).toEqual([null, ['w2']]);
  });

  it('says of a silent worker how long it waited, and asks it nothing more in that round', async () => {
    cluster.addWorker('w1', { ping: () => undefined, stats: () => undefined });
    await cluster.start();
    cluster.beat('w1');
    await cluster.pass(3);

    const worker = cluster.monitor.workers.get('w1');
    expect(worker).toMatchObject({
      status: 'silent',
      answers: false,
      stats: { value: undefined, failure: 'no reply in 1.0s', pending: false },
      registered: { failure: 'no reply in 1.0s' },
    });
    expect(cluster.sent('registered')).toHaveLength(0);
  });

  it('asks a worker that starts once it can answer, and does not call it silent meanwhile', async () => {
    await cluster.start();
    await cluster.pass(3);
    cluster.event('worker-online', { hostname: 'w1', freq: 60, active: 0 });
    await cluster.pass(1);
    expect(cluster.monitor.workers.get('w1')).toMatchObject({ status: 'online', answers: undefined });

    cluster.addWorker('w1');
    await cluster.pass(2);

    expect(cluster.sent('stats')).toHaveLength(1);
    expect(cluster.monitor.workers.get('w1')).toMatchObject({ status: 'online', answers: true, slots: 2 });
  });

  it('asks a worker that left its first question unanswered again, and then lets it be', async () => {
    await cluster.start();
    cluster.beat('w1');
    await cluster.pass(3);
    expect(cluster.monitor.workers.get('w1')?.status).toBe('silent');
    cluster.addWorker('w1');
    await cluster.pass(6);
    expect(cluster.monitor.workers.get('w1')?.status).toBe('online');
    expect(cluster.monitor.workers.get('w1')?.slots).toBe(2);

    cluster.beat('w2');
    const before = cluster.sent('stats').length;
    await cluster.pass(120);

    expect(cluster.sent('stats').length - before).toBe(4);
  });

  it('does not call a worker silent that came while a ping was waited for', async () => {
    cluster.addWorker('w0', { ping: () => undefined });
    await cluster.start();
    expect(cluster.sent('ping')).toHaveLength(1);
    cluster.event('worker-online', { hostname: 'w1', freq: 60, active: 0 });
    await cluster.pass(1);

    expect(cluster.monitor.workers.get('w1')).toMatchObject({ status: 'online', answers: undefined });
  });

  it('asks again every 30 s while somebody looks, and stops when they look away', async () => {
    cluster.addWorker('w1');
    await cluster.start();
    await cluster.pass(3);
    const before = cluster.sent('stats').length;

    cluster.monitor.watchWorkers(true);
    await cluster.pass(61);
    expect(cluster.sent('stats').length - before).toBe(3);
    expect(cluster.sent('registered')).toHaveLength(1);

    cluster.monitor.watchWorkers(false);
    await cluster.pass(120);
    expect(cluster.sent('stats').length - before).toBe(3);
  });

  it('keeps one inspection in flight per worker', async () => {
    cluster.addWorker('w1', { stats: () => undefined });
    await cluster.start();
    cluster.beat('w1');
    await cluster.pass(3);
    const before = cluster.sent('stats').length;

    const rounds = [1, 2, 3].map(() => cluster.monitor.refreshWorkers());
    await cluster.pass(1);
    await Promise.all(rounds);

    expect(cluster.sent('stats').length - before).toBe(1);
  });

  it('has the facts that explain an empty screen', async () => {
    cluster.addWorker('w1');
    cluster.addWorker('w2');
    await cluster.start();
    await cluster.pass(2);
    expect(cluster.monitor.facts).toEqual({
      workers: ['w1', 'w2'],
      workersAnswered: ['w1', 'w2'],
      workersSendingEvents: 0,
      sentSeen: false,
    });

    cluster.event('task-sent', { uuid: uuid(1), hostname: 'gen1@x', name: 'a' });
    cluster.event('task-received', { uuid: uuid(1), hostname: 'w1', name: 'a' });
    await cluster.pass(0);
    expect(cluster.monitor.facts).toMatchObject({ workersSendingEvents: 1, sentSeen: true });
  });

  it('counts failures, of tasks that it has forgotten too', async () => {
    await cluster.start();
    for (const type of ['task-failed', 'task-succeeded', 'task-failed'])
      cluster.event(type, { uuid: uuid(1), hostname: 'w1' });
    await cluster.pass(0);
    cluster.monitor.state.clearTasks(true);

    expect(cluster.monitor.failureCount).toBe(2);
  });

  it('says why events stopped until they arrive again', async () => {
    cluster = new FakeCluster({
      state: new State({
        callback: () => {
          throw new Error('the event could not be taken');
        },
      }),
    });
    await cluster.start();
    cluster.event('task-started', { uuid: uuid(1), hostname: 'w1' });
    await cluster.pass(0);
    expect(cluster.monitor.captureFailure).toBe('the event could not be taken');

    cluster.broker.stop('ECONNREFUSED');
    await cluster.pass(1);
    cluster.broker.restart();
    cluster.monitor.retryNow();
    await cluster.pass(0);
    expect(cluster.monitor.captureFailure).toBeUndefined();
  });

  it('counts what it cannot read and goes on', async () => {
    await cluster.start();
    cluster.broker.publish('celeryev', 'task.multi', { body: new Uint8Array([0xff, 1, 2]) });
    cluster.event('task-started', { uuid: uuid(1), hostname: 'w1' });
    await cluster.pass(0);

    expect(cluster.monitor.undecodable).toMatchObject({ count: 1 });
    expect(cluster.monitor.state.tasks.size).toBe(1);
  });

  it('stops listening when its signal aborts', async () => {
    const controller = new AbortController();
    cluster.monitor.start(controller.signal);
    await cluster.pass(0);

    controller.abort();
    await cluster.pass(0);
    cluster.event('task-started', { uuid: uuid(1), hostname: 'w1' });
    await cluster.pass(0);

    expect(cluster.monitor.state.tasks.size).toBe(0);
  });
});

describe('Monitor over a lost connection', () => {
  async function runningTasks(count: number): Promise<void> {
    await cluster.start();
    await cluster.pass(2);
    for (let n = 1; n <= count; n += 1)
      cluster.event('task-started', { uuid: uuid(n), hostname: 'w1', clock: n });
    await cluster.pass(0);
  }

  async function outage(seconds: number): Promise<void> {
    cluster.broker.stop('ECONNREFUSED');
    await cluster.pass(seconds);
    cluster.broker.restart();
    cluster.monitor.retryNow();
    await cluster.pass(0);
  }

  it('records when it was deaf, and keeps what it knew', async () => {
    cluster.addWorker('w1');
    await runningTasks(1);
    const lostAtMs = Date.now();

    await outage(20);

    expect(cluster.monitor.status.kind).toBe('ready');
    expect(cluster.monitor.gaps).toEqual([{ fromMs: lostAtMs, toMs: lostAtMs + 20_000 }]);
    expect(cluster.monitor.state.tasks.size).toBe(1);
    expect(cluster.monitor.workers.get('w1')?.status).toBe('online');
  });

  it('marks running tasks that no worker lists afterwards, and no others', async () => {
    const task = (id: string) => ({ id, name: 'a', type: 'a', args: '()', kwargs: '{}' });
    cluster.addWorker('w1', { active: () => [task(uuid(1))], reserved: () => [task(uuid(2))] });
    await runningTasks(3);
    cluster.event('task-succeeded', { uuid: uuid(4), hostname: 'w1' });

    await outage(10);
    await cluster.pass(2);

    expect([...cluster.monitor.unknownTasks]).toEqual([uuid(3)]);
  });

  it('clears the mark when an event tells after all', async () => {
    cluster.addWorker('w1');
    await runningTasks(1);
    await outage(10);
    await cluster.pass(2);
    expect(cluster.monitor.unknownTasks.size).toBe(1);

    cluster.event('task-succeeded', { uuid: uuid(1), hostname: 'w1', result: '1', runtime: 1 });
    await cluster.pass(0);

    expect(cluster.monitor.unknownTasks.size).toBe(0);
  });

  it('asks again for workers that find the broker later than we do', async () => {
    const active = vi.fn(() => [{ id: uuid(1), name: 'a' }]);
    cluster.addWorker('w1');
    await runningTasks(1);
    cluster.kill('w1');
    await outage(10);
    await cluster.pass(3);
    expect([...cluster.monitor.unknownTasks]).toEqual([uuid(1)]);

    cluster.addWorker('w1', { active });
    await cluster.pass(8);

    expect(active).toHaveBeenCalled();
    expect(cluster.monitor.unknownTasks.size).toBe(0);
  });

  it('asks on about a task that ran through the gap, because its end may never be told', async () => {
    const active = vi.fn(() => [{ id: uuid(1), name: 'a' }] as unknown[]);
    cluster.addWorker('w1', { active });
    await runningTasks(1);
    await outage(10);
    await cluster.pass(20);
    expect(cluster.monitor.unknownTasks.size).toBe(0);

    active.mockImplementation(() => []);
    await cluster.pass(32);

    expect([...cluster.monitor.unknownTasks]).toEqual([uuid(1)]);
    const asked = active.mock.calls.length;
    await cluster.pass(120);
    expect(active.mock.calls.length).toBe(asked);
  });

  it('asks no more about a task that ran through the gap once its end is told', async () => {
    const active = vi.fn(() => [{ id: uuid(1), name: 'a' }]);
    cluster.addWorker('w1', { active });
    await runningTasks(1);
    await outage(10);
    await cluster.pass(20);

    cluster.event('task-succeeded', { uuid: uuid(1), hostname: 'w1', result: '1', runtime: 1 });
    const asked = active.mock.calls.length;
    await cluster.pass(120);

    expect(active.mock.calls.length).toBe(asked);
    expect(cluster.monitor.unknownTasks.size).toBe(0);
  });

  it('suspects the tasks of a worker that came back: Celery loses their events', async () => {
    cluster.addWorker('w1');
    await runningTasks(2);

    cluster.event('worker-offline', { hostname: 'w1' });
    cluster.event('worker-online', { hostname: 'w1', freq: 60, active: 0 });
    await cluster.pass(3);

    expect([...cluster.monitor.unknownTasks]).toEqual([uuid(1), uuid(2)]);
  });

  it('asks a worker that comes back by a plain heartbeat what it runs', async () => {
    cluster.addWorker('w1', { active: () => [{ id: uuid(1), name: 'a' }] });
    await runningTasks(2);
    cluster.beat('w1', { freq: 2 });
    await cluster.pass(7);
    expect([...cluster.monitor.unknownTasks]).toEqual([uuid(1), uuid(2)]);

    cluster.beat('w1', { freq: 60 });
    await cluster.pass(4);

    expect([...cluster.monitor.unknownTasks]).toEqual([uuid(2)]);
  });

  it('suspects the tasks of a worker whose heartbeats ran out', async () => {
    cluster.addWorker('w1');
    await runningTasks(1);
    cluster.beat('w1', { freq: 2, active: 1 });
    await cluster.pass(0);
    cluster.kill('w1');

    await cluster.pass(7);

    expect(cluster.monitor.workers.get('w1')).toMatchObject({ status: 'offline', wasActive: 1 });
    expect([...cluster.monitor.unknownTasks]).toEqual([uuid(1)]);
  });
});
