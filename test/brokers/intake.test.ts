import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type Event, Receiver } from '../../src/index.ts';
import type { IntakeReport } from '../../src/monitor/intake/intake-report.ts';
import { startLoad, startWorker, type Worker } from '../support/celery-worker.ts';
import { hangMs, type LiveMonitor, openMonitor, untilOnline } from '../support/live-monitor.ts';
import { until } from '../support/process-group.ts';
import { TcpProxy } from '../support/proxy.ts';
import { freshBroker } from '../support/servers.ts';

const hostnames = ['left@intake', 'right@intake'];
const queues = ['left', 'right'];
const tasksPerSecond = 120;

/** What a worker sent: one process numbers its events itself. */
function identity({ hostname, pid, clock, type, uuid }: Event): string {
  return [hostname, pid, clock, type, uuid].join(' ');
}

function isOfTask({ type }: Event): boolean {
  return type.startsWith('task-') && type !== 'task-sent';
}

/** Task events that never reached the monitor, or what it says of them: of each worker, and the starts among them. */
interface Missing {
  readonly events: readonly number[];
  readonly starts: number;
}

describe.each(['amqp', 'redis'] as const)('the intake from real workers under load on %s', (name) => {
  const cleanups: (() => Promise<unknown>)[] = [];
  /** What a receiver of our library heard that nobody cuts off. */
  const truth: Event[] = [];
  let broker: string;
  let proxy: TcpProxy;
  let live: LiveMonitor;

  beforeAll(async () => {
    broker = await freshBroker(name);
    const workers = await Promise.all(
      hostnames.map((hostname, index) =>
        startWorker({ broker, hostname, concurrency: 2, queues: [queues[index] ?? ''] }),
      ),
    );
    cleanups.push(() => Promise.all(workers.map((worker: Worker) => worker.kill())));
    cleanups.push(await hearTruth());
    proxy = await TcpProxy.before(broker);
    cleanups.push(() => proxy.close());
    live = await openMonitor(proxy.url(broker), { timeout: 5, maxTasks: 50_000 });
    cleanups.push(() => live.close());
    await untilOnline(live, ...hostnames);
    cleanups.push(await startLoad(broker, tasksPerSecond, queues));
    await untilStarted(300);
  });

  afterAll(async () => {
    for (const cleanup of cleanups.reverse()) await cleanup();
  });

  async function hearTruth(): Promise<() => Promise<void>> {
    const transport = await connect(broker);
    const ended = new AbortController();
    const onEvent = (event: Event): void => void (isOfTask(event) && truth.push(event));
    const receiver = new Receiver(transport, { handlers: { '*': onEvent } });
    const capturing = receiver.capture({ wakeup: false, signal: ended.signal });
    return async () => {
      ended.abort();
      await capturing;
      await transport.close();
    };
  }

  function report(): IntakeReport {
    return live.monitor.intake.report(Date.now() / 1000, live.monitor.undecodable.count);
  }

  function missed(): Missing {
    const seen = new Set(live.events.map(identity));
    // What has just been sent may still be on its way through the proxy.
    const sentBefore = Date.now() / 1000 - 0.5;
    const lost = truth.filter((event) => (event.timestamp ?? 0) < sentBefore && !seen.has(identity(event)));
    return {
      events: hostnames.map((hostname) => lost.filter((event) => event.hostname === hostname).length),
      starts: lost.filter(({ type }) => type === 'task-started').length,
    };
  }

  function told(): Missing {
    const { workers, confirmedStarts, provisionalStarts } = report();
    const eventsOf = (hostname: string): number =>
      workers.find((worker) => worker.hostname === hostname)?.lostEvents ?? 0;
    return { events: hostnames.map(eventsOf), starts: confirmedStarts + provisionalStarts };
  }

  /** Each worker has been seen to start so many tasks more, and all that was lost is certain. */
  async function untilStarted(count: number): Promise<void> {
    const before = report().workers.map(({ starts }) => starts);
    const isDone = (): boolean => {
      const { workers, provisionalStarts } = report();
      const isStarted = workers.every(
        ({ knowledge, starts }, index) => knowledge === 'compared' && starts > (before[index] ?? 0) + count,
      );
      return isStarted && workers.length === hostnames.length && provisionalStarts === 0;
    };
    await until(`${count} starts more`, isDone, hangMs);
  }

  /** Within a tenth of the true number, which is a little off itself at the moment when a connection is lost. */
  function expectTruth(said: Missing, since: Missing): void {
    const lost = missed();
    const near = (estimate: number, exact: number): void => {
      expect(estimate).toBeGreaterThanOrEqual(exact * 0.9 - 3);
      expect(estimate).toBeLessThanOrEqual(exact * 1.1 + 3);
    };
    near(said.starts, lost.starts - since.starts);
    for (const [index, events] of said.events.entries())
      near(events, (lost.events[index] ?? 0) - (since.events[index] ?? 0));
  }

  /** What is told now beyond what was told then. */
  function toldSince(then: Missing): Missing {
    const now = told();
    return {
      events: now.events.map((events, index) => events - (then.events[index] ?? 0)),
      starts: now.starts - then.starts,
    };
  }

  it('is called whole while it is', () => {
    expect(missed()).toEqual({ events: [0, 0], starts: 0 });
    expect(report()).toMatchObject({ share: 1, recentShare: 1, lostEvents: 0, gapCount: 0 });
  });

  it('is told within two seconds of the reconnect to lack what ten seconds without a connection took', async () => {
    const before = missed();
    await proxy.cut(10_000);
    live.monitor.retryNow();
    await until('the reconnect', () => live.monitor.status.kind === 'ready', hangMs);
    await until('the loss to be told', () => told().starts >= missed().starts * 0.9, 2000);

    expect(missed().starts).toBeGreaterThan(500);
    expectTruth(told(), before);
    expect(live.monitor.intake.recentShare(Date.now() / 1000)).toBeLessThan(1);
    expect(live.monitor.gaps).toHaveLength(1);

    await untilStarted(400);
    expectTruth(told(), before);
    for (const { knowledge, unexplainedStarts } of report().workers)
      expect({ knowledge, unexplainedStarts }).toEqual({ knowledge: 'compared', unexplainedStarts: 0 });
  });

  it.each([
    ['buffers hold what comes', 0],
    ['nothing holds all that comes', 100_000],
  ])(
    'is told as it is after a network that swallowed everything and said nothing, while %s',
    async (_, padding) => {
      const [lost, said] = [missed(), told()];
      const stop =
        padding > 0 ? await startLoad(broker, 100, queues, padding) : async (): Promise<void> => {};
      await proxy.block(10_000);
      await until('events to arrive again', () => (live.monitor.quietFor ?? 99) < 1, hangMs);
      await until('it to have caught up', () => (live.monitor.lag ?? 99) < 1, hangMs);
      await untilStarted(400);
      await stop();

      expectTruth(toldSince(said), lost);
    },
  );
});
