import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectionStatus } from '../../src/transport/connection-status.ts';
import { callTask, celeryCli, startWorker, type Worker } from '../support/celery-worker.ts';
import { scratchFolder } from '../support/lease.ts';
import {
  hangMs,
  type LiveMonitor,
  openMonitor,
  storedResults,
  untilOnline,
} from '../support/live-monitor.ts';
import { until } from '../support/process-group.ts';
import { amqp, amqpTopology, freshBroker, redis } from '../support/servers.ts';

const hostname = 'steady@live';

/** Runs `use` on a connection of its own, without our code. */
async function onRedis<T>(url: string, use: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url);
  try {
    return await use(client);
  } finally {
    client.disconnect();
  }
}

/** Everything on the broker that a client could leave behind; undefined where nobody may look. */
async function leftOn(broker: string): Promise<string[] | undefined> {
  if (broker.startsWith('amqp')) return amqpTopology(broker);
  return onRedis(broker, async (client) => {
    const database = ` db=${new URL(broker).pathname.slice(1)} `;
    const clients = String(await client.client('LIST')).split('\n');
    const connections = clients.filter((line) => line.includes(database)).length;
    return [...(await client.keys('*')).sort(), `${connections} connections`];
  });
}

describe.each(['amqp', 'redis'] as const)('the connection to %s', (name) => {
  const server = name === 'amqp' ? amqp : redis;
  const monitors: LiveMonitor[] = [];
  let broker: string;
  let folder: string;
  let worker: Worker;

  beforeAll(async () => {
    broker = await freshBroker(name);
    folder = await scratchFolder();
    worker = await startWorker({ broker, hostname, concurrency: 3 });
  });

  afterAll(async () => {
    await Promise.all(monitors.map((live) => live.close()));
    await worker?.kill();
  });

  async function monitorOf(url: string): Promise<LiveMonitor> {
    const live = await openMonitor(url, { timeout: 5 });
    monitors.push(live);
    return live;
  }

  async function untilStored(id: string): Promise<void> {
    const isStored = async (): Promise<boolean> =>
      (await storedResults(broker, [id]))[id]?.status === 'SUCCESS';
    await until(`the result of ${id}`, isStored, hangMs);
  }

  it('leaves nothing on the broker when it ends', async () => {
    const before = await leftOn(broker);
    const live = await monitorOf(broker);
    await untilOnline(live, hostname);
    const entry = await live.command({ method: 'ping', args: {}, destination: [hostname] });
    expect(entry.replies).toHaveLength(1);
    const during = await leftOn(broker);

    await live.close();

    if (before !== undefined) {
      expect(during).not.toEqual(before);
      await until(
        'all of it to be gone',
        async () => (await leftOn(broker))?.join() === before.join(),
        hangMs,
      ).catch(async () => expect(await leftOn(broker)).toEqual(before));
    }
    expect(live.monitor.status.kind).toBe('closed');
  });

  it('is refused with a wrong password, says so without it, and is not hammered', async () => {
    const wrong = new URL(broker);
    wrong.username = name === 'amqp' ? 'guest' : 'watcher';
    wrong.password = 'not-the-secret';
    if (name === 'redis') {
      await onRedis(broker, (client) =>
        client.call('ACL', 'SETUSER', 'watcher', 'on', '>secret', '+@all', '~*'),
      );
    }
    const seen: ConnectionStatus['kind'][] = [];

    const live = await monitorOf(wrong.href);
    live.monitor.onChange(() => seen.push(live.monitor.status.kind));
    const status = await until(
      'it to be refused',
      () => (live.monitor.status.kind === 'refused' ? live.monitor.status : undefined),
      hangMs,
    );

    expect(status).toMatchObject({ attempt: 1, lostAtMs: undefined });
    expect(status.error).toMatch(
      /refuses the connection: .*(ACCESS_REFUSED|WRONGPASS).*check user name and password/,
    );
    expect(JSON.stringify(status)).not.toContain('not-the-secret');
    expect(status.retryAtMs).toBeGreaterThan(Date.now() + 10_000);
    const entry = live.monitor.send({ method: 'ping', args: {}, label: 'ping' });
    expect(entry.failure).toMatch(/^ping was not sent: .*refuses the connection/);
    expect(seen).not.toContain('ready');
    await live.close();
    if (name === 'redis') await onRedis(broker, (client) => client.call('ACL', 'DELUSER', 'watcher'));
  });

  it('says that the broker is gone, comes back by itself, names the gap, and goes on', async () => {
    const live = await monitorOf(broker);
    const { monitor } = live;
    await untilOnline(live, hostname);
    const files = ['ends in the gap', 'ends after the gap'].map((each) => join(folder, each));
    const [inGap = '', afterGap = ''] = await Promise.all(
      files.map((path) => callTask(broker, 'proj.wait_for_file', [path, 300])),
    );
    await live.untilTask(inGap, 'STARTED');
    await live.untilTask(afterGap, 'STARTED');
    const known = monitor.state.taskCount;

    const stoppedAtMs = Date.now();
    await server.stop();
    const lost = await until(
      'it to be missed',
      () => (monitor.status.kind === 'retrying' ? monitor.status : undefined),
      hangMs,
    );

    expect(lost.lostAtMs).toBeGreaterThanOrEqual(stoppedAtMs);
    expect(lost.error).toMatch(/^(Lost the connection to|Cannot reach) (amqp|redis):\/\//);
    expect(lost.error).not.toMatch(/:guest@/);
    expect(monitor.state.taskCount).toBe(known);
    expect(monitor.workers.get(hostname)?.offlineSince).toBeUndefined();
    const refused = monitor.send({ method: 'ping', args: {}, label: 'ping' });
    expect(refused).toMatchObject({ state: 'done', failure: expect.stringMatching(/^ping was not sent: /) });

    writeFileSync(files[0]!, '');
    // The results of RabbitMQ's tasks are elsewhere: this one ends while nobody can tell of it.
    if (name === 'amqp') await untilStored(inGap);
    await server.start();
    await until('the connection', () => monitor.status.kind === 'ready', hangMs);
    await until('the gap to have an end', () => monitor.gaps.length > 0, hangMs);

    expect(monitor.gaps).toEqual([{ fromMs: lost.lostAtMs, toMs: expect.any(Number) }]);
    expect(monitor.gaps[0]!.toMs).toBeGreaterThan(lost.lostAtMs!);
    // The worker looks for its broker at its own pace, before us or after us.
    await until(
      'the worker to answer',
      async () => {
        const { replies } = await live.command({ method: 'ping', args: {}, destination: [hostname] });
        return replies.length === 1;
      },
      hangMs,
    );

    const id = await callTask(broker, 'proj.add', [20, 22]);
    expect(await live.untilTask(id, 'SUCCESS')).toMatchObject({ result: '42', worker: hostname });
    const args = { task_name: 'proj.add', rate_limit: '50/m' };
    const limited = await live.command({ method: 'rate_limit', args, destination: [hostname] });
    expect(limited.replies.map(({ value }) => value)).toEqual([{ ok: 'new rate limit set successfully' }]);
    const { stdout } = await celeryCli(broker, 'inspect', 'registered', '--timeout', '30', '-d', hostname);
    expect(stdout).toContain('proj.add [rate_limit=50/m]');
    expect(monitor.workers.get(hostname)).toMatchObject({ offlineSince: undefined, answers: true });

    const settled = (uuid: string): boolean =>
      monitor.state.tasks.get(uuid)?.ready === true || monitor.unknownTasks.has(uuid);
    await until('the task that ended in the gap not to run for ever', () => settled(inGap), hangMs);
    await until('the other one to be vouched for', () => !monitor.unknownTasks.has(afterGap), hangMs);
    writeFileSync(files[1]!, '');
    await untilStored(afterGap);
    await until('that one not to run for ever either', () => settled(afterGap), hangMs);
    await live.close();
  });
});
