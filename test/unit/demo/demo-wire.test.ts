import { beforeAll, describe, expect, it } from 'vitest';
import type { Event } from '../../../src/protocol/event.ts';
import { SimulatedCluster, startMs } from './simulated-cluster.ts';

const vitals = ['freq', 'active', 'processed', 'loadavg', 'sw_ident', 'sw_ver', 'sw_sys'];
const sent = 'uuid root_id parent_id name args kwargs retries eta expires queue exchange routing_key'.split(
  ' ',
);

/** The fields of each type beside the common ones: protocol.md A.5. */
const fields: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'worker-online': [vitals],
  'worker-heartbeat': [vitals, ['freq', 'sw_ident', 'sw_ver', 'sw_sys']],
  'task-sent': [sent],
  'task-received': ['uuid name args kwargs root_id parent_id retries eta expires'.split(' ')],
  'task-started': [['uuid']],
  'task-succeeded': [['uuid', 'result', 'runtime']],
  'task-failed': [
    ['uuid', 'exception', 'traceback'],
    ['uuid', 'exception'],
  ],
  'task-retried': [['uuid', 'exception', 'traceback']],
  'task-revoked': [['uuid', 'terminated', 'signum', 'expired']],
  'task-rejected': [['uuid', 'requeue']],
  'task-progress': [['uuid', 'done', 'total']],
};

describe('the demo on the wire', () => {
  const demo = new SimulatedCluster();
  beforeAll(async () => {
    await demo.advance(5);
    await demo.ask('heartbeat');
    await demo.advance(15 * 60);
    demo.cluster.stop();
  });

  it.each(Object.entries(fields))(
    'sends %s with the fields that Celery sends, in its order',
    (type, allowed) => {
      const events = demo.ofType(type);
      expect(events.length).toBeGreaterThan(0);
      const common = (own: readonly string[]): string =>
        ['hostname', 'utcoffset', 'pid', 'clock', ...own, 'timestamp', 'type'].join();
      const seen = new Set(events.map((event) => Object.keys(event).join()));
      expect([...seen].sort()).toEqual(allowed.map(common).sort());
    },
  );

  it('sends no other type', () => {
    expect([...new Set(demo.events.map(({ type }) => type))].sort()).toEqual(Object.keys(fields).sort());
  });

  it('gives every field the type that Celery gives it', () => {
    for (const event of demo.events) {
      expect(event).toMatchObject({ utcoffset: 0, pid: expect.any(Number), clock: expect.any(Number) });
      expect(Number.isInteger(event.clock) && Number(event.timestamp) > 1e9).toBe(true);
    }
    for (const event of demo.ofType('task-received')) {
      expect(event).toMatchObject({
        args: expect.stringMatching(/^\(/),
        kwargs: expect.stringMatching(/^\{/),
      });
      expect(event['eta']).toSatisfy(
        (eta) => eta === null || /^\d{4}-\d\d-\d\dT[\d:.]+\+00:00$/.test(String(eta)),
      );
    }
    for (const { result, runtime } of demo.ofType('task-succeeded') as (Event & {
      result: string;
      runtime: number;
    })[]) {
      expect([typeof result, typeof runtime]).toEqual(['string', 'number']);
    }
  });

  it('sends worker task events in lists of at most 24 under task.multi, and all others singly', () => {
    for (const { routingKey, body, headers, contentType, contentEncoding } of demo.messages) {
      const decoded: Event | Event[] = JSON.parse(new TextDecoder().decode(body));
      expect([contentType, contentEncoding]).toEqual(['application/json', 'utf-8']);
      if (Array.isArray(decoded)) {
        expect(routingKey).toBe('task.multi');
        expect(decoded.length).toBeLessThanOrEqual(24);
        expect(
          decoded.every(({ hostname, type }) => hostname === headers['hostname'] && type.startsWith('task-')),
        ).toBe(true);
      } else {
        expect(routingKey).toBe(decoded.type.replaceAll('-', '.'));
        expect(headers).toEqual({ hostname: decoded.hostname });
        expect(/^(worker-|task-sent$|task-progress$)/.test(decoded.type)).toBe(true);
      }
    }
  });

  it('is ASCII on the wire and unicode in the fields', () => {
    expect(demo.messages.every(({ body }) => body.every((byte) => byte < 0x80))).toBe(true);
    const args = demo
      .ofType('task-received')
      .map((event) => `${event['args']}${event['kwargs']}`)
      .join();
    for (const text of ['ü', '山田', '🎉']) expect(args).toContain(text);
  });

  it('forwards each sender clock with each event, in one order per process', () => {
    const last = new Map<string, number>();
    for (const { hostname, pid, clock } of demo.events.filter(({ type }) => !type.startsWith('worker-'))) {
      const sender = `${hostname} ${pid}`;
      expect(Number(clock)).toBeGreaterThan(last.get(sender) ?? 0);
      last.set(sender, Number(clock));
    }
  });

  it('sends tasks from the processes of clients and pools, not from nodes', () => {
    for (const { hostname, pid } of demo.ofType('task-sent'))
      expect(hostname).toMatch(new RegExp(`^gen${pid}@\\S+$`));
  });

  it('shows a past at once, whose worker events are of now', async () => {
    const fresh = new SimulatedCluster();
    await fresh.advance(1.5);
    const start = startMs / 1000;
    const ages = fresh.ofType('task-received').map(({ timestamp }) => start - Number(timestamp));
    expect(Math.max(...ages)).toBeGreaterThan(30);
    expect(ages.length).toBeGreaterThan(100);
    const workerEvents = fresh.events.filter(({ type }) => type.startsWith('worker-'));
    expect(workerEvents.every(({ timestamp }) => Number(timestamp) >= start)).toBe(true);
    fresh.cluster.stop();
  });
});
