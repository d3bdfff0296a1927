import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { happenings } from '../../../src/statistics/figures.ts';
import { windows } from '../../../src/statistics/time-slots.ts';
import { Counted, start } from './run-events.ts';

/** What is known of the type in the last five minutes: counts, and how many durations of each kind. */
function summary(counted: Counted, name: string): Record<string, number | undefined> {
  const reading = counted.statistics.ofType(name, '5m', counted.now);
  return {
    ...Object.fromEntries(happenings.map((happening) => [happening, reading?.[happening]])),
    run: reading?.run.count,
    workerWait: reading?.workerWait.count,
    queueWait: reading?.queueWait.count,
  };
}

const nothing = {
  started: 0,
  succeeded: 0,
  failed: 0,
  retried: 0,
  revoked: 0,
  run: 0,
  workerWait: 0,
  queueWait: 0,
};

describe('a run', () => {
  it('is counted with how long it waited and ran', () => {
    const counted = new Counted();
    counted.event('task-sent', 'a', 0, { name: 'app.add', hostname: 'gen1@web' });
    counted.event('task-received', 'a', 2, { name: 'app.add' });
    counted.event('task-started', 'a', 5);
    counted.event('task-succeeded', 'a', 9.5, { runtime: 4 });

    expect(counted.statistics.ofType('app.add', '5m', counted.now)).toEqual({
      ...{ started: 1, succeeded: 1, failed: 0, retried: 0, revoked: 0 },
      seconds: 9.5,
      queueWait: { count: 1, p50: 2, p95: undefined, p99: undefined },
      workerWait: { count: 1, p50: 3, p95: undefined, p99: undefined },
      run: { count: 1, p50: 4, p95: undefined, p99: undefined },
      lastAt: start + 9.5,
    });
    expect(counted.statistics.overall('5m', counted.now)).toEqual(
      counted.statistics.ofType('app.add', '5m', counted.now),
    );
  });

  it('that fails, is retried or revoked is counted as such and has no run time', () => {
    const counted = new Counted();
    for (const [uuid, end] of Object.entries({ a: 'failed', b: 'retried', c: 'revoked' })) {
      counted.event('task-received', uuid, 0, { name: 'app.add' });
      counted.event('task-started', uuid, 0);
      counted.event(`task-${end}`, uuid, 1, { exception: "ValueError('x')" });
    }

    const expected = { ...nothing, started: 3, failed: 1, retried: 1, revoked: 1, workerWait: 3 };
    expect(summary(counted, 'app.add')).toEqual(expected);
  });

  it('does not count its eta as a wait, neither in the worker nor in a broker that keeps it that long', () => {
    const counted = new Counted();
    const eta = new Date((start + 60) * 1000).toISOString().replace('Z', '+00:00');
    counted.event('task-sent', 'a', 0, { name: 'held', eta });
    counted.event('task-received', 'a', 0.5, { name: 'held', eta });
    counted.event('task-started', 'a', 60.25);
    counted.event('task-sent', 'b', 0, { name: 'kept', eta });
    counted.event('task-received', 'b', 62, { name: 'kept', eta });
    counted.event('task-started', 'b', 63);

    const waits = ['held', 'kept'].map((name) => {
      const reading = counted.statistics.ofType(name, '5m', counted.now);
      return [reading?.queueWait.p50, reading?.workerWait.p50];
    });
    expect(waits).toEqual([
      [0.5, 0.25],
      [2, 1],
    ]);
  });

  it('takes an eta that is no time for none', () => {
    const counted = new Counted();
    for (const [uuid, eta] of Object.entries({ a: 'soon', b: 7, c: '9'.repeat(99), d: null })) {
      counted.event('task-received', uuid, 0, { name: 'app.add', eta });
      counted.event('task-started', uuid, 3);
    }

    const wait = counted.statistics.ofType('app.add', '5m', counted.now)?.workerWait;
    expect(wait).toMatchObject({ count: 4, p50: 3 });
  });

  it('waits about nothing where clocks that differ make it start before it was sent', () => {
    const counted = new Counted();
    counted.event('task-sent', 'a', 10, { name: 'app.add' });
    counted.event('task-received', 'a', 7, { name: 'app.add' }, 10);

    expect(counted.statistics.ofType('app.add', '5m', counted.now)?.queueWait).toMatchObject({
      count: 1,
      p50: 0,
    });
  });

  it('has no wait in the queue unless its sender told', () => {
    const counted = new Counted();
    counted.run('a', 'app.add', 0, 1);

    expect(summary(counted, 'app.add')).toMatchObject({ workerWait: 1, queueWait: 0 });
  });

  it('is measured once, whatever the order in which its events arrive', () => {
    const events = [
      ['task-sent', 0, { name: 'app.add' }],
      ['task-received', 1, { name: 'app.add' }],
      ['task-started', 3, {}],
      ['task-succeeded', 5, { runtime: 2 }],
    ] as const;
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), (order) => {
        const counted = new Counted();
        for (const place of order) {
          const [type, at, fields] = events[place] ?? events[0];
          counted.event(type, 'a', at, { name: 'app.add', ...fields }, 5);
        }

        const reading = counted.statistics.ofType('app.add', '5m', counted.now);
        expect(summary(counted, 'app.add')).toEqual({
          ...nothing,
          ...{ started: 1, succeeded: 1, run: 1, workerWait: 1, queueWait: 1 },
        });
        expect([reading?.queueWait.p50, reading?.workerWait.p50, reading?.run.p50]).toEqual([1, 2, 2]);
      }),
    );
  });

  it('is counted once, however often and however late its events are delivered again', () => {
    const events = [
      ['task-sent', 0],
      ['task-received', 1],
      ['task-started', 2],
      ['task-retried', 3],
      ['task-sent', 3.5],
      ['task-received', 4],
      ['task-started', 5],
      ['task-failed', 6],
    ] as const;
    // After each event, some of those that have been, in any order.
    const again = fc.array(fc.array(fc.nat(7), { maxLength: 5 }), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(again, (repeats) => {
        const counted = new Counted();
        for (const [place, [type, at]] of events.entries()) {
          counted.event(type, 'a', at, { name: 'app.add' }, 6);
          for (const choice of repeats[place] ?? []) {
            const [repeated, then] = events[choice % (place + 1)] ?? events[0];
            counted.event(repeated, 'a', then, { name: 'app.add' }, 6);
          }
        }

        const { workerWait, queueWait, ...counts } = summary(counted, 'app.add');
        expect(counts).toMatchObject({ started: 2, retried: 1, failed: 1, succeeded: 0, run: 0 });
        expect(Math.max(workerWait ?? 0, queueWait ?? 0)).toBeLessThanOrEqual(2);
      }),
    );
  });

  it('that follows a retry is a run of its own, on whatever clock its worker is', () => {
    for (const drift of [0, -30, 30]) {
      const counted = new Counted();
      counted.event('task-received', 'a', 1, { name: 'app.add' });
      counted.event('task-started', 'a', 2);
      // As Celery has been seen to send them: the next run is received before the retry is told.
      counted.event('task-received', 'a', 4 + drift, { name: 'app.add', hostname: 'celery@w2' }, 4);
      counted.event('task-retried', 'a', 3, {}, 4);
      counted.event('task-started', 'a', 5 + drift, { hostname: 'celery@w2' }, 5);
      counted.event('task-succeeded', 'a', 9 + drift, { hostname: 'celery@w2', runtime: 4 }, 9);

      expect(summary(counted, 'app.add')).toMatchObject({ started: 2, retried: 1, succeeded: 1, run: 1 });
    }
  });

  it('does not take the sending or the receipt of an earlier run for its own', () => {
    const counted = new Counted();
    counted.event('task-sent', 'a', 0, { name: 'app.add' });
    counted.event('task-received', 'a', 1, { name: 'app.add' });
    counted.event('task-started', 'a', 2);
    counted.event('task-retried', 'a', 3);
    counted.event('task-received', 'a', 100, { name: 'app.add' });
    counted.event('task-retried', 'a', 200);
    counted.event('task-started', 'a', 300);
    counted.event('task-started', 'a', 301);

    const reading = counted.statistics.ofType('app.add', '15m', counted.now);
    expect(reading?.queueWait.count).toBe(1);
    expect(reading?.workerWait.count).toBe(2);
  });
});

