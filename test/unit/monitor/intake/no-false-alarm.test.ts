import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../../../src/protocol/event.ts';
import { SimulatedStream, SimulatedWorker, start, watched } from './simulated-stream.ts';

const nothing = [0, 0];

/** Lets time go by, and nothing must be called lost at any second of it. */
function passQuietly(
  stream: SimulatedStream,
  seconds: number,
  tasks: number | ((worker: SimulatedWorker) => void),
) {
  for (let second = 0; second < seconds; second += 1) {
    stream.pass(1, tasks);
    const { confirmedStarts, provisionalStarts } = stream.report();
    expect([stream.now - start, confirmedStarts, provisionalStarts]).toEqual([stream.now - start, 0, 0]);
  }
}

describe('no loss is', () => {
  it('what a worker did before we came', () => {
    const stream = watched(new SimulatedWorker({ processed: 50_000, totals: { 'app.add': 50_000 } }));
    passQuietly(stream, 20, 3);
  });

  it('what a worker did before it restarted', () => {
    const stream = watched();
    stream.pass(1.1, 5);
    stream.send([stream.workers[0]!.beat(stream.now, 'worker-offline')]);
    const next = new SimulatedWorker({ pid: 101, clock: 1, begun: stream.now });
    stream.workers.splice(0, 1, next);
    stream.answering.add(next);
    stream.send([next.beat(stream.now, 'worker-online')]);
    passQuietly(stream, 30, 5);
    expect(stream.worker()).toMatchObject({ knowledge: 'compared', processes: 2 });
  });

  it('what a worker did before it was killed and came back with the same pid, as in a container', () => {
    const stream = watched(new SimulatedWorker({ pid: 1 }));
    for (let turn = 0; turn < 3; turn += 1) {
      const next = new SimulatedWorker({ pid: 1, clock: 1, begun: stream.now });
      stream.workers.splice(0, 1, next);
      stream.answering.add(next);
      stream.send([next.beat(stream.now, 'worker-online')]);
      passQuietly(stream, 15, 5);
    }
    expect(stream.worker()).toMatchObject({ knowledge: 'compared' });
  });

  it('a worker that lost its broker and said online again with its old count', () => {
    const stream = watched();
    stream.send([stream.workers[0]!.beat(stream.now, 'worker-offline')]);
    stream.now += 20;
    stream.send([stream.workers[0]!.beat(stream.now, 'worker-online')]);
    passQuietly(stream, 20, 5);
  });

  it('what a worker without -E runs, which is said instead', () => {
    const worker = new SimulatedWorker();
    worker.sendsEvents = false;
    const stream = watched(worker);
    passQuietly(stream, 20, 5);
    expect(stream.worker()).toMatchObject({ knowledge: 'off', events: 0 });

    stream.cut();
    stream.pass(10, 5);
    stream.reconnect();
    passQuietly(stream, 20, 5);
  });

  it.each([0.3, 1, 2.7, 5, 30])('what ran while events were switched off for %d s', (seconds) => {
    const stream = watched();
    const [worker] = stream.workers;
    for (let turn = 0; turn < 3; turn += 1) {
      worker!.sendsEvents = false;
      if (seconds < 4) stream.meter.commandSettled(switched('disable_events'));
      stream.pass(seconds, 5);
      worker!.sendsEvents = true;
      if (seconds < 4) stream.meter.commandSettled(switched('enable_events'));
      passQuietly(stream, 20, 5);
    }
    expect(stream.worker()).toMatchObject({ knowledge: 'compared' });
  });

  it('what ran after events were switched off while we were deaf', () => {
    const stream = watched();
    stream.cut();
    stream.workers[0]!.sendsEvents = false;
    stream.pass(10, 5);
    stream.reconnect();
    stream.pass(10, 5);
    // All that is certain is that its events are off now.
    expect(stream.lost()).toEqual(nothing);
    expect(stream.worker()).toMatchObject({ knowledge: 'off' });
  });

  it('what a type runs that sends no events, which is said by name and number', () => {
    const stream = watched();
    const [worker] = stream.workers;
    worker!.silentTypes.add('app.silent');
    const both = (): void => {
      worker!.run(stream.now);
      worker!.run(stream.now, 'app.silent');
    };
    passQuietly(stream, 60, both);
    expect(stream.worker()).toMatchObject({ silentTypes: ['app.silent'], knowledge: 'compared' });
    expect(stream.worker().silentTasks).toBeGreaterThan(400);

    stream.cut();
    stream.pass(10, both);
    stream.reconnect();
    stream.pass(0.5, both);
    expect(stream.lost()).toEqual([0, 100]);
    stream.pass(30, both);
    expect(stream.lost()[0]).toBeGreaterThan(80);
    expect(stream.lost()[0]).toBeLessThanOrEqual(100);
  });

  it('the silence of a solo pool that runs a task', () => {
    const stream = watched(new SimulatedWorker({ pool: 'celery.concurrency.solo:TaskPool' }));
    stream.pass(1);
    for (let turn = 0; turn < 3; turn += 1) {
      stream.now += 60;
      passQuietly(stream, 3, 1);
    }
    expect(stream.report().gapCount).toBe(0);
  });

  it('the silence of the only worker when the next one starts', () => {
    const stream = watched();
    stream.workers.pop();
    stream.now += 30;
    const next = new SimulatedWorker({ pid: 101, clock: 1, begun: stream.now });
    stream.workers.push(next);
    stream.answering.add(next);
    stream.send([next.beat(stream.now, 'worker-online')]);
    passQuietly(stream, 20, 2);
    expect(stream.report().gapCount).toBe(0);
  });

  it('a task that is retried: each run is counted and started', () => {
    const stream = watched();
    const [worker] = stream.workers;
    passQuietly(stream, 30, () => {
      worker!.run(stream.now, 'app.flaky', 'task-retried');
      worker!.run(stream.now, 'app.flaky');
    });
    expect(stream.worker()).toMatchObject({ ratio: 3 });
  });

  it('an unknown task or one revoked in time, which fail or end without a start and are not counted', () => {
    const stream = watched();
    const [worker] = stream.workers;
    passQuietly(stream, 20, () => {
      worker!.tell('task-failed', stream.now, 'app.gone', { uuid: 'x', exception: "NotRegistered('x')" });
      worker!.tell('task-revoked', stream.now, 'app.late', { uuid: 'y', expired: true });
    });
  });

  it('the difference between two workers with one name', () => {
    const twins = [101, 102].map(
      (pid) => new SimulatedWorker({ pid, processed: pid * 1000, totals: { 'app.add': pid * 1000 } }),
    );
    const stream = watched(...twins);
    passQuietly(stream, 30, 3);
    expect(stream.worker()).toMatchObject({ processes: 2, knowledge: 'compared' });
  });

  it('the difference between two workers with one name and one pid, which is said instead', () => {
    for (const [processed, clock] of [
      [5000, 90_000],
      [5000, 3],
      [3, 90_000],
    ]) {
      const totals = { 'app.add': processed ?? 0 };
      const twins = [
        new SimulatedWorker({ pid: 1, processed: 100, totals: { 'app.add': 100 } }),
        new SimulatedWorker({ pid: 1, processed: processed ?? 0, clock: clock ?? 0, totals }),
      ];
      const stream = watched(...twins);
      passQuietly(stream, 90, 3);
      expect(stream.worker()).toMatchObject({ knowledge: 'shared-name' });
    }
  });

  it('a start whose clock is that of a heartbeat or whose flush comes a tick later', () => {
    const stream = watched();
    const [worker] = stream.workers;
    for (let turn = 0; turn < 20; turn += 1) {
      for (let n = 0; n < 24; n += 1) worker!.run(stream.now);
      const late = worker!.flush();
      stream.send([worker!.beat(stream.now)]);
      stream.now += 1.9;
      stream.second();
      stream.send(late);
      stream.now += 0.1;
      expect(stream.lost()).toEqual(nothing);
    }
  });

  it('anything where events carry no clock, which is said instead', () => {
    const stream = watched();
    const strip = (event: Event): Event => {
      const { clock: _, ...rest } = event;
      return rest;
    };
    const [worker] = stream.workers;
    for (let turn = 0; turn < 30; turn += 1) {
      for (let n = 0; n < 5; n += 1) worker!.run(stream.now);
      stream.send([strip(worker!.beat(stream.now))]);
      stream.send(worker!.flush().map(strip));
      stream.now += 2;
      stream.second();
      expect(stream.lost()).toEqual(nothing);
    }
    expect(stream.worker()).toMatchObject({ knowledge: 'no-clock' });
  });

  it('a heartbeat that answers a request, which counts nothing', () => {
    const stream = watched();
    const [worker] = stream.workers;
    const { lastBeat } = stream.worker();
    stream.send([worker!.event('worker-heartbeat', stream.now + 1, { freq: 5 })]);
    expect(stream.worker()).toMatchObject({ lastBeat });
    passQuietly(stream, 10, 3);
  });

  it.each([1e308, -1e308, -5, 0.5, Number.NaN, '12', 'x'.repeat(5000), null, [], {}, true, 2 ** 53, 9e15])(
    'the count %j',
    (processed) => {
      const stream = watched();
      const [worker] = stream.workers;
      for (let turn = 0; turn < 10; turn += 1) {
        stream.send([worker!.beat(stream.now, 'worker-heartbeat', { processed })]);
        passQuietly(stream, 3, 3);
      }
    },
  );

  it.each([2 ** 52, 1e9, 0, -3, 1e308, Number.NaN, 'soon', null])(
    'a heartbeat with the clock %j',
    (clock) => {
      const stream = watched();
      const [worker] = stream.workers;
      for (let turn = 0; turn < 5; turn += 1) {
        stream.send([{ ...worker!.beat(stream.now), clock } as unknown as Event]);
        passQuietly(stream, 5, 3);
      }
    },
  );

  it('anything that a worker does not explain because it does not answer, but for what a gap took', () => {
    const worker = new SimulatedWorker();
    worker.silentTypes.add('app.silent');
    const stream = new SimulatedStream([worker]);
    stream.answering.clear();
    passQuietly(stream, 60, () => {
      worker.run(stream.now);
      worker.run(stream.now, 'app.silent');
    });
    expect(stream.worker().unexplainedStarts).toBeGreaterThan(400);

    stream.cut();
    stream.pass(10, 3);
    stream.reconnect();
    stream.pass(60, 3);
    const [confirmed, provisional] = stream.lost();
    expect(confirmed).toBe(0);
    expect(provisional).toBeGreaterThanOrEqual(300);
  });

  it('a question too many: who has nothing to explain is not asked, and who never explains is asked ever less', () => {
    const stream = watched();
    stream.pass(600, 1);
    expect(stream.asked).toHaveLength(1);

    const worker = stream.workers[0]!;
    worker.silentTypes.add('app.silent');
    stream.pass(600, () => worker.run(stream.now, 'app.silent'));
    stream.pass(600, () => {
      worker.run(stream.now);
      worker.run(stream.now, 'app.silent');
    });
    expect(stream.asked.length).toBeLessThan(30);
  });

  it('anything in a stream of anything', () => {
    const value = fc.oneof(fc.jsonValue(), fc.double(), fc.constantFrom(1, 5, 1e15, -1, 'w1@sim', 100));
    const field = (name: string) => fc.record({ [name]: value }, { requiredKeys: [] });
    const names = ['hostname', 'pid', 'clock', 'processed', 'timestamp', 'freq', 'uuid', 'runtime', 'name'];
    const hostile = fc.tuple(
      fc.constantFrom('worker-heartbeat', 'worker-online', 'task-started', 'task-succeeded', 'task-received'),
      ...names.map(field),
    );
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 60 }), fc.array(value), (events, replies) => {
        const stream = watched();
        for (const [type, ...fields] of events) {
          stream.send([Object.assign({ hostname: 'w1@sim', pid: 100 }, ...fields, { type })]);
          stream.pass(0.3, 1);
        }
        for (const reply of replies) stream.meter.noteStats('w1@sim', reply, stream.now);
        for (const total of replies) {
          stream.meter.noteStats('w1@sim', { pid: 100, clock: '5', uptime: total, total }, stream.now);
        }
        stream.pass(5, 1);
        const { lostEvents, share, recentShare, events: seen } = stream.report();
        for (const figure of [lostEvents, share, recentShare, seen])
          expect(Number.isFinite(figure)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});

describe('a worker without heartbeats', () => {
  const success = (uuid: string, at: number, runtime: number): Event =>
    ({ type: 'task-succeeded', hostname: 'w1@sim', pid: 5, clock: 9, uuid, timestamp: at, runtime }) as Event;

  it('has lost at least the starts of tasks that end without one', () => {
    const stream = new SimulatedStream([]);
    const worker = new SimulatedWorker({ pid: 5 });
    stream.now += 100;
    for (let n = 0; n < 10; n += 1) {
      worker.run(stream.now);
      stream.send(worker.flush(), (event) => n < 3 && event.type === 'task-started');
    }
    expect(stream.lost()).toEqual([3, 0]);
    expect(stream.worker()).toMatchObject({ knowledge: 'no-heartbeats' });
  });

  it('is not blamed for tasks that began before we listened, nor for what its clock makes of them', () => {
    const stream = new SimulatedStream([]);
    stream.now += 100;
    stream.send([success('a', stream.now, 99.5), success('b', stream.now, 1000)]);
    stream.send([success('c', stream.now + 500, 120), success('d', stream.now - 500, 1)]);
    stream.send([success('e', stream.now, Number.NaN)]);
    expect(stream.lost()).toEqual(nothing);
  });

  it('is not blamed for tasks that were forgotten here', () => {
    const stream = new SimulatedStream([], { maxTasks: 5 });
    const worker = new SimulatedWorker({ pid: 5 });
    stream.now += 100;
    const ends: Event[] = [];
    for (let n = 0; n < 20; n += 1) {
      worker.run(stream.now);
      const [received, started, ended] = worker.flush();
      stream.send([received!, started!]);
      ends.push(ended!);
    }
    stream.send(ends);
    expect(stream.lost()).toEqual(nothing);
  });

  it('is asked for its totals every half minute, which show what a gap took', () => {
    const worker = new SimulatedWorker();
    const stream = new SimulatedStream([worker]);
    const pass = (seconds: number): void => {
      stream.pass(seconds, 2, ({ type }) => type === 'worker-heartbeat');
    };
    pass(120);
    expect(stream.lost()).toEqual(nothing);
    stream.cut();
    pass(10);
    stream.reconnect();
    pass(1);
    expect(stream.lost()).toEqual([0, 200]);
    pass(120);
    expect(stream.lost().reduce((sum, count) => sum + count)).toBe(200);
  });
});

describe('a worker that began while we were deaf', () => {
  it('has lost all that it ran until we heard again', () => {
    const stream = watched();
    stream.cut();
    stream.pass(5, 5);
    const next = new SimulatedWorker({ pid: 101, clock: 1, begun: stream.now });
    stream.workers.splice(0, 1, next);
    stream.answering.add(next);
    stream.pass(10, 5);
    stream.reconnect();
    stream.pass(0.5, 5);
    // What the old process did at its end is known to nobody.
    expect(stream.lost()).toEqual([0, 500]);
    stream.pass(10, 5);
    expect(stream.lost()).toEqual([500, 0]);
  });
});

function switched(method: string): Parameters<SimulatedStream['meter']['commandSettled']>[0] {
  const replies = [{ hostname: 'w1@sim', value: { ok: 'done' }, latencyMs: 1, expected: true }];
  return { method, replies } as unknown as Parameters<SimulatedStream['meter']['commandSettled']>[0];
}
