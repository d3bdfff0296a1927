import { describe, expect, it } from 'vitest';
import type { Event } from '../../../../src/protocol/event.ts';
import { SimulatedStream, SimulatedWorker, watched } from './simulated-stream.ts';

const nothing = [0, 0];

describe('the intake meter', () => {
  it('finds nothing missing where nothing is', () => {
    const stream = watched();
    stream.pass(60, 7);

    expect(stream.worker()).toMatchObject({ knowledge: 'compared', unexplainedStarts: 0, lostEvents: 0 });
    expect(stream.lost()).toEqual(nothing);
    expect(stream.report()).toMatchObject({ share: 1, recentShare: 1, lostEvents: 0 });
  });

  it('knows nothing before anything came', () => {
    expect(new SimulatedStream([]).report()).toMatchObject({ share: undefined, recentShare: undefined });
  });

  it('tells what a gap took as soon as the worker has said its count, and confirms it later', () => {
    const stream = watched();
    stream.cut();
    stream.pass(10, 5);
    stream.reconnect();
    stream.pass(0.2, 5);

    expect(stream.droppedStarts).toBe(500);
    expect(stream.lost()).toEqual([0, 500]);

    stream.pass(10, 5);
    expect(stream.lost()).toEqual([500, 0]);
    expect(stream.worker()).toMatchObject({ lostEvents: 1500, ratio: 3 });
    const { events, share, ...report } = stream.report();
    expect(report).toMatchObject({ lostEvents: 1500, confirmedStarts: 500, provisionalStarts: 0 });
    expect(report).toMatchObject({ gapCount: 1, gapSeconds: 10 });
    expect(share).toBeCloseTo(events / (events + 1500));
  });

  it('tells what a gap took between the first answer to stats and the next heartbeat', () => {
    const stream = new SimulatedStream([new SimulatedWorker()]);
    stream.pass(4, 5);
    stream.askStats();
    stream.pass(0.5, 5);
    expect(stream.worker()?.knowledge).toBe('compared');
    stream.cut();
    stream.pass(5, 5);
    stream.reconnect();
    stream.pass(10, 5);

    expect(stream.droppedStarts).toBe(250);
    expect(stream.lost()).toEqual([250, 0]);
  });

  it('tells it within one heartbeat when nothing runs after the gap', () => {
    const stream = watched();
    stream.cut();
    stream.pass(7, 5);
    stream.pass(0.9);
    stream.reconnect();
    stream.pass(2);

    expect(stream.lost()).toEqual([0, 350]);

    stream.pass(60);
    expect(stream.lost()).toEqual([0, 350]);
  });

  it('adds up several gaps, each worker for itself', () => {
    const workers = [1, 2].map((n) => new SimulatedWorker({ hostname: `w${n}@sim`, pid: n }));
    const stream = watched(...workers);
    for (let gap = 0; gap < 2; gap += 1) {
      stream.cut();
      stream.pass(5, (worker) => {
        for (let n = worker.hostname === 'w1@sim' ? 1 : 4; n > 0; n -= 1) worker.run(stream.now);
      });
      stream.reconnect();
      stream.pass(3, 2);
    }
    expect(stream.lost('w1@sim').reduce((sum, count) => sum + count)).toBe(100);
    expect(stream.lost('w2@sim').reduce((sum, count) => sum + count)).toBe(400);

    stream.pass(10, 2);
    expect([stream.lost('w1@sim'), stream.lost('w2@sim')]).toEqual([
      [100, 0],
      [400, 0],
    ]);
  });

  it('says what a worker loses itself, once its heartbeats agree', () => {
    const stream = watched(new SimulatedWorker({ pool: 'celery.concurrency.thread:TaskPool' }));
    let starts = 0;
    stream.pass(20, 2, (event) => {
      if (event.type === 'task-started') starts += 1;
      return event.type === 'task-started' && starts % 20 === 0;
    });
    expect(stream.droppedStarts).toBe(20);

    stream.pass(20, 2);
    expect(stream.lost()).toEqual([20, 0]);
    expect(stream.report().gapCount).toBe(0);
  });

  it('looks back five minutes for the recent share, and to the beginning for the other', () => {
    const stream = watched();
    stream.cut();
    stream.pass(10, 5);
    stream.reconnect();
    stream.pass(10, 5);
    expect(stream.report().recentShare).toBeLessThan(0.75);

    stream.pass(310, 1);
    expect(stream.report().recentShare).toBe(1);
    expect(stream.report().share).toBeLessThan(0.9);
  });

  it('takes a silence of all workers for a gap of ours, although the connection held', () => {
    const stream = watched();
    stream.pass(10, 5, () => true);
    stream.pass(2, 5);

    expect(stream.lost()).toEqual([0, 500]);
    expect(stream.report().gaps).toMatchObject([{ connected: true }]);
    expect(stream.asked.length).toBeGreaterThan(1);
  });

  it('counts a gap once, also when events come a moment before it is told to have ended', () => {
    const stream = watched();
    stream.cut();
    stream.pass(10, 5);
    stream.isCut = false;
    stream.pass(0.1, 5);
    stream.reconnect();
    stream.pass(0.2, 5);

    expect(stream.report().gaps).toMatchObject([{ connected: false }]);
    expect(stream.lost()).toEqual([0, 500]);
  });

  it('keeps what it found about a worker that is forgotten', () => {
    const workers = [1, 2, 3].map((n) => new SimulatedWorker({ hostname: `w${n}@sim`, pid: n }));
    const stream = watched(...workers.slice(0, 2));
    stream.cut();
    stream.pass(5, 2);
    stream.reconnect();
    stream.pass(10, 2);
    const { events, lostEvents } = stream.report();
    expect(lostEvents).toBe(600);

    stream.workers.splice(0, 2, ...workers.slice(2));
    stream.pass(3700);
    expect(stream.report().workers.map(({ hostname }) => hostname)).toEqual(['w3@sim']);
    expect(stream.report()).toMatchObject({ events, lostEvents, confirmedStarts: 200 });
  });

  it('remembers no more workers than it may', () => {
    const stream = new SimulatedStream([], { maxWorkers: 3 });
    for (let n = 0; n < 10; n += 1) {
      stream.send([new SimulatedWorker({ hostname: `w${n}@sim` }).beat(stream.now)]);
    }
    expect(stream.report().workers.map(({ hostname }) => hostname)).toEqual(['w7@sim', 'w8@sim', 'w9@sim']);
  });
});

