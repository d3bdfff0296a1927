import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandEntry } from '../../src/monitor/command-log.ts';
import { commandSummary } from '../../src/monitor/command-summary.ts';
import { addConsumer, cancelConsumer } from '../../src/ui/operations/consumer-operations.ts';
import { rateLimit, timeLimit } from '../../src/ui/operations/limit-operations.ts';
import type { Facts, Operation, Target, Values } from '../../src/ui/operations/operation.ts';
import { revoke } from '../../src/ui/operations/task-operations.ts';
import { autoscale, grow, shrink, shutdown, taskEvents } from '../../src/ui/operations/worker-operations.ts';
import { callTask, celeryCli, startWorker, taskResult, type Worker } from '../support/celery-worker.ts';
import { scratchFolder } from '../support/lease.ts';
import { hangMs, type LiveMonitor, openMonitor, untilOnline } from '../support/live-monitor.ts';
import { until } from '../support/process-group.ts';
import { freshBroker, ownQueues } from '../support/servers.ts';

const prefork = 'prefork@live';
const solo = 'solo@live';
const auto = 'auto@live';
const everybody = [auto, prefork, solo];

/**
 * What the keys do to real workers, with Celery's own command line as the judge. Each request may wait ten minutes for
 * replies, so that one that waits although all have answered never ends.
 */