describe('the statistics', () => {
  it('change nothing for events of workers, of unknown kinds and without what they need', () => {
    const counted = new Counted();
    counted.run('a', 'app.add', 0, 1);
    const before = counted.statistics.overall('all', counted.now);
    counted.event('worker-heartbeat', 'a', 1, {}, 0.02);
    counted.event('task-progress', 'a', 1, {}, 0.02);
    counted.event('task-succeeded', '', 1, { hostname: 7 as unknown as string }, 0.02);
    counted.statistics.note(undefined, counted.now);

    expect(counted.statistics.overall('all', counted.now)).toEqual(before);
  });

  it('survive times and run times of any size and type', () => {
    const counted = new Counted();
    const values = [Infinity, -Infinity, 1e308, -1, 0, 'x', null, undefined] as number[];
    for (const [place, value] of values.entries()) {
      const fields = { name: 'app.add', runtime: value, received: value, started: value };
      for (const type of ['sent', 'received', 'started', 'succeeded']) {
        counted.event(`task-${type}`, `t${place}`, value, fields, place);
      }
      counted.statistics.note(counted.state.event({ type: 'task-started', uuid: 'z', hostname: 'w' }), value);
    }

    expect(counted.statistics.overall('all', counted.now).succeeded).toBe(values.length);
  });

  it('forget what has left a window, to the minute, and keep it in the longer ones', () => {
    const counted = new Counted();
    for (let n = 0; n < 20; n += 1) counted.run(`slow${n}`, 'app.add', 0, 10);
    for (let n = 0; n < 20; n += 1) counted.run(`quick${n}`, 'app.add', 400, 1);
    const p95 = (seconds: number): (number | undefined)[] =>
      windows.map((window) => counted.statistics.ofType('app.add', window, start + seconds)?.run.p95);

    expect(p95(401)).toEqual([1, 10, 10, 10]);
    expect(p95(900)).toEqual([undefined, 10, 10, 10]);
    expect(p95(1_200)).toEqual([undefined, 1, 10, 10]);
    expect(p95(4_500)).toEqual([undefined, undefined, undefined, 10]);
  });

  it('claim no tail of a distribution of which too little was seen', () => {
    const counted = new Counted();
    for (let n = 0; n < 9; n += 1) counted.run(`t${n}`, 'app.add', 0, 1);
    const run = () => counted.statistics.ofType('app.add', '5m', counted.now)?.run;
    expect(run()).toEqual({ count: 9, p50: 1, p95: undefined, p99: undefined });

    counted.run('t9', 'app.add', 0, 1);
    expect(run()).toEqual({ count: 10, p50: 1, p95: 1, p99: 1 });
  });

  it('divide by the time that was looked at', () => {
    const counted = new Counted();
    for (let second = 0; second < 30; second += 1) counted.run(`t${second}`, 'app.add', second, 1);
    const rate = (seconds: number): number => counted.statistics.startRate('app.add', start + seconds);

    expect(rate(29)).toBeCloseTo(1, 1);
    expect(rate(60)).toBeCloseTo(0.5, 2);
    expect(counted.statistics.overall('1h', start + 60).seconds).toBe(60);
    expect(counted.statistics.startRate('app.other', start + 60)).toBe(0);
  });

  it('go on at once when the clock is set back by a day, and when it is set forward', () => {
    const counted = new Counted();
    counted.run('a', 'app.add', 0, 1);
    counted.run('b', 'app.add', -86_400, 1);
    expect(counted.statistics.ofType('app.add', '5m', counted.now)?.succeeded).toBe(2);

    const later = -86_400 + 600;
    counted.run('c', 'app.add', later, 1);
    expect(counted.statistics.ofType('app.add', '5m', counted.now)?.succeeded).toBe(1);
    counted.run('d', 'app.add', 86_400, 1);
    expect(counted.statistics.ofType('app.add', '5m', counted.now)?.succeeded).toBe(1);
    expect(counted.statistics.ofType('app.add', 'all', counted.now)?.succeeded).toBe(4);
  });

  it('count types beyond their limit with the others, those unused for longest first, and lose nothing', () => {
    const counted = new Counted({ maxTypes: 32 });
    counted.run('kept', 'app.kept', 0, 1);
    counted.run('gone', 'app.gone', 1, 1);
    for (let n = 0; n < 60; n += 1) {
      counted.run(`t${n}`, `invented${n}`, 2 + n, 1);
      counted.run(`k${n}`, 'app.kept', 2 + n, 1);
    }
    counted.event('task-failed', 'unnamed', 70);

    const { statistics, now } = counted;
    const names = [...statistics.types];
    expect(names).toContain('app.kept');
    expect(names).not.toContain('app.gone');
    expect(names.length).toBeLessThanOrEqual(32);
    for (const window of windows) {
      const parts = [
        ...names.map((name) => statistics.ofType(name, window, now)),
        statistics.ofOthers(window, now),
      ];
      const total = statistics.overall(window, now);
      expect(total).toMatchObject({ succeeded: 122, failed: 1 });
      for (const happening of happenings) {
        expect(parts.reduce((sum, part) => sum + (part?.[happening] ?? 0), 0)).toBe(total[happening]);
      }
      for (const measure of ['run', 'workerWait', 'queueWait'] as const) {
        expect(parts.reduce((sum, part) => sum + (part?.[measure].count ?? 0), 0)).toBe(total[measure].count);
      }
    }
  });

  it('tell nothing of another type to whoever reads a type late that is no longer kept', () => {
    const counted = new Counted({ maxTypes: 16 });
    for (let n = 0; n < 10; n += 1) counted.run(`g${n}`, 'app.gone', 0, 9);
    const { statistics } = counted;
    const late = statistics.ofType('app.gone', '5m', counted.now);
    const early = statistics.ofType('app.gone', '5m', counted.now);
    expect(early?.run.p95).toBe(9);
    for (let n = 0; n < 40; n += 1) counted.run(`t${n}`, `invented${n}`, 1 + n, 1);

    expect(late?.run).toEqual({ count: 0, p50: undefined, p95: undefined, p99: undefined });
    expect(early?.run.p95).toBe(9);
  });

  it('make room in the same way when durations of all sizes have used up the memory', () => {
    const counted = new Counted({ maxPages: 6_000 });
    for (let n = 0; n < 30_000; n += 1) {
      const at = n / 10;
      counted.event('task-succeeded', `t${n}`, at, {
        name: `app.t${n % 200}`,
        runtime: 1.37 ** (n % 93) / 1e6,
      });
    }

    const { statistics, now } = counted;
    const all = statistics.overall('all', now);
    const kept = [...statistics.types].map((name) => statistics.ofType(name, 'all', now)?.run.count ?? 0);
    const others = statistics.ofOthers('all', now).run.count;
    expect(others).toBeGreaterThan(0);
    expect(kept.reduce((sum, count) => sum + count, others)).toBe(30_000);
    expect(all.run.count).toBe(30_000);
    expect(statistics.bytes).toBeLessThanOrEqual(6_000 * 136);
  });
});

