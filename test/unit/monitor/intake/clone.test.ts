import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CommandEntry } from '../../../../src/monitor/command-log.ts';
import { IntakeMeter } from '../../../../src/monitor/intake/intake-meter.ts';
import { LamportClock } from '../../../../src/protocol/lamport-clock.ts';
import { State } from '../../../../src/state/state.ts';
import { seeded } from '../../../support/seeded.ts';
import { SimulatedStream, SimulatedWorker, start } from './simulated-stream.ts';

/** One thing that a meter was told. */
type Told = (listener: Listener) => void;

interface Recording {
  readonly told: Told[];
  /** How much had been told when the connection was lost or came back, a reply came, or events were switched. */
  readonly turns: number[];
}

/** A meter with the State and the clock that it looks at, and whom it asked. */
class Listener {
  readonly state: State;
  readonly meter: IntakeMeter;
  readonly clock: LamportClock;
  readonly asked: string[] = [];
  now: number = start;

  constructor(state: State, clock: LamportClock, meter?: IntakeMeter) {
    this.state = state;
    this.clock = clock;
    const options = {
      state,
      ownClock: () => clock.value,
      online: () => ['w0@sim', 'w1@sim', 'w2@sim', 'w3@sim'],
      askStats: (hostnames: readonly string[]) => this.asked.push(...hostnames),
    };
    this.meter = meter === undefined ? new IntakeMeter({ ...options, maxWorkers: 3 }) : meter.clone(options);
  }

  clone(): Listener {
    const copy = new Listener(this.state.clone(), new LamportClock(this.clock.value), this.meter);
    copy.now = this.now;
    return copy;
  }

  /** All that can be read, some of it later. */
  read(): unknown {
    const { meter, now } = this;
    return [
      [meter.report(now, 1), meter.recentShare(now + 100), meter.workerCount, meter.tick(now + 4)],
      [meter.lag.seconds, meter.lag.quietFor(now), meter.gaps.all, meter.gaps.count, meter.gaps.lostAtMs],
      meter.report(now + 4, 1),
    ];
  }
}

/** What a meter was told of a cluster that loses, falls silent, restarts and answers. */
function recorded(seed: number): Recording {
  const random = seeded(seed);
  const record: Recording = { told: [], turns: [] };
  const workers = Array.from(
    { length: 4 },
    (_, i) =>
      new SimulatedWorker({
        ...{ hostname: `w${i}@sim`, pid: i === 3 ? null : 100, processed: Math.floor(random() * 50) },
        pool: `celery.concurrency.${['prefork', 'thread', 'solo'][i % 3]}:TaskPool`,
      }),
  );
  workers[1]?.silentTypes.add('app.silent');
  const stream = new SimulatedStream(workers);
  spyOn(stream, record);
  const drop = (): boolean => random() < 0.05;
  for (let part = 0; part < 10; part += 1) {
    const what = random();
    const worker = workers[Math.floor(random() * 4)];
    if (what < 0.2) stream.cut();
    else if (stream.isCut) stream.reconnect();
    else if (what < 0.35) stream.askStats();
    else if (what < 0.45) stream.now += 20;
    else if (what < 0.55 && worker !== undefined) restart(worker, stream);
    else if (what < 0.6) switchEvents(stream, worker);
    // Its own clock is put back.
    else if (what < 0.7 && worker !== undefined) worker.skew -= 3;
    stream.pass(0.5 + random() * 6, runSome(random), drop);
  }
  return record;
}

function runSome(random: () => number): (worker: SimulatedWorker) => void {
  return (worker) => {
    if (random() < 0.6) worker.run(start, random() < 0.3 ? 'app.silent' : 'app.add');
  };
}

function restart(worker: SimulatedWorker, stream: SimulatedStream): void {
  worker.processed = 0;
  worker.clock += 5;
  stream.send([worker.beat(stream.now, 'worker-online')]);
}

function switchEvents(stream: SimulatedStream, worker: SimulatedWorker | undefined): void {
  const replies = [{ hostname: worker?.hostname }];
  stream.meter.commandSettled({ method: 'disable_events', replies } as unknown as CommandEntry);
}

/** Writes down all that the stream tells its meter. */
function spyOn({ meter }: SimulatedStream, { told, turns }: Recording): void {
  const heard = <Name extends 'noteStats' | 'deaf' | 'listening' | 'commandSettled' | 'askTotals' | 'tick'>(
    name: Name,
  ): void => {
    const original = meter[name].bind(meter) as (...given: unknown[]) => never;
    meter[name] = ((...given: unknown[]) => {
      told.push((listener) => (listener.meter[name] as (...given: unknown[]) => unknown)(...given));
      if (name !== 'tick' && name !== 'askTotals') turns.push(told.length);
      return original(...given);
    }) as IntakeMeter[Name];
  };
  for (const name of ['noteStats', 'deaf', 'listening', 'commandSettled', 'askTotals', 'tick'] as const)
    heard(name);
  const noteEvent = meter.noteEvent.bind(meter);
  meter.noteEvent = (event, received) => {
    told.push((listener) => {
      listener.now = received;
      listener.clock.adjust(event.clock ?? 0);
      listener.state.event(event);
      listener.meter.noteEvent(event, received);
    });
    noteEvent(event, received);
  };
}

function tell(listener: Listener, told: readonly Told[]): void {
  for (const each of told) each(listener);
}

const someShare = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('a clone of an IntakeMeter', () => {
  it('goes on as the original does, and as one that was never cloned; neither sees what the other is told', () => {
    fc.assert(
      fc.property(fc.integer(), someShare, fc.boolean(), (seed, share, atTurn) => {
        const { told, turns } = recorded(seed);
        const anywhere = Math.floor(told.length * share);
        const cut = atTurn ? (turns[Math.floor(turns.length * share)] ?? anywhere) : anywhere;
        const original = new Listener(new State(), new LamportClock());
        tell(original, told.slice(0, cut));
        const before = original.asked.length;
        const [clone, kept] = [original.clone(), original.clone()];
        tell(clone, told.slice(cut));
        const half = new Listener(new State(), new LamportClock());
        tell(half, told.slice(0, cut));
        expect(kept.read()).toEqual(half.read());

        tell(original, told.slice(cut));
        const whole = new Listener(new State(), new LamportClock());
        tell(whole, told);

        expect(clone.asked).toEqual(whole.asked.slice(before));
        expect(original.asked).toEqual(whole.asked);
        const expected = whole.read();
        expect(clone.read()).toEqual(expected);
        expect(original.read()).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });
});