describe.each(['amqp', 'redis'] as const)('the keys on real workers on %s', (name) => {
  const others: Worker[] = [];
  let broker: string;
  let live: LiveMonitor;
  let workers: Worker[];

  beforeAll(async () => {
    broker = await freshBroker(name);
    await ownQueues('extra');
    live = await openMonitor(broker, { timeout: 600 });
    workers = await Promise.all([
      startWorker({ broker, hostname: prefork, queues: ['celery', 'fast'] }),
      startWorker({ broker, hostname: solo, pool: 'solo', queues: ['slow'], events: false }),
      startWorker({ broker, hostname: auto, autoscale: [3, 1], queues: ['auto'] }),
    ]);
    await untilOnline(live, ...everybody);
    // Online comes before a worker takes requests.
    await until(
      'them to answer',
      () => everybody.every((each) => live.monitor.workers.get(each)?.answers),
      hangMs,
    );
  });

  afterAll(async () => {
    await live?.close();
    await Promise.all([...(workers ?? []), ...others].map((worker) => worker.kill()));
  });

  /** What the dialog of that operation sends, and what became of it. */
  async function press(
    operation: Operation,
    target: Partial<Target>,
    values: Values = {},
  ): Promise<CommandEntry> {
    const { state, workers: directory } = live.monitor;
    const facts: Facts = {
      now: Date.now() / 1000,
      online: directory.online(),
      worker: () => undefined,
      task: (uuid) => state.tasks.get(uuid),
      rateLimit: () => undefined,
      measuredRate: () => 0,
    };
    const full = { tasks: [], hostnames: [], ...target };
    expect(operation.problem(values)).toBeUndefined();
    return live.command(operation.request(full, values, facts));
  }

  function answers(entry: CommandEntry): Record<string, unknown> {
    return Object.fromEntries(entry.replies.map(({ hostname, value }) => [hostname, value]));
  }

  /** What a worker answers to Celery's own `celery inspect`. */
  async function inspect(method: string, hostname: string, ...words: string[]): Promise<unknown> {
    const args = ['inspect', method, ...words, '--json', '--timeout', '30', '--destination', hostname];
    const { stdout, stderr } = await celeryCli(broker, ...args);
    const replies = JSON.parse(stdout || 'null') as Record<string, unknown> | null;
    if (replies === null) throw new Error(`celery inspect ${method} said: ${stderr}`);
    return replies[hostname];
  }

  async function limitOf(task: string, hostname: string): Promise<string | undefined> {
    const registered = (await inspect('registered', hostname)) as string[];
    return registered.find((each) => each.split(' ')[0] === task);
  }

  /** The worker is asked again after a command, and the monitor then says the same as Celery. */
  async function untilLimitKnown(hostname: string, limit: string | undefined): Promise<void> {
    const known = (): boolean =>
      live.monitor.workers
        .get(hostname)
        ?.registered.value?.some((task) => task.name === 'proj.add' && task.rateLimit === limit) === true;
    await until(`the monitor to know the limit of ${hostname}`, known, hangMs);
  }

  async function poolSize(hostname: string): Promise<number> {
    const stats = (await inspect('stats', hostname)) as { pool: { processes: number[] } };
    return stats.pool.processes.length;
  }

  async function queuesOf(hostname: string): Promise<string[]> {
    return ((await inspect('active_queues', hostname)) as { name: string }[])
      .map((queue) => queue.name)
      .sort();
  }

  it('l sets a rate limit that celery inspect registered confirms, on every worker', async () => {
    const id = await callTask(broker, 'proj.add', [1, 2]);
    const task = await live.untilTask(id, 'SUCCESS');

    const entry = await press(rateLimit, { tasks: [task] }, { rate: '5/m', to: 'all' });

    const ok = { ok: 'new rate limit set successfully' };
    expect(answers(entry)).toEqual({ [prefork]: ok, [solo]: ok, [auto]: ok });
    expect(entry).toMatchObject({ silent: [], failure: undefined, note: undefined });
    expect(commandSummary(entry, entry.at)).toBe('rate_limit  3/3 workers ok');
    for (const hostname of everybody) {
      expect(await limitOf('proj.add', hostname)).toBe('proj.add [rate_limit=5/m]');
      await untilLimitKnown(hostname, '5/m');
    }

    await press(rateLimit, { tasks: [task] }, { rate: '0', to: 'all' });

    expect(await limitOf('proj.add', prefork)).toBe('proj.add [rate_limit=0]');
    await untilLimitKnown(prefork, undefined);
    await live.untilTask(await callTask(broker, 'proj.add', [1, 2]), 'SUCCESS');
  });

  it('l reaches the worker of the task alone when told so', async () => {
    const task = await live.untilTask(await callTask(broker, 'proj.mul', [1, 2]), 'SUCCESS');

    const entry = await press(rateLimit, { tasks: [task] }, { rate: '9/h', to: 'this' });

    expect(Object.keys(answers(entry))).toEqual([prefork]);
    expect(await limitOf('proj.mul', prefork)).toBe('proj.mul [rate_limit=9/h]');
    expect(await limitOf('proj.mul', auto)).toBe('proj.mul');
  });

  it('says what every worker says about a task that none of them knows', async () => {
    const entry = await press(rateLimit, { taskName: 'no.such.task' }, { rate: '5/m', to: 'all' });

    const error = { error: 'unknown task' };
    expect(answers(entry)).toEqual({ [prefork]: error, [solo]: error, [auto]: error });
    expect(commandSummary(entry, entry.at)).toBe('rate_limit: 0 ok, 3 errors (unknown task)');
  });

  it('c revokes a waiting task, which then never runs', async () => {
    const marks = join(await scratchFolder(), 'marks');
    const id = await callTask(broker, 'proj.mark', [marks], { countdown: 4 });
    const task = await live.untilTask(id, 'RECEIVED');

    const entry = await press(revoke, { tasks: [task] });

    expect(entry.replies).toHaveLength(3);
    expect(answers(entry)[prefork]).toEqual({ ok: `tasks {'${id}'} flagged as revoked` });
    expect(await inspect('revoked', prefork)).toContain(id);
    const revoked = await live.untilTask(id, 'REVOKED');
    expect(revoked.revoked).toBeGreaterThan(Date.parse(String(revoked.eta)) / 1000 - 1);
    expect(revoked.started).toBeUndefined();
    expect((await taskResult(broker, id)).state).toBe('REVOKED');
    expect(existsSync(marks)).toBe(false);
    expect(live.monitor.revokePending.has(id)).toBe(false);
  });

  it('L sets the time limits of a task, which celery inspect registered confirms', async () => {
    const entry = await press(timeLimit, { taskName: 'proj.sleep' }, { soft: '7', hard: '9', to: 'all' });

    const ok = { ok: 'time limits set successfully' };
    expect(answers(entry)).toEqual({ [prefork]: ok, [solo]: ok, [auto]: ok });
    const registered = await inspect('registered', prefork, 'soft_time_limit', 'time_limit');
    expect(registered).toContain('proj.sleep [soft_time_limit=7 time_limit=9]');
  });

  it('grows and shrinks a pool, which celery inspect stats confirms', async () => {
    const before = await poolSize(prefork);

    const grown = await press(grow, { hostnames: [prefork] }, { n: '2' });
    await until('two more', async () => (await poolSize(prefork)) === before + 2, hangMs);
    const shrunk = await press(shrink, { hostnames: [prefork] }, { n: '2' });
    await until('two less', async () => (await poolSize(prefork)) === before, hangMs);

    expect(answers(grown)).toEqual({ [prefork]: { ok: 'pool will grow' } });
    expect(answers(shrunk)).toEqual({ [prefork]: { ok: 'pool will shrink' } });
    await until('the monitor to know', () => live.monitor.workers.get(prefork)?.slots === before, hangMs);
  });

  it('says why a pool cannot grow', async () => {
    const onSolo = await press(grow, { hostnames: [solo] }, { n: '1' });
    const onAuto = await press(grow, { hostnames: [auto] }, { n: '1' });

    expect(answers(onSolo)[solo]).toEqual({ error: expect.stringContaining('AttributeError') });
    expect(answers(onAuto)[auto]).toEqual({
      error: expect.stringContaining('pool_grow is not supported with autoscale'),
    });
  });

  it('sets the range of an autoscaler, and says when there is none', async () => {
    const entry = await press(autoscale, { hostnames: [auto] }, { max: '4', min: '2' });
    const refused = await press(autoscale, { hostnames: [prefork] }, { max: '4', min: '2' });

    expect(answers(entry)).toEqual({ [auto]: { ok: 'autoscale now max=4 min=2' } });
    expect(await inspect('stats', auto)).toMatchObject({ autoscaler: { max: 4, min: 2 } });
    expect(answers(refused)).toEqual({ [prefork]: { error: "ValueError('Autoscale not enabled')" } });
  });

  it('adds a queue whose tasks then run, and takes it away again', async () => {
    const added = await press(addConsumer, { hostnames: [prefork] }, { queue: 'extra' });
    await until('the queue', async () => (await queuesOf(prefork)).includes('extra'), hangMs);
    const ran = await callTask(broker, 'proj.echo', [1], { queue: 'extra' });
    await live.untilTask(ran, 'SUCCESS');

    const cancelled = await press(cancelConsumer, { hostnames: [prefork] }, { queue: 'extra' });
    await until('it to be gone', async () => !(await queuesOf(prefork)).includes('extra'), hangMs);

    expect(answers(added)).toEqual({ [prefork]: { ok: 'add consumer extra' } });
    expect(answers(cancelled)).toEqual({ [prefork]: { ok: 'no longer consuming from extra' } });
    expect(await queuesOf(prefork)).toEqual(['celery', 'fast']);
  });

  it('switches the events of a worker that was started without', async () => {
    /** The state after the task has ended, and after all that the worker may say of it. */
    const stateAfterwards = async (): Promise<string | undefined> => {
      const id = await callTask(broker, 'proj.add', [1, 1], { queue: 'slow' });
      await taskResult(broker, id);
      const seen = live.events.length;
      await until(
        'a later heartbeat',
        () => live.events.slice(seen).some((each) => each.hostname === solo),
        hangMs,
      );
      return live.monitor.state.tasks.get(id)?.state;
    };
    expect(await stateAfterwards()).toBe('PENDING');
    expect(live.monitor.workers.get(solo)?.sendsTaskEvents).toBe(false);

    const enabled = await press(taskEvents, { hostnames: [solo] }, { switch: 'on' });
    expect(answers(enabled)).toEqual({ [solo]: { ok: 'task events enabled' } });
    expect(await stateAfterwards()).toBe('SUCCESS');
    expect(live.monitor.workers.get(solo)?.sendsTaskEvents).toBe(true);

    const disabled = await press(taskEvents, { hostnames: [solo] }, { switch: 'off' });
    expect(answers(disabled)).toEqual({ [solo]: { ok: 'task events disabled' } });
    expect(await stateAfterwards()).toBe('PENDING');
  });

  it('X ends a worker, and its worker-offline ends the waiting', async () => {
    const worker = await startWorker({ broker, hostname: 'gone@live', pool: 'solo', queues: ['slow'] });
    others.push(worker);
    await until('it to be seen', () => live.monitor.workers.get('gone@live')?.status === 'online', hangMs);

    const entry = await press(shutdown, { hostnames: ['gone@live'] });
    await worker.ended();

    expect(entry.replies).toEqual([]);
    expect([...entry.departures.keys()]).toEqual(['gone@live']);
    expect(commandSummary(entry, entry.at)).toMatch(/^gone@live offline after \d+\.\ds$/);
    expect(live.events).toContainEqual(
      expect.objectContaining({ type: 'worker-offline', hostname: 'gone@live' }),
    );
    expect(live.monitor.workers.get('gone@live')?.status).toBe('offline');
    expect(workers.map((each) => each.alive())).toEqual([true, true, true]);
  });
});