describe('the events that go with a start', () => {
  it('are counted from what the worker sent', () => {
    const stream = watched();
    const [worker] = stream.workers;
    for (let n = 0; n < 1000; n += 1) {
      worker?.run(stream.now);
      for (let step = 0; step < 2; step += 1) {
        // Sent from within the task, by a process of the pool.
        stream.send([{ type: 'task-progress', hostname: 'w1@sim', pid: 7, clock: n, uuid: 'x' } as Event]);
      }
      if (n % 20 === 0) stream.pass(0.1);
    }
    expect(stream.worker().ratio).toBeCloseTo(4.16, 1);
    expect(stream.worker()).toMatchObject({ knowledge: 'compared', processes: 1 });
  });

  it('are not more because thousands wait for their time or are revoked', () => {
    const stream = watched();
    const [worker] = stream.workers;
    for (let n = 0; n < 5000; n += 1) {
      worker?.tell('task-received', stream.now, 'app.later', { uuid: `later-${n}`, name: 'app.later' });
      worker?.tell('task-revoked', stream.now, 'app.later', { uuid: `later-${n}`, expired: true });
    }
    stream.pass(1, 1);
    expect(stream.worker().ratio).toBe(3);
  });

  it('are three while nothing is known', () => {
    expect(watched().worker().ratio).toBe(3);
    const stream = new SimulatedStream([new SimulatedWorker()]);
    stream.pass(3);
    expect(stream.worker().ratio).toBe(3);
  });
});
