import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BrokerRefusedError, BrokerUnreachableError } from '../../src/errors.ts';
import { isDone, isReady } from '../../src/protocol/task-result.ts';
import { openResultBackend, waitForResult } from '../../src/results/open-result-backend.ts';
import type { ResultBackend } from '../../src/results/result-backend.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/process-group.ts';
import { freshRedisDb, redisSocketPath, redis as server } from '../support/servers.ts';

/** The Redis result backend against a real server, with what Celery stores put there by hand. */
describe('the Redis result backend', () => {
  const never = new AbortController().signal;
  let url: string;
  let client: Redis;
  let backend: ResultBackend;

  beforeEach(async () => {
    url = await freshRedisDb();
    client = new Redis(url);
    client.on('error', () => {});
    backend = await openResultBackend(url);
  });

  afterEach(async () => {
    client.disconnect();
    await backend.close();
  });

  function meta(status: string, result: unknown = null): string {
    return JSON.stringify({ status, result, traceback: null, children: [], date_done: null });
  }

  /** As celery/backends/redis.py:RedisBackend._set does it. */
  async function store(id: string, value: string, seconds = 1000): Promise<void> {
    const key = `celery-task-meta-${id}`;
    await client.multi().setex(key, seconds, value).publish(key, value).exec();
  }

  async function saveGroup(id: string, members: readonly string[]): Promise<void> {
    const tuple = [[id, null], members.map((member) => [[member, null], null])];
    const key = `celery-taskset-meta-${id}`;
    const value = JSON.stringify({ result: tuple });
    await client.multi().setex(key, 1000, value).publish(key, value).exec();
  }

  async function subscribers(channel: string): Promise<number> {
    const [, count] = (await client.pubsub('NUMSUB', channel)) as [string, number];
    return Number(count);
  }

  const isWaitedFor = (id: string): Promise<unknown> =>
    until('the subscription', async () => (await subscribers(`celery-task-meta-${id}`)) > 0 || undefined);

  it('gets what is stored and how long it stays', async () => {
    await store('a', meta('SUCCESS', 'ü'), 500);
    await client.set('celery-task-meta-b', meta('STARTED'));

    const found = await backend.get('a');
    expect(found).toMatchObject({ id: 'a', state: 'SUCCESS', result: 'ü' });
    expect(found?.ttl).toBeGreaterThan(490);
    expect(found?.ttl).toBeLessThanOrEqual(500);
    expect(await backend.get('b')).toMatchObject({ state: 'STARTED', ttl: undefined });
    expect(await backend.get('c')).toBeUndefined();
    expect(await backend.find('c')).toEqual({ kind: 'nothing', id: 'c' });
  });

  it('takes an empty value for none, as Celery does', async () => {
    await client.set('celery-task-meta-a', '');

    expect(await backend.get('a')).toBeUndefined();
  });

  it('finds a group with those of its tasks that have stored something', async () => {
    const ids = Array.from({ length: 250 }, (_, n) => `m${n}`);
    await saveGroup('g', ids);
    await store('m0', meta('SUCCESS', 0));
    await store('m249', meta('FAILURE'));

    const found = await backend.find('g');
    expect(found).toMatchObject({ kind: 'group', group: { id: 'g', members: ids } });
    expect(found.kind === 'group' && [...found.results.keys()]).toEqual(['m0', 'm249']);
    expect(isDone(found)).toBe(false);
    expect(await backend.group('g')).toMatchObject({ members: ids });
    expect(await backend.group('m0')).toBeUndefined();
  });

  it.each(['zset', 'list'])('tells how far a chord has come that keeps a %s', async (type) => {
    const key = 'celery-taskset-meta-ch';
    await client.set(`${key}.s`, '3');
    await client.set(`${key}.t`, '1');
    expect(await backend.find('ch')).toEqual({
      kind: 'chord',
      id: 'ch',
      chord: { id: 'ch', done: 0, total: 4 },
    });
    if (type === 'zset')
      await client.zadd(`${key}.j`, 0, '[1, "x", "SUCCESS", 1]', 1, '[1, "y", "SUCCESS", 2]');
    else await client.rpush(`${key}.j`, '[1, "x", "SUCCESS", 1]', '[1, "y", "SUCCESS", 2]');

    expect(await backend.find('ch')).toMatchObject({ kind: 'chord', chord: { done: 2, total: 4 } });
  });

  it('looks under a prefix as Celery joins it', async () => {
    await client.set('shop_celery-task-meta-a', meta('SUCCESS'));
    const prefixed = await openResultBackend(url, { keyPrefix: 'shop' });
    try {
      expect(await prefixed.get('a')).toMatchObject({ state: 'SUCCESS' });
      expect(await backend.get('a')).toBeUndefined();
    } finally {
      await prefixed.close();
    }
  });

  it('forgets a task, a group with its tasks, also what cannot be read, and nothing else', async () => {
    await store('a', meta('SUCCESS'));
    await client.set('celery-task-meta-pickled', Buffer.from([0x80, 4, 0x95]));
    await saveGroup('g', ['m0', 'm1', 'm2']);
    await store('m0', meta('SUCCESS'));
    await store('m1', meta('SUCCESS'));
    await store('other', meta('SUCCESS'));

    expect(await backend.forget('a')).toBe(1);
    expect(await backend.forget('a')).toBe(0);
    expect(await backend.forget('pickled')).toBe(1);
    expect(await backend.forget('g')).toBe(2);
    expect(await client.keys('*')).toEqual(['celery-task-meta-other']);
  });

  it('waits until a task is done, through all of its other states', async () => {
    await store('a', meta('STARTED'));
    const waited = backend.wait('a', never);
    await isWaitedFor('a');
    await store('a', meta('PROGRESS', { step: 1 }));
    await store('a', meta('SUCCESS', 42));

    expect(await waited).toMatchObject({ kind: 'task', result: { state: 'SUCCESS' } });
    expect(await subscribers('celery-task-meta-a')).toBe(0);
  });

  it('misses no result that is stored while it begins to wait', async () => {
    const ids = Array.from({ length: 40 }, () => randomUUID());
    const waits = ids.map((id) => backend.wait(id, never));
    for (const id of ids) await store(id, meta('SUCCESS'));

    const found = await Promise.all(waits);
    expect(found.every(isDone)).toBe(true);
  });

  it('looks once at first and once more for what is published, and does not ask in between', async () => {
    const looks = async (): Promise<number> => {
      const stats = await client.info('commandstats');
      return Number(/cmdstat_getrange:calls=(\d+)/.exec(stats)?.[1] ?? 0);
    };
    const before = await looks();
    const waited = backend.wait('a', never);
    await isWaitedFor('a');
    await until('the first look', async () => (await looks()) > before || undefined);
    await store('a', meta('SUCCESS'));
    await waited;

    // The key of a task and that of a group each time.
    expect((await looks()) - before).toBe(4);
  });

  it('waits for every task of a group, also of one that is saved only later', async () => {
    const waited = backend.wait('g', never);
    await isWaitedFor('g');
    await store('m1', meta('SUCCESS', 1));
    await saveGroup('g', ['m0', 'm1', 'm2']);
    await isWaitedFor('m2');
    await store('m2', meta('STARTED'));
    await store('m0', meta('FAILURE'));
    await store('m2', meta('SUCCESS', 2));

    const found = await waited;
    expect(isDone(found)).toBe(true);
    expect(found.kind === 'group' && [...found.results.values()].map(({ state }) => state).sort()).toEqual([
      'FAILURE',
      'SUCCESS',
      'SUCCESS',
    ]);
  });

  it('tells what is there when the time is over', async () => {
    await store('a', meta('STARTED'));
    const ended = new AbortController();
    const waited = backend.wait('a', ended.signal);
    await isWaitedFor('a');
    ended.abort();

    expect(await waited).toMatchObject({ kind: 'task', result: { state: 'STARTED' } });
    expect(await backend.wait('a', ended.signal)).toMatchObject({
      kind: 'task',
      result: { state: 'STARTED' },
    });
  });

  it('waitForResult brings a result, or what there is of it in time', async () => {
    const waited = waitForResult(url, 'a', 60);
    await isWaitedFor('a');
    await store('a', meta('SUCCESS', 1));

    expect(isReady(await waited)).toBe(true);
    expect(await waitForResult(url, 'b', 0.01)).toBeUndefined();
    await store('b', meta('RETRY'));
    expect(await waitForResult(url, 'b', 60, AbortSignal.abort())).toMatchObject({ state: 'RETRY' });
  });

  it('is reached over a Unix socket', async () => {
    const socket = `redis+socket://${redisSocketPath()}?virtual_host=${new URL(url).pathname.slice(1) || 0}`;
    await store('a', meta('SUCCESS'));
    const onSocket = await openResultBackend(socket);
    try {
      expect(await onSocket.get('a')).toMatchObject({ state: 'SUCCESS' });
    } finally {
      await onSocket.close();
    }
  });

  it('says what is wrong with a server that does not serve', async () => {
    await client.call(
      'ACL',
      'SETUSER',
      'reader',
      'on',
      '>secret',
      '~celery-task-meta-*',
      '+@connection',
      '+getrange',
    );
    const limited = url.replace(/\/\/[^/]*@|\/\//, '//reader:secret@');
    try {
      const wrong = openResultBackend(limited.replace('secret', 'wrong'));
      await expect(wrong).rejects.toThrow(BrokerRefusedError);
      await expect(wrong).rejects.toThrow(
        /^The result backend cannot be used\. redis:\/\/reader:\*\*\*@.* refuses the connection/,
      );
      const reader = await openResultBackend(limited);
      await expect(reader.get('a')).rejects.toThrow(
        /refuses the connection: NOPERM .*check the user's permissions/,
      );
      await reader.close();
    } finally {
      await client.call('ACL', 'DELUSER', 'reader');
    }
    const nobody = openResultBackend(`redis://127.0.0.1:${await freePort()}/0`);
    await expect(nobody).rejects.toThrow(BrokerUnreachableError);
    await expect(nobody).rejects.toThrow(
      /^The result backend cannot be used\. Cannot reach .*is it running there\?$/,
    );
  });

  it('gives up connecting when it is told to', async () => {
    const opening = openResultBackend(url, { signal: AbortSignal.abort() });

    await expect(opening).rejects.toThrow(/^Interrupted before redis:\S+ was connected to\.$/);
  });

  it('says that a key is none of Celery’s', async () => {
    await client.rpush('celery-task-meta-a', 'x');

    await expect(backend.get('a')).rejects.toThrow(/answers with an error: WRONGTYPE/);
  });

  it('ends waiting when the server is gone', async () => {
    const waited = backend.wait('a', never);
    const ended = expect(waited).rejects.toThrow(/^Lost the connection to redis:/);
    await isWaitedFor('a');
    try {
      await server.stop('SIGKILL');
      await ended;
    } finally {
      await server.start();
    }
  });
});
