import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CommandEntry } from '../../../src/monitor/command-log.ts';
import {
  commandCounts,
  commandOutcome,
  commandSummary,
  failedOrSilent,
  replyOutcome,
  replyText,
} from '../../../src/monitor/command-summary.ts';
import { FakeCluster } from './fake-cluster.ts';

const rateLimit = {
  method: 'rate_limit',
  args: { task_name: 'app.mail.send_email', rate_limit: '10/s' },
  label: 'rate_limit app.mail.send_email 10/s',
};
const ok = () => ({ ok: 'new rate limit set successfully' });
const unknownTask = () => ({ error: 'unknown task' });

let cluster: FakeCluster;

beforeEach(async () => {
  vi.useFakeTimers({ now: 1_000_000_000_000 });
  cluster = new FakeCluster();
});

afterEach(async () => {
  await cluster.close();
  vi.useRealTimers();
});

async function startWith(workers: Record<string, Parameters<FakeCluster['addWorker']>[1]>): Promise<void> {
  await cluster.start();
  for (const [hostname, answers] of Object.entries(workers)) cluster.addWorker(hostname, answers);
  await cluster.pass(2);
  cluster.requests.length = 0;
}

function summary(entry: CommandEntry): string {
  return commandSummary(entry, Date.now() / 1000);
}

