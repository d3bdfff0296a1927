import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { terminateOutcome } from '../../src/control/reply.ts';
import {
  Control,
  connect,
  Inspect,
  type RequestResult,
  type Transport,
  UsageError,
} from '../../src/index.ts';
import { callTask, celeryCli, startWorker, taskResult, type Worker } from '../support/celery-worker.ts';
import { until } from '../support/process-group.ts';
import { freshBroker, ownQueues } from '../support/servers.ts';

const prefork = 'prefork@test';
const solo = 'solo@test';
const both = [prefork, solo];

/** Seconds are only an upper bound, for a machine that is busy with other things. */
const toBoth = { expected: both, timeout: 10 };

function to(...destination: string[]): { destination: string[]; timeout: number } {
  return { destination, timeout: 10 };
}

function texts({ replies }: RequestResult): Record<string, unknown> {
  return Object.fromEntries(replies.map(({ hostname, value }) => [hostname, value]));
}

describe.each(['amqp', 'redis'] as const)('remote control on %s', (name) => {
  const others: Worker[] = [];
  let broker: string;
  let transport: Transport;
  let control: Control;
  let inspect: Inspect;
  let workers: Worker[];
  let directory: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'stalk-control-'));
    broker = await freshBroker(name);
    await ownQueues('fast', 'slow', 'extra', 'routed');
    workers = await Promise.all([
      startWorker({ broker, hostname: prefork, pool: 'prefork', concurrency: 2, queues: ['celery', 'fast'] }),
      startWorker({ broker, hostname: solo, pool: 'solo', queues: ['slow'], events: false }),
    ]);
    transport = await connect(broker);
    control = new Control(transport);
    inspect = new Inspect(transport);
  });

  afterEach(async () => {
    await Promise.all(others.splice(0).map((worker) => worker.kill()));
  });

  afterAll(async () => {
    await transport?.close();
    await Promise.all((workers ?? []).map((worker) => worker.kill()));
    rmSync(directory, { recursive: true, force: true });
  });

  /** A task that runs until `finish` is called. */
  async function occupy(queue: string): Promise<{ id: string; finish: () => void }> {
    const path = join(directory, `${Math.random()}`);
    const id = await callTask(broker, 'proj.wait_for_file', [path], { queue });
    return { id, finish: () => writeFileSync(path, '') };
  }

  async function untilActive(id: string): Promise<void> {
    await until(`${id} to run`, async () => {
      const active = await inspect.active(to(prefork));
      return JSON.stringify(active).includes(id);
    });
  }

  it('collects an answer of every worker', async () => {
    const result = await control.ping(toBoth);

    expect(texts(result)).toEqual({
      [prefork]: { ok: 'pong' },
      [solo]: { ok: 'pong' },
    });
    expect(result.replies.every(({ latencyMs, expected }) => latencyMs >= 0 && expected)).toBe(true);
    expect(result.silent).toEqual([]);
  });

  it('speaks to one worker only, and names who does not answer', async () => {
    const { replies, silent } = await control.ping({ ...to(solo, 'nobody@test'), timeout: 2 });

    expect(replies.map(({ hostname }) => hostname)).toEqual([solo]);
    expect(silent).toEqual(['nobody@test']);
  });

  it('speaks to those whose name matches a pattern', async () => {
    const byGlob = await inspect.ping({ pattern: 'pre*@test', expected: [prefork], timeout: 10 });
    const byExpression = await inspect.ping({
      pattern: '[^p]+@test',
      matcher: 'pcre',
      expected: [solo],
      timeout: 10,
    });

    expect(Object.keys(byGlob)).toEqual([prefork]);
    expect(Object.keys(byExpression)).toEqual([solo]);
  });

  it('tells how many workers a request reached, where the broker knows', async () => {
    const { receivers } = await control.ping(toBoth);

    expect(receivers).toBe(name === 'redis' ? 2 : undefined);
  });

  it('sets a rate limit that Celery itself confirms, and takes it away', async () => {
    const registered = async (): Promise<string> => {
      const { stdout } = await celeryCli(broker, 'inspect', 'registered', '-d', prefork);
      return stdout.split('\n').find((line) => line.includes('proj.add')) ?? '';
    };

    const set = await control.rateLimit('proj.add', '7/m', toBoth);
    expect(texts(set)).toEqual({
      [prefork]: { ok: 'new rate limit set successfully' },
      [solo]: { ok: 'new rate limit set successfully' },
    });
    expect(await registered()).toContain('proj.add [rate_limit=7/m]');

    const cleared = await control.rateLimit('proj.add', 0, to(prefork));
    expect(texts(cleared)).toEqual({ [prefork]: { ok: 'rate limit disabled successfully' } });
    expect(await registered()).not.toContain('7/m');
  });

  it('says what the workers say when they cannot', async () => {
    const unknown = await control.rateLimit('no.such.task', '7/m', toBoth);
    const nosuch = await control.broadcast('nosuch', {}, to(solo));

    expect(texts(unknown)).toEqual({
      [prefork]: { error: 'unknown task' },
      [solo]: { error: 'unknown task' },
    });
    expect(texts(nosuch)).toEqual({ [solo]: { error: "KeyError('nosuch')" } });
  });

  it('revokes a waiting task, which then never runs', async () => {
    const marks = join(directory, 'marks');
    const holders = [await occupy('fast'), await occupy('fast')];
    for (const { id } of holders) await untilActive(id);
    const id = await callTask(broker, 'proj.mark', [marks], { queue: 'fast' });
    await until('it to wait in the worker', async () =>
      JSON.stringify(await inspect.reserved(to(prefork))).includes(id),
    );

    const { replies } = await control.revoke(id, toBoth);
    for (const { finish } of holders) finish();
    const after = await callTask(broker, 'proj.add', [1, 1], { queue: 'fast' });

    expect(replies.map(({ value }) => value)).toEqual(
      both.map(() => ({ ok: `tasks {'${id}'} flagged as revoked` })),
    );
    expect((await taskResult(broker, after)).state).toBe('SUCCESS');
    expect((await taskResult(broker, id)).state).toBe('REVOKED');
    expect(existsSync(marks)).toBe(false);
    expect(await inspect.revoked(to(prefork))).toEqual({ [prefork]: [id] });
  });

  it('terminates a running task; that the other worker never had it is no failure', async () => {
    const { id } = await occupy('fast');
    await untilActive(id);

    const { replies } = await control.terminate(id, 'SIGKILL', toBoth);

    expect(terminateOutcome(replies)).toEqual({ terminatedBy: [prefork], withoutTask: [solo], failed: [] });
    expect((await taskResult(broker, id)).state).toBe('REVOKED');
  });

  it('switches the task events of a worker that was started without', async () => {
    const options = to(solo);

    expect(texts(await control.enableEvents(options))).toEqual({ [solo]: { ok: 'task events enabled' } });
    expect(texts(await control.enableEvents(options))).toEqual({
      [solo]: { ok: 'task events already enabled' },
    });
    expect(texts(await control.disableEvents(options))).toEqual({ [solo]: { ok: 'task events disabled' } });
  });

  it('grows and shrinks a pool', async () => {
    const processes = async (): Promise<number> => {
      const stats = await inspect.stats(to(prefork));
      return (stats[prefork] as { pool: { processes: number[] } }).pool.processes.length;
    };
    const before = await processes();

    expect(texts(await control.poolGrow(2, to(prefork)))).toEqual({
      [prefork]: { ok: 'pool will grow' },
    });
    expect(await until('two more processes', async () => (await processes()) === before + 2)).toBe(true);
    const shrunk = await control.poolShrink(2, to(prefork));

    expect(texts(shrunk)).toEqual({ [prefork]: { ok: 'pool will shrink' } });
    expect(await until('two less', async () => (await processes()) === before)).toBe(true);
    expect(texts(await control.poolGrow(1, to(solo)))[solo]).toHaveProperty('error');
  });

  it('adds and cancels a consumer', async () => {
    const queues = async (): Promise<unknown[]> => {
      const active = await inspect.activeQueues(to(prefork));
      return (active[prefork] as { name: string }[]).map((queue) => queue.name);
    };
    const options = to(prefork);

    await control.addConsumer('extra', options);
    await control.addConsumer('routed', {
      ...options,
      exchange: 'routes',
      exchangeType: 'topic',
      routingKey: 'a.#',
    });
    expect(await until('the queues', async () => (await queues()).includes('routed'))).toBe(true);
    expect(await queues()).toEqual(expect.arrayContaining(['celery', 'fast', 'extra', 'routed']));
    await expect(control.addConsumer('other', { ...options, exchange: 'routes' })).rejects.toThrow(
      UsageError,
    );
    await control.cancelConsumer('extra', options);
    await control.cancelConsumer('routed', options);

    expect(await until('them to be gone', async () => !(await queues()).includes('routed'))).toBe(true);
    expect(await queues()).not.toContain('extra');
  });

  it('inspects what workers hold', async () => {
    const { id, finish } = await occupy('fast');
    await untilActive(id);
    const later = await callTask(broker, 'proj.add', [1, 2], { queue: 'fast', countdown: 60 });
    const options = to(prefork);

    expect(await inspect.queryTask([id, 'no-such-task'], options)).toMatchObject({
      [prefork]: { [id]: ['active', { id, type: 'proj.wait_for_file' }] },
    });
    await until('the ETA task', async () => JSON.stringify(await inspect.scheduled(options)).includes(later));
    expect(await inspect.reserved(options)).toEqual({ [prefork]: [] });
    expect(await inspect.conf(options)).toMatchObject({ [prefork]: { task_send_sent_event: true } });
    expect(await inspect.report(options)).toMatchObject({
      [prefork]: { ok: expect.stringContaining('5.6') },
    });
    expect(await inspect.clock(options)).toMatchObject({ [prefork]: { clock: expect.any(Number) } });
    expect(await inspect.hello('stalk@test', options)).toMatchObject({
      [prefork]: { clock: expect.any(Number) },
    });
    finish();
    await control.revoke(later, toBoth);
  });

  it('shuts a worker down, and only that one', async () => {
    const worker = await startWorker({ broker, hostname: 'gone@test', pool: 'solo', queues: ['slow'] });
    others.push(worker);

    const { replies } = await control.shutdown(to('gone@test'));
    await worker.ended();

    expect(replies).toEqual([]);
    expect(workers.every((each) => each.alive())).toBe(true);
  });

  it('names a worker whose answers it cannot read', async () => {
    const settings = { task_serializer: 'pickle', accept_content: ['json', 'pickle'] };
    others.push(
      await startWorker({ broker, hostname: 'pickle@test', pool: 'solo', queues: ['slow'], settings }),
    );

    const result = await control.ping(to('pickle@test', prefork));

    expect(texts(result)).toEqual({
      [prefork]: { ok: 'pong' },
      'pickle@test': { error: expect.stringContaining('pickle (application/x-python-serialize)') },
    });
    expect(result).toMatchObject({ silent: [], unreadable: 0 });
  });
});
