import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WorkerIntake } from '../../src/monitor/intake/intake-report.ts';
import {
  callTask,
  runPython,
  startLoad,
  startWorker,
  taskResult,
  type Worker,
} from '../support/celery-worker.ts';
import { hangMs, type LiveMonitor, openMonitor, untilOnline } from '../support/live-monitor.ts';
import { until } from '../support/process-group.ts';
import { freshBroker } from '../support/servers.ts';

const pools = {
  'prefork@intake': { pool: 'prefork', concurrency: 2 },
  'threads@intake': { pool: 'threads', concurrency: 4 },
  'solo@intake': { pool: 'solo' },
  'off@intake': { pool: 'solo', events: false },
  'mute@intake': { pool: 'solo', args: ['--without-heartbeat'] },
} as const;

const hostnames = Object.keys(pools) as (keyof typeof pools)[];
const queueOf = (hostname: string): string => hostname.split('@')[0] ?? '';

describe.each(['amqp', 'redis'] as const)('workers of every kind on %s', (name) => {
  const cleanups: (() => Promise<unknown>)[] = [];
  const workers = new Map<string, Worker>();
  /** Everything that was ever said to be lost, at any tenth of a second. */
  const alarms: string[] = [];
  let broker: string;
  let live: LiveMonitor;
  let endLoad: () => Promise<void>;
  /** What had not been seen of the threads pool when its comparison began. */
  let unseenBefore: number;

  beforeAll(async () => {
    broker = await freshBroker(name);
    await Promise.all(
      hostnames.map(async (hostname) => {
        const queues = [queueOf(hostname)];
        workers.set(hostname, await startWorker({ broker, hostname, queues, ...pools[hostname] }));
      }),
    );
    cleanups.push(() => Promise.all([...workers.values()].map((worker) => worker.kill())));
    live = await openMonitor(broker, { timeout: 5, maxTasks: 50_000 });
    cleanups.push(() => live.close());
    await untilOnline(live, ...hostnames.filter((hostname) => hostname !== 'mute@intake'));
    const watch = setInterval(() => {
      for (const worker of intake()) {
        // The buffer of a threads pool loses events in Celery 5.6.3 (protocol.md A.3).
        if (worker.hostname !== 'threads@intake' && worker.lostEvents > 0)
          alarms.push(JSON.stringify(worker));
      }
    }, 100);
    cleanups.push(async () => clearInterval(watch));
    await runOne('threads@intake');
    // The first answer to `stats` begins the comparison anew; what comes after both is compared to the last start.
    await until(
      'the threads pool to be compared',
      () => live.monitor.workers.get('threads@intake')?.stats.fetchedAt !== undefined && isCompared(),
      hangMs,
    );
    await heartbeats('threads@intake', 2);
    unseenBefore = unseen('threads@intake');
    endLoad = await startLoad(broker, 150, hostnames.map(queueOf));
    cleanups.push(() => endLoad());
  });

  afterAll(async () => {
    for (const cleanup of cleanups.reverse()) await cleanup();
  });

  function intake(): readonly WorkerIntake[] {
    return live.monitor.intake.report(Date.now() / 1000, 0).workers;
  }

  function of(hostname: string): WorkerIntake | undefined {
    return intake().find((worker) => worker.hostname === hostname);
  }

  async function untilSeen(hostname: string, starts: number): Promise<WorkerIntake> {
    const before = of(hostname)?.starts ?? 0;
    const worker = await until(
      `${starts} starts of ${hostname}`,
      () => ((of(hostname)?.starts ?? 0) >= before + starts ? of(hostname) : undefined),
      hangMs,
    );
    return worker;
  }

  function isCompared(): boolean | undefined {
    return of('threads@intake')?.knowledge === 'compared' || undefined;
  }

  /** By its last heartbeat: exact only while it runs nothing, since what it has started later was seen already. */
  function unseen(hostname: string): number {
    const { processed = Number.NaN } = live.monitor.workers.get(hostname) ?? {};
    return processed - (of(hostname)?.starts ?? 0);
  }

  /** Resolves when the worker has run one more task, whether or not events tell of it. */
  async function runOne(hostname: string): Promise<void> {
    const id = await callTask(broker, 'proj.add', [1, 1], { queue: queueOf(hostname) });
    expect(await taskResult(broker, id)).toMatchObject({ state: 'SUCCESS' });
  }

  async function heartbeats(hostname: string, count: number): Promise<void> {
    const beats = (): number =>
      live.events.filter((event) => event.type === 'worker-heartbeat' && event.hostname === hostname).length;
    const before = beats();
    await until(`${count} heartbeats of ${hostname}`, () => beats() >= before + count || undefined, hangMs);
  }

  it('are compared where they can be, and it is said where they cannot', async () => {
    for (const hostname of hostnames.filter((each) => each !== 'off@intake')) await untilSeen(hostname, 150);

    expect(Object.fromEntries(hostnames.map((hostname) => [hostname, of(hostname)?.knowledge]))).toEqual({
      'prefork@intake': 'compared',
      'threads@intake': 'compared',
      'solo@intake': 'compared',
      'off@intake': 'off',
      'mute@intake': 'no-heartbeats',
    });
  });

  it('lose nothing by running what sends no events', async () => {
    const code = "from proj import untold\nfor n in range(200): untold.apply_async((n,), queue='prefork')\n";
    expect(await runPython(broker, code)).toMatchObject({ status: 0 });
    await until('the silent tasks to be told apart', () => of('prefork@intake')?.silentTasks === 200, hangMs);

    expect(of('prefork@intake')).toMatchObject({ silentTypes: ['proj.untold'], unexplainedStarts: 0 });
  });

  it('lose nothing by retrying, failing, expiring, or being busy for longer than their heartbeats', async () => {
    const queue = 'solo';
    await callTask(broker, 'proj.sleep', [7], { queue });
    await callTask(broker, 'proj.flaky', [3], { queue: 'prefork' });
    await callTask(broker, 'proj.fail', [], { queue: 'prefork' });
    await callTask(broker, 'proj.nosuch', [], { queue: 'prefork' });
    await callTask(broker, 'proj.add', [1, 1], { queue: 'prefork', expires: -1 });
    await callTask(broker, 'proj.die', [], { queue: 'prefork' });
    await untilSeen('solo@intake', 100);
    await untilSeen('prefork@intake', 150);
  });

  it('lose nothing by restarting', async () => {
    const hostname = 'prefork@intake';
    await workers.get(hostname)?.kill();
    workers.set(hostname, await startWorker({ broker, hostname, queues: ['prefork'], ...pools[hostname] }));
    await untilSeen(hostname, 300);

    expect(of(hostname)).toMatchObject({ knowledge: 'compared', processes: 2 });
  });

  it('lose nothing while their events are off', async () => {
    const hostname = 'off@intake';
    for (const method of ['enable_events', 'disable_events', 'enable_events']) {
      await live.command({ method, args: {}, destination: [hostname] });
      if (method === 'enable_events') await untilSeen(hostname, 200);
      else await until('its events to be off', () => of(hostname)?.knowledge === 'off', hangMs);
    }
    expect(of(hostname)).toMatchObject({ knowledge: 'compared' });
  });

  it('have never been said to have lost anything, but for what a threads pool really loses', async () => {
    await endLoad();
    for (const hostname of ['threads@intake', 'solo@intake']) await runOne(hostname);
    // More than have to agree on what is missing. All that was sent has been run, so that they are all of one count.
    await heartbeats('threads@intake', 8);
    const lost = unseen('threads@intake') - unseenBefore;
    const started = live.events.filter(
      ({ type, hostname }) => type === 'task-started' && hostname === 'threads@intake',
    );

    expect(unseen('solo@intake')).toBe(0);
    expect(of('threads@intake')?.starts).toBe(new Set(started.map(({ clock }) => clock)).size);
    expect(lost).toBeGreaterThanOrEqual(0);
    // Certain is what newer totals do not explain, and only while events still come.
    await live.monitor.refreshWorkers();
    const confirmed = await until(
      `${lost} lost starts to be confirmed`,
      async () => {
        await runOne('threads@intake');
        const worker = of('threads@intake');
        return worker !== undefined && worker.confirmedStarts >= lost ? worker : undefined;
      },
      hangMs,
    );
    expect(confirmed).toMatchObject({ confirmedStarts: lost, provisionalStarts: 0, silentTasks: 0 });
    expect(alarms).toEqual([]);
  });
});