describe('Monitor.send', () => {
  it('expects every worker that is online, and ends as soon as all have answered', async () => {
    await startWith({ w1: { rate_limit: ok }, w2: { rate_limit: ok } });

    const entry = cluster.monitor.send(rateLimit);
    expect(entry).toMatchObject({ state: 'pending', expected: ['w1', 'w2'], replies: [] });
    expect(summary(entry)).toBe('rate_limit app.mail.send_email 10/s to 2 workers   0 of 2 replied   0.0s');

    await cluster.pass(0);
    expect(entry.state).toBe('done');
    expect(summary(entry)).toBe('rate_limit app.mail.send_email 10/s  2/2 workers ok');
    expect(commandOutcome(entry)).toBe('ok');
    expect(cluster.monitor.commands.entries).toEqual([entry]);
  });

  it('tells errors, silence and strangers apart, and repeats only to those that failed', async () => {
    await startWith({
      w1: { rate_limit: ok },
      w2: { rate_limit: ok },
      w3: { rate_limit: unknownTask },
      w4: {},
    });
    cluster.event('worker-offline', { hostname: 'w2' });
    await cluster.pass(1);

    const entry = cluster.monitor.send(rateLimit);
    await cluster.pass(0.4);
    expect(summary(entry)).toBe('rate_limit app.mail.send_email 10/s to 3 workers   2 of 3 replied   0.4s');
    await cluster.pass(1);

    expect(commandCounts(entry)).toEqual({
      expected: 3,
      replied: 2,
      ok: 2,
      error: 1,
      silent: 1,
      unexpected: 1,
    });
    expect(entry.replies.find(({ hostname }) => hostname === 'w2')).toMatchObject({ expected: false });
    expect(summary(entry)).toBe('rate_limit: 2 ok, 1 error (unknown task), 1 no reply');
    expect(commandOutcome(entry)).toBe('problem');
    expect(failedOrSilent(entry)).toEqual(['w3', 'w4']);

    const again = cluster.monitor.retry(entry);
    await cluster.pass(2);
    expect(again.expected).toEqual(['w3', 'w4']);
    expect(cluster.sent('rate_limit').at(-1)?.destination).toEqual(['w3', 'w4']);
  });

  it('uses Celery’s sentence for no reply at all, and the cause when ping fails too', async () => {
    await startWith({ w1: { ping: () => undefined } });

    const entry = cluster.monitor.send(rateLimit);
    await cluster.pass(1);
    expect(summary(entry)).toBe('No replies within 1.0s');

    await cluster.pass(1.1);
    expect(summary(entry)).toMatch(/^No replies within 1\.0s: no worker answers ping either/);
  });

  it('goes to the workers that were chosen and to no others', async () => {
    await startWith({ w1: { rate_limit: ok }, w2: { rate_limit: ok } });

    const entry = cluster.monitor.send({ ...rateLimit, destination: ['w2'] });
    await cluster.pass(0);

    expect(entry.expected).toEqual(['w2']);
    expect(cluster.sent('rate_limit')).toMatchObject([{ destination: ['w2'] }]);
    expect(summary(entry)).toBe('rate_limit app.mail.send_email 10/s  1/1 worker ok');
  });

  it('takes an empty choice for an error, never for everybody', async () => {
    await startWith({ w1: { rate_limit: ok } });

    const entry = cluster.monitor.send({ ...rateLimit, destination: [] });
    await cluster.pass(2);

    expect(entry).toMatchObject({
      state: 'done',
      failure: 'rate_limit was not sent: no worker is left to send it to',
    });
    expect(cluster.requests).toEqual([]);
  });

  it('sends nothing while disconnected and says why', async () => {
    await startWith({ w1: { rate_limit: ok } });
    cluster.broker.stop('ECONNREFUSED');
    await cluster.pass(0);

    const entry = cluster.monitor.send(rateLimit);
    await cluster.pass(2);

    expect(entry.state).toBe('done');
    expect(entry.failure).toMatch(/^rate_limit was not sent: .*ECONNREFUSED/);
    expect(commandOutcome(entry)).toBe('problem');
    expect(cluster.requests).toEqual([]);
  });

  it('sends nothing that workers could not take', async () => {
    await startWith({ w1: { rate_limit: ok } });

    const entry = cluster.monitor.send({ ...rateLimit, args: { task_name: 'a', rate_limit: '10/x' } });
    await cluster.pass(2);

    expect(entry.failure).toMatch(/^rate_limit was not sent: /);
    expect(cluster.requests).toEqual([]);
  });

  it('asks workers about themselves again once a command has taken effect', async () => {
    await startWith({ w1: { pool_grow: () => ({ ok: 'pool will grow' }) } });

    cluster.monitor.send({ method: 'pool_grow', args: { n: 1 }, label: 'pool_grow 1', destination: ['w1'] });
    await cluster.pass(1);

    expect(cluster.sent('stats')).toHaveLength(1);
  });

  it('keeps no more of a long reply than is shown', async () => {
    const long = 'x'.repeat(100_000);
    await startWith({
      w1: { rate_limit: () => ({ ok: long }) },
      w2: { rate_limit: () => ({ error: long }) },
      w3: { rate_limit: () => [{ id: long }] },
      w4: { rate_limit: () => ({ id: 7 }) },
    });

    const entry = cluster.monitor.send(rateLimit);
    await cluster.pass(0);

    expect(JSON.stringify(entry.replies).length).toBeLessThan(1200);
    expect(entry.replies.map((reply) => [replyOutcome(reply), replyText(reply)])).toEqual([
      ['ok', `${'x'.repeat(199)}…`],
      ['error', `${'x'.repeat(199)}…`],
      ['ok', `[{"id":"${'x'.repeat(191)}…`],
      ['ok', '{"id":7}'],
    ]);
  });

  it('forgets the oldest of very many commands', async () => {
    await startWith({});
    const first = cluster.monitor.send({ ...rateLimit, destination: [] });
    for (let n = 0; n < 500; n += 1) cluster.monitor.send({ ...rateLimit, destination: [] });

    expect(cluster.monitor.commands.entries).toHaveLength(500);
    expect(cluster.monitor.commands.find(first.id)).toBeUndefined();
    expect(cluster.monitor.commands.last?.id).toBe(first.id + 500);
  });
});

