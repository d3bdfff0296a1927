import { describe, expect, it } from 'vitest';
import { Worker } from '../../../src/state/worker.ts';
import { workerEvent } from './sample-events.ts';

describe('Worker', () => {
  it('is not alive before its first heartbeat', () => {
    const worker = new Worker('w1@example');

    expect(worker.heartbeatExpires).toBeUndefined();
    expect(worker.alive(0)).toBe(false);
  });

  it('goes by its pid once that is known', () => {
    const worker = new Worker('w1@example');
    expect(worker.id).toBe('w1@example.None');

    worker.update(workerEvent('heartbeat', 'w1@example', { pid: 4100 }));

    expect(worker.id).toBe('w1@example.4100');
  });

  it('keeps values that Celery would not send apart from its properties', () => {
    const worker = new Worker('w1@example');

    worker.update(
      workerEvent('heartbeat', 'w1@example', {
        pid: { toString: 1 },
        freq: 'often',
        clock: null,
        loadavg: ['high'],
        sw_ver: 5,
        active: '3',
        heartbeats: [1e12],
        id: 'x',
        site: 'east',
      }),
    );

    expect(worker).toMatchObject({ freq: 60, clock: 0, heartbeats: [], id: 'w1@example.None' });
    expect([worker.pid, worker.loadavg, worker.swVer, worker.active]).toEqual(Array(4).fill(undefined));
    expect([...worker.extra.keys()].sort()).toEqual(['active', 'freq', 'loadavg', 'pid', 'site', 'sw_ver']);
  });

  it.each([
    ['text', '1700000000'],
    ['zero', 0],
    ['null', null],
    ['endless', Number.POSITIVE_INFINITY],
  ])('takes a time that is %s for no sign of life', (_, time) => {
    const worker = new Worker('w1@example');

    worker.beat(time, 1_700_000_000, true);
    worker.beat(1_700_000_000, time, false);

    expect(worker.heartbeats).toEqual([]);
  });
});
