import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CommandEntry } from '../../../src/monitor/command-log.ts';
import { commandOutcome, commandSummary } from '../../../src/monitor/command-summary.ts';
import { FakeCluster } from './fake-cluster.ts';

const ok = () => ({ ok: 'will grow' });
const grow = { method: 'pool_grow', args: { n: 1 }, label: 'pool_grow 1' };
const shutdown = { method: 'shutdown', args: {}, label: 'shutdown', destination: ['w1'] };

let recorded: Pick<CommandEntry, 'method' | 'state' | 'failure'>[];
let problem: string | undefined;
let cluster: FakeCluster;

beforeEach(async () => {
  vi.useFakeTimers({ now: 1_000_000_000_000 });
  recorded = [];
  problem = undefined;
  cluster = new FakeCluster({
    record: ({ method, state, failure }) => {
      recorded.push({ method, state, failure });
      return problem;
    },
  });
  await cluster.start();
  cluster.addWorker('w1', { pool_grow: ok });
  cluster.addWorker('w2');
  await cluster.pass(2);
});

afterEach(async () => {
  await cluster.close();
  vi.useRealTimers();
});

const done = (method: string) => ({ method, state: 'done', failure: undefined });

describe('a command that was sent', () => {
  it('is recorded once, when all have answered or their time is over', async () => {
    cluster.monitor.send({ ...grow, destination: ['w1'] });
    await cluster.pass(0);
    expect(recorded).toEqual([done('pool_grow')]);

    cluster.monitor.send(grow);
    await cluster.pass(0.5);
    expect(recorded).toHaveLength(1);
    await cluster.pass(1);
    expect(recorded).toEqual([done('pool_grow'), done('pool_grow')]);
  });

  it('is recorded although the connection was lost meanwhile, and not when it never left', async () => {
    cluster.monitor.send(grow);
    await cluster.pass(0.1);
    cluster.broker.stop();
    await cluster.pass(0.1);
    expect(recorded).toMatchObject([
      { state: 'done', failure: expect.stringContaining('connection was lost') },
    ]);

    cluster.monitor.send(grow);
    await cluster.pass(1);
    expect(recorded).toHaveLength(1);
  });

  it('is not recorded when its arguments were refused', async () => {
    cluster.monitor.send({ method: 'rate_limit', args: { task_name: 'a', rate_limit: '1/x' }, label: '' });
    await cluster.pass(2);

    expect(recorded).toEqual([]);
  });

  it('is recorded at the end of a shutdown, once', async () => {
    cluster.monitor.send(shutdown);
    await cluster.pass(1);
    expect(recorded).toEqual([]);
    cluster.event('worker-offline', { hostname: 'w1' });
    await cluster.pass(1);
    expect(recorded).toEqual([done('shutdown')]);
  });

  it('is recorded when a shutdown is given up, and not again when the worker goes at last', async () => {
    cluster.monitor.send(shutdown);
    await cluster.pass(61);
    cluster.event('worker-offline', { hostname: 'w1' });
    await cluster.pass(1);

    expect(recorded).toEqual([done('shutdown')]);
  });

  it('is recorded as far as it has come when the monitor is closed', async () => {
    cluster.monitor.send(shutdown);
    cluster.monitor.send(grow);
    await cluster.pass(0.1);
    await cluster.monitor.close();
    await cluster.pass(2);

    expect(recorded).toMatchObject([
      { method: 'shutdown', state: 'pending' },
      { method: 'pool_grow', state: 'pending' },
    ]);
  });

  it('is a problem to look at when it could not be recorded, and is carried out all the same', async () => {
    problem = 'commands are not written to the audit log: disk full';
    const entry = cluster.monitor.send({ ...grow, destination: ['w1'] });
    await cluster.pass(0);

    expect(entry.replies).toHaveLength(1);
    expect(commandSummary(entry, 0)).toBe(
      'pool_grow 1  1/1 worker ok; commands are not written to the audit log: disk full',
    );
    expect(commandOutcome(entry)).toBe('problem');
  });
});
