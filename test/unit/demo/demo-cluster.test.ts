import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDemoCluster } from '../../../src/demo/demo-cluster.ts';
import type { Event } from '../../../src/protocol/event.ts';
import { MemoryBroker } from '../../../src/transport/memory.ts';
import { ManualTimers, SimulatedCluster } from './simulated-cluster.ts';

const lastLine = (event: Event): string => String(event['traceback']).trimEnd().split('\n').at(-1) ?? '';

describe('a quarter of an hour of the demo', () => {
  const demo = new SimulatedCluster();
  beforeAll(() => demo.advance(15 * 60));
  afterAll(() => demo.cluster.stop());

  it('comes near the rate that was asked for', () => {
    const perSecond = demo.events.length / (15 * 60);
    expect(perSecond).toBeGreaterThan(20);
    expect(perSecond).toBeLessThan(40);
  });

  it.each([
    'worker-online',
    'worker-heartbeat',
    'task-sent',
    'task-received',
    'task-started',
    'task-succeeded',
    'task-failed',
    'task-retried',
    'task-revoked',
    'task-rejected',
    'task-progress',
  ])('shows %s', (type) => {
    expect(demo.ofType(type).length).toBeGreaterThan(0);
  });

  it('fails in many ways', () => {
    const endings = demo.ofType('task-failed').map((event) => lastLine(event).split(':')[0]);
    expect(new Set(endings).size).toBeGreaterThan(10);
    expect(endings).toContain('billiard.exceptions.WorkerLostError');
    expect(endings).toContain('billiard.exceptions.TimeLimitExceeded');
    expect(endings).toContain('RecursionError');
    expect(demo.ofType('task-failed').map((event) => event['exception'])).toContain(
      "NotRegistered('app.legacy.sync_crm')",
    );
  });

  it('revokes, expires and terminates, and rejects with and without another try', () => {
    const revoked = demo
      .ofType('task-revoked')
      .map(({ terminated, signum, expired }) => ({ terminated, signum, expired }));
    expect(revoked).toContainEqual({ terminated: false, signum: null, expired: false });
    expect(revoked).toContainEqual({ terminated: false, signum: null, expired: true });
    expect(revoked).toContainEqual({ terminated: true, signum: 15, expired: false });
    expect(new Set(demo.ofType('task-rejected').map((event) => event['requeue']))).toEqual(
      new Set([true, false]),
    );
  });

  it('runs a retried task again under the same id, whose parent is itself', () => {
    const retried = demo.ofType('task-retried').find((event) => event['exception'] !== 'None');
    const again = demo.ofType('task-received').filter(({ uuid }) => uuid === retried?.uuid);
    expect(again.map(({ retries, parent_id }) => [retries, parent_id]).slice(1)).toContainEqual([
      1,
      retried?.uuid,
    ]);
  });

  it('sends chains, groups and chords whose members know their parent and root', () => {
    const received = new Map(demo.ofType('task-received').map((event) => [event.uuid, event]));
    const parentOf = (name: string): unknown[] =>
      [...received.values()]
        .filter((event) => event['name'] === name)
        .map((event) => received.get(String(event['parent_id']))?.['name']);
    expect(parentOf('app.billing.charge')).toContain('app.inventory.reserve');
    expect(parentOf('app.shipping.create_label')).toContain('app.billing.charge');
    expect(parentOf('app.img.resize_thumbnail')).toContain('app.img.process_upload');
    expect(parentOf('app.img.publish_gallery')).toContain('celery.chord_unlock');
    const label = [...received.values()].find((event) => event['name'] === 'app.shipping.create_label');
    expect(received.get(String(label?.['root_id']))?.['name']).toBe('app.orders.place');
  });

  it('has texts that try what they can: escape sequences, long reprs, long tracebacks', () => {
    const kwargs = demo.ofType('task-received').map((event) => String(event['kwargs']));
    expect(
      kwargs.some((text) => text.includes('\u001b[2J') && text.includes('\u202e') && text.includes('\u0000')),
    ).toBe(true);
    const args = demo.ofType('task-received').map((event) => String(event['args']));
    expect(args.some((text) => text.length > 1024 && text.includes('...'))).toBe(true);
    const lines = demo.ofType('task-failed').map((event) => String(event['traceback']).split('\n').length);
    expect(Math.max(...lines)).toBeGreaterThan(300);
  });

  it('holds tasks until their eta', () => {
    const started = new Map(
      demo.ofType('task-started').map(({ uuid, timestamp }) => [uuid, Number(timestamp)]),
    );
    const reminders = demo
      .ofType('task-received')
      .filter(({ uuid, name }) => name === 'app.mail.send_reminder' && started.has(uuid));
    expect(reminders.length).toBeGreaterThan(5);
    for (const { uuid, eta } of reminders) {
      expect(started.get(uuid)).toBeGreaterThanOrEqual(Date.parse(String(eta)) / 1000 - 0.001);
    }
  });

  it('has a task that started and never ends', async () => {
    const stuck = await demo.until(() => {
      const ended = new Set(
        demo.events
          .filter(({ type }) => /-(succeeded|failed|retried|revoked|rejected)$/.test(type))
          .map(({ uuid }) => uuid),
      );
      return demo
        .ofType('task-started')
        .find(({ uuid, timestamp }) => !ended.has(uuid) && demo.now - Number(timestamp) > 100);
    });
    const received = demo.ofType('task-received').find(({ uuid }) => uuid === stuck.uuid);
    expect(received?.['name']).toBe('app.inventory.sync_warehouse');
  });

  it('loses a worker without a word and has it back, as a new process, some 40 seconds later', () => {
    const beats = demo.events.filter(({ type }) => type.startsWith('worker-'));
    const [lost] = beats.filter(({ type }) => type === 'worker-online').slice(5);
    const before = beats.filter(
      ({ hostname, timestamp }) => hostname === lost?.hostname && Number(timestamp) < Number(lost?.timestamp),
    );
    expect(Number(lost?.timestamp) - Number(before.at(-1)?.timestamp)).toBeGreaterThan(38);
    expect(before.at(-1)?.type).toBe('worker-heartbeat');
    expect(lost?.pid).not.toBe(before.at(-1)?.pid);
    expect(demo.ofType('worker-offline')).toEqual([]);
  });
});