describe('revoke', () => {
  const revoke = { method: 'revoke', args: { task_id: ['u1', 'u2'] }, label: 'revoke 2 tasks' };

  it('marks the tasks until an event tells what became of them', async () => {
    await startWith({ w1: { revoke: () => ({ ok: 'tasks u1, u2 flagged as revoked' }) } });

    cluster.monitor.send(revoke);
    cluster.event('task-started', { uuid: 'u1', hostname: 'w1' });
    await cluster.pass(0);
    expect([...cluster.monitor.revokePending]).toEqual(['u1', 'u2']);

    cluster.event('task-revoked', {
      uuid: 'u1',
      hostname: 'w1',
      terminated: false,
      expired: false,
      signum: null,
    });
    cluster.event('task-succeeded', { uuid: 'u2', hostname: 'w1' });
    await cluster.pass(0);
    expect(cluster.monitor.revokePending.size).toBe(0);
  });

  it('marks nothing when it was not sent', async () => {
    await startWith({});
    cluster.broker.stop();
    await cluster.pass(0);

    cluster.monitor.send(revoke);

    expect(cluster.monitor.revokePending.size).toBe(0);
  });

  it('does not take "tasks unknown" of the other workers for a failure of terminate', async () => {
    const none = () => ({ ok: 'terminate: tasks unknown' });
    await startWith({ w1: { revoke: none }, w2: { revoke: () => ({ ok: 'terminate: u1' }) } });
    const terminate = { method: 'revoke', args: { task_id: ['u1'], terminate: true }, label: 'terminate u1' };

    const entry = cluster.monitor.send(terminate);
    await cluster.pass(0);
    expect(summary(entry)).toBe('terminate u1: done by w2');
    expect(commandOutcome(entry)).toBe('ok');

    const late = cluster.monitor.send({ ...terminate, destination: ['w1'] });
    await cluster.pass(0);
    expect(summary(late)).toBe('terminate u1: no worker had the task any more');
    expect(commandOutcome(late)).toBe('problem');
  });
});

describe('shutdown', () => {
  const shutdown = { method: 'shutdown', args: {}, label: 'shutdown' };

  it('waits for the workers to go, asks for no reply, and is never a timeout', async () => {
    await startWith({ w1: {}, w2: {}, w3: {} });

    const entry = cluster.monitor.send({ ...shutdown, destination: ['w1', 'w3'] });
    await cluster.pass(2);
    expect(cluster.sent('shutdown')).toMatchObject([{ destination: ['w1', 'w3'] }]);
    expect(cluster.sent('shutdown')[0]?.reply_to).toBeUndefined();
    expect(summary(entry)).toBe('shutdown sent to 2, waiting for them to go');
    expect(commandOutcome(entry)).toBe('pending');

    cluster.event('worker-offline', { hostname: 'w3' });
    await cluster.pass(0);
    expect(summary(entry)).toBe('shutdown sent to 2, 1 gone, waiting for w1   2s');

    await cluster.pass(2.1);
    cluster.event('worker-offline', { hostname: 'w1' });
    await cluster.pass(0);
    expect(summary(entry)).toBe('w1, w3 offline after 4.1s');
    expect(commandOutcome(entry)).toBe('ok');
  });

  it('notices a worker that goes before the request is known to be sent', async () => {
    await startWith({ w1: {} });

    const entry = cluster.monitor.send({ ...shutdown, destination: ['w1'] });
    cluster.event('worker-offline', { hostname: 'w1' });
    await cluster.pass(2);

    expect(summary(entry)).toMatch(/^w1 offline after \d\.\ds$/);
  });

  it('takes heartbeats that stop for going, too', async () => {
    await startWith({ w1: {} });
    cluster.beat('w1', { freq: 2 });
    await cluster.pass(0);

    const entry = cluster.monitor.send(shutdown);
    cluster.kill('w1');
    await cluster.pass(7);

    expect(entry.state).toBe('done');
    expect(summary(entry)).toMatch(/^w1 offline after \d\.\ds$/);
  });

  it('does not take it for going that this process was stopped for a while', async () => {
    await startWith({ w1: {} });
    cluster.beat('w1', { freq: 2 });
    await cluster.pass(1);

    const entry = cluster.monitor.send(shutdown);
    await cluster.pass(0);
    vi.setSystemTime(Date.now() + 30_000);
    await cluster.pass(2);

    expect(entry).toMatchObject({ state: 'pending', departures: new Map() });
    expect(cluster.monitor.workers.get('w1')?.status).toBe('online');
  });

  it('says after 60 s what a worker is still busy with, and notices when it goes in the end', async () => {
    await startWith({ w1: {} });
    cluster.event('task-started', { uuid: 'u1', hostname: 'w1' });
    await cluster.pass(30);

    const entry = cluster.monitor.send(shutdown);
    await cluster.pass(60);
    expect(summary(entry)).toBe('w1 still draining: 1 task, oldest 1m30s');
    expect(commandOutcome(entry)).toBe('problem');

    await cluster.pass(5);
    cluster.event('worker-offline', { hostname: 'w1' });
    await cluster.pass(0);
    expect(summary(entry)).toBe('w1 offline after 65.0s');
    expect(commandOutcome(entry)).toBe('ok');
  });
});