describe('the usual run time', () => {
  it('is not claimed while fewer than 20 runs have succeeded', () => {
    const counted = new Counted();
    for (let n = 0; n < 19; n += 1) counted.run(`t${n}`, 'few', 0, 1);
    for (let n = 1; n <= 100; n += 1) counted.run(`m${n}`, 'many', 0, n);

    const { statistics } = counted;
    expect(['few', 'none'].map((name) => statistics.usualRuntime(name))).toEqual([undefined, undefined]);
    expect(statistics.usualRuntime('many')).toBeGreaterThanOrEqual(99);
    expect(statistics.usualRuntime('many')).toBeLessThanOrEqual(100);
  });

  it('is looked up again after a while, not for every task that asks', () => {
    const counted = new Counted();
    for (let n = 0; n < 20; n += 1) counted.run(`t${n}`, 'app.add', 0, 1);
    expect(counted.statistics.usualRuntime('app.add')).toBe(1);
    for (let n = 0; n < 20; n += 1) counted.run(`l${n}`, 'app.add', 1, 3);
    expect(counted.statistics.usualRuntime('app.add')).toBe(1);

    counted.run('later', 'app.add', 7, 3);
    expect(counted.statistics.usualRuntime('app.add')).toBe(3);
  });

  it('is that of the last hour, and of all the time for a type that rarely runs', () => {
    const counted = new Counted();
    for (const name of ['busy', 'rare'])
      for (let n = 0; n < 20; n += 1) counted.run(`${name}${n}`, name, 0, 9);
    for (let n = 0; n < 20; n += 1) counted.run(`now${n}`, 'busy', 5_000, 2);

    expect(['busy', 'rare'].map((name) => counted.statistics.usualRuntime(name))).toEqual([2, 9]);
  });
});