describe('startDemoCluster', () => {
  it('repeats itself for the same seed, byte by byte', async () => {
    const bytes = async (seed: number): Promise<string[]> => {
      const demo = new SimulatedCluster({ seed });
      await demo.advance(30);
      demo.cluster.stop();
      return demo.messages.map(({ body }) => new TextDecoder().decode(body));
    };
    const once = await bytes(7);
    expect(once.length).toBeGreaterThan(500);
    expect(await bytes(7)).toEqual(once);
    expect(await bytes(8)).not.toEqual(once);
  });

  it('leaves no timer and says nothing more when it is stopped', async () => {
    const demo = new SimulatedCluster();
    await demo.advance(20);
    demo.cluster.stop();
    demo.cluster.stop();
    const said = demo.messages.length;
    await demo.advance(60);
    expect(demo.timers.pending).toBe(0);
    expect(demo.messages.length).toBe(said);
    expect(await demo.ask('ping')).toEqual({});
  });

  it.each([1, 2, 5, 8])('has %d workers with different names, which run every queue', async (workers) => {
    const demo = new SimulatedCluster({ workers });
    expect(new Set(demo.cluster.hostnames).size).toBe(workers);
    await demo.advance(60);
    const queues = Object.values(await demo.ask('active_queues')).flat() as { name: string }[];
    expect(new Set(queues.map(({ name }) => name))).toEqual(
      new Set(['celery', 'email', 'media', 'reports', 'periodic']),
    );
    demo.cluster.stop();
  });

  it('keeps to a higher rate, too', async () => {
    const demo = new SimulatedCluster({ rate: 200 });
    await demo.advance(120);
    expect(demo.events.length / 120).toBeGreaterThan(130);
    demo.cluster.stop();
  });

  it('does not grow over a day', () => {
    const timers = new ManualTimers();
    const cluster = startDemoCluster({ broker: new MemoryBroker(), timers, rate: 2, workers: 4 });
    const sizes = Array.from({ length: 24 }, () => {
      timers.advance(3_600_000);
      return cluster.footprint;
    });
    // Four workers with at most 500 revoked ids each, and what is under way.
    expect(Math.max(...sizes)).toBeLessThan(2500);
    cluster.stop();
  }, 120_000);

  it('does not grow while nobody works', async () => {
    const demo = new SimulatedCluster();
    await demo.advance(10);
    await demo.ask('shutdown');
    await demo.advance(120);
    expect(demo.cluster.hostnames).toEqual([]);
    const size = demo.cluster.footprint;
    await demo.advance(1800);
    expect(demo.cluster.footprint).toBeLessThan(size + 100);
    demo.cluster.stop();
  });
});
