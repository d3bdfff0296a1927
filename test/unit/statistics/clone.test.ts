import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../../src/protocol/event.ts';
import { State } from '../../../src/state/state.ts';
import type { Reading } from '../../../src/statistics/reading.ts';
import { Statistics, type StatisticsOptions } from '../../../src/statistics/statistics.ts';
import { windows } from '../../../src/statistics/time-slots.ts';
import { start } from './run-events.ts';

const names = ['p.add', 'p.mul', 'p.div', 'p.pow'];

/** What comes after how many seconds: below 0 where our clock was set back. */
interface Step {
  readonly after: number;
  readonly event: Event;
}

const someSteps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    after: fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(0, 0.25, 1, 7) },
      { weight: 2, arbitrary: fc.integer({ min: 30, max: 1_500 }) },
      { weight: 1, arbitrary: fc.constantFrom(-2, -500, 90_000) },
    ),
    event: fc.record({
      type: fc
        .constantFrom('sent', 'received', 'started', 'succeeded', 'failed', 'retried', 'revoked', 'progress')
        .map((subject) => `task-${subject}`),
      uuid: fc.constantFrom(...'abcdef'),
      hostname: fc.constant('w1@example'),
      timestamp: fc.integer({ min: 0, max: 40 }).map((seconds) => start + seconds),
      clock: fc.constant(1),
      name: fc.option(fc.constantFrom(...names)),
      runtime: fc.oneof(fc.double({ min: 0, max: 1e4, noNaN: true }), fc.constant(null)),
    }) as fc.Arbitrary<Event>,
  }),
  { maxLength: 80 },
);

/** So few types and pages that some have to be counted with the others, or enough. */
const someOptions: fc.Arbitrary<StatisticsOptions> = fc.record({
  maxTypes: fc.constantFrom(1, 2, 3, 100),
  maxPages: fc.constantFrom(12, 30, 1_000),
});

/** As the monitor has them: a State, and statistics of what comes of its events. */
class Fed {
  readonly state: State;
  readonly statistics: Statistics;
  now: number;

  constructor(state: State, statistics: Statistics, now: number) {
    this.state = state;
    this.statistics = statistics;
    this.now = now;
  }

  take(steps: readonly Step[]): void {
    for (const { after, event } of steps) {
      this.now += after;
      this.statistics.note(this.state.event({ ...event, local_received: this.now }), this.now);
    }
  }

  clone(): Fed {
    return new Fed(this.state.clone(), this.statistics.clone(), this.now);
  }

  /** All that can be read, some of it later. */
  read(): unknown {
    const { statistics, now } = this;
    return [now, now + 200].map((at) => [
      [...statistics.types],
      windows.map((window) => [
        plain(statistics.overall(window, at)),
        plain(statistics.ofOthers(window, at)),
        names.map((name) => [
          plain(statistics.ofType(name, window, at)),
          statistics.spread(name, window, 4, at),
        ]),
      ]),
      names.map((name) => [statistics.startRate(name, at), statistics.usualRuntime(name)]),
    ]);
  }
}

function fed(options: StatisticsOptions): Fed {
  return new Fed(new State({ maxTasksInMemory: 4 }), new Statistics(options), start);
}

/** Percentiles are found when they are read. */
function plain(reading: Reading | undefined): unknown {
  return reading && { ...reading, run: { ...reading.run }, queueWait: { ...reading.queueWait } };
}

describe('a clone of Statistics', () => {
  it('goes on as the original does, and as those that were never cloned, whatever comes', () => {
    fc.assert(
      fc.property(someSteps, fc.nat(80), someOptions, (steps, cut, options) => {
        const original = fed(options);
        original.take(steps.slice(0, cut));
        const clone = original.clone();
        clone.take(steps.slice(cut));
        original.take(steps.slice(cut));
        const whole = fed(options);
        whole.take(steps);

        const expected = whole.read();
        expect(clone.read()).toEqual(expected);
        expect(original.read()).toEqual(expected);
      }),
      { numRuns: 400 },
    );
  });

  it('sees nothing of what the original takes in, nor the original of what the clone takes in', () => {
    fc.assert(
      fc.property(someSteps, someSteps, someSteps, someOptions, (first, theirs, ours, options) => {
        const original = fed(options);
        original.take(first);
        const [clone, untouched] = [original.clone(), original.clone()];
        original.take(theirs);
        const expected = untouched.read();
        expect(clone.read()).toEqual(expected);

        const [kept, same] = [original.clone(), original.clone()];
        kept.take(ours);
        expect(original.read()).toEqual(same.read());
      }),
    );
  });

  it('of more types than are kept has the same types and takes no more memory', () => {
    const original = fed({});
    for (let i = 0; i < 3_000; i += 1) {
      const event = { uuid: `t${i}`, hostname: 'w1@example', timestamp: start + i, clock: i };
      const name = `p.${i % 1_200}`;
      for (const type of ['task-received', 'task-started', 'task-succeeded'])
        original.take([{ after: 0.1, event: { ...event, type, name, runtime: i / 100 } }]);
    }

    const clone = original.clone();

    expect([...clone.statistics.types]).toEqual([...original.statistics.types]);
    expect(clone.statistics.bytes).toBeLessThanOrEqual(original.statistics.bytes);
    expect(plain(clone.statistics.overall('all', clone.now))).toEqual(
      plain(original.statistics.overall('all', original.now)),
    );
  });

  it('remembers which events came twice', () => {
    const original = fed({});
    const event = { type: 'task-started', uuid: 'a', hostname: 'w1@example', clock: 1 };
    const run = (at: number): Step => ({ after: 1, event: { ...event, timestamp: start + at } });
    original.take([run(1), run(2), run(3)]);

    const clone = original.clone();
    clone.take([run(2), run(1), run(4)]);

    expect(clone.statistics.overall('all', clone.now).started).toBe(4);
    expect(original.statistics.overall('all', clone.now).started).toBe(3);
  });
});
