import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { WorkerFacts } from '../../src/monitor/worker-facts.ts';
import type { Event } from '../../src/protocol/event.ts';
import { callTask, startWorker, type Worker } from '../support/celery-worker.ts';
import { hangMs, type LiveMonitor, openMonitor, untilOnline } from '../support/live-monitor.ts';
import { until } from '../support/process-group.ts';
import { freshBroker } from '../support/servers.ts';

const hostname = 'mortal@live';
const bystander = 'bystander@live';

describe.each(['amqp', 'redis'] as const)('the life of a real worker on %s', (name) => {
  const started: Worker[] = [];
  let broker: string;
  let live: LiveMonitor;

  beforeAll(async () => {
    broker = await freshBroker(name);
    // Workers die here in the middle of being asked: that must not be waited for.
    live = await openMonitor(broker, { timeout: 3 });
    started.push(await startWorker({ broker, hostname: bystander, pool: 'solo', queues: ['other'] }));
  });

  afterEach(() => Promise.all(started.splice(1).map((worker) => worker.kill())));

  afterAll(async () => {
    await live?.close();
    await Promise.all(started.splice(0).map((worker) => worker.kill()));
  });

  async function startMortal(): Promise<Worker> {
    const seen = live.events.length;
    const worker = await startWorker({ broker, hostname, concurrency: 1 });
    started.push(worker);
    await until('it to say that it is online', () => eventsOf('worker-online', seen).length > 0, hangMs);
    return worker;
  }

  function eventsOf(type: string, from = 0): Event[] {
    return live.events.slice(from).filter((event) => event.hostname === hostname && event.type === type);
  }

  function facts(): WorkerFacts {
    return live.monitor.workers.get(hostname)!;
  }

  function statusOf(worker: string): string | undefined {
    return live.monitor.workers.get(worker)?.status;
  }

  /** Heartbeats bring the figures; a worker's first answers bring the rest. */
  async function untilKnown(): Promise<void> {
    await until(
      'its figures',
      () => facts().stats.value !== undefined && facts().loadavg !== undefined,
      hangMs,
    );
  }

  it('is known with its figures soon after it came', async () => {
    const worker = await startMortal();
    await untilKnown();

    expect(facts()).toMatchObject({
      status: 'online',
      pid: worker.pid,
      software: expect.stringMatching(/^py-celery 5\.6\.\d+ Linux$/),
      activeCount: 0,
      processed: 0,
      slots: 1,
      answers: true,
    });
    expect(facts().stats.value).toMatchObject({ pool: 'prefork', pid: worker.pid });
    expect(facts().loadavg).toHaveLength(3);
    await until(
      'its queues and tasks',
      () => facts().activeQueues.value !== undefined && facts().registered.value !== undefined,
      hangMs,
    );
    expect(facts().activeQueues.value?.map((queue) => queue.name)).toEqual(['celery']);
    expect(facts().registered.value).toContainEqual({ name: 'proj.limited', rateLimit: '600/m' });
    expect(live.monitor.state.workers.get(hostname)).toMatchObject({
      pid: worker.pid,
      freq: 2,
      swVer: '5.6.3',
    });
  });

  it('is offline after its heartbeat window when it was killed, and not before; comes back by itself', async () => {
    const worker = await startMortal();
    const id = await callTask(broker, 'proj.sleep', [300]);
    await live.untilTask(id, 'STARTED');
    await until('a beat that counts the task', () => facts().activeCount === 1, hangMs);
    const goodbyes = eventsOf('worker-offline').length;

    await worker.kill('SIGKILL');
    const lastBeat = facts().lastBeat!;
    const { freq } = live.monitor.state.workers.get(hostname)!;
    const statuses: string[] = [];
    const stop = live.monitor.onChange(() => statuses.push(facts().status));
    await until('it to be offline', () => facts().status === 'offline', hangMs);
    stop();
    const now = Date.now() / 1000;

    // The last beats may still have been under way when it was killed: the window counts from the last of them.
    expect(facts().lastBeat).toBeGreaterThanOrEqual(lastBeat);
    expect(facts().offlineSince).toBeGreaterThanOrEqual(facts().lastBeat! + 2 * freq);
    expect(now).toBeGreaterThan(facts().lastBeat! + 2 * freq);
    expect(statuses.filter((status) => status === 'offline').length).toBeLessThanOrEqual(1);
    expect(eventsOf('worker-offline')).toHaveLength(goodbyes);
    expect(facts()).toMatchObject({ wasActive: 1, activeCount: undefined });
    expect(live.monitor.state.workers.get(hostname)?.alive(now)).toBe(false);
    expect(live.monitor.workers.online()).toEqual([bystander]);
    expect(live.monitor.state.aliveWorkers().map((each) => each.hostname)).toEqual([bystander]);
    await until('its task to be in doubt', () => live.monitor.unknownTasks.has(id), hangMs);

    const again = await startMortal();

    expect(facts()).toMatchObject({ offlineSince: undefined, wasActive: undefined });
    expect(live.monitor.workers.online().sort()).toEqual([bystander, hostname]);
    await until('its new process', () => facts().stats.value?.pid === again.pid, hangMs);
    expect(live.monitor.state.workers.get(hostname)?.alive(Date.now() / 1000)).toBe(true);
  });

  it('is offline at once after a warm shutdown, by its own word, when its tasks are done', async () => {
    const worker = await startMortal();
    await untilKnown();
    const seen = live.events.length;
    const id = await callTask(broker, 'proj.sleep', [1]);
    await live.untilTask(id, 'STARTED');

    await worker.stop();
    await until('it to be offline', () => facts().status === 'offline', hangMs);

    const [goodbye] = eventsOf('worker-offline', seen);
    expect(facts().offlineSince).toBe(goodbye?.local_received);
    expect(live.monitor.state.tasks.get(id)?.state).toBe('SUCCESS');
    expect(live.monitor.unknownTasks.has(id)).toBe(false);
  });

  it('never made the other worker look like anything but online', async () => {
    await untilOnline(live, bystander);

    expect(statusOf(bystander)).toBe('online');
    expect(live.monitor.workers.get(bystander)?.offlineSince).toBeUndefined();
  });
});
