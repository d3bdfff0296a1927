import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../../src/protocol/event.ts';
import { State } from '../../../src/state/state.ts';
import type { StateOptions } from '../../../src/state/state-options.ts';
import { seeded } from '../../support/seeded.ts';
import { capturedEvents, uuids, withReceiverClocks } from './celery-dump.ts';
import { someEvents } from './random-events.ts';
import { disturbed } from './random-streams.ts';
import { taskEvent, workerEvent } from './sample-events.ts';
import { wholeState } from './whole-state.ts';

/** What can be done to a State, in turn with events. */
type Step = Event | 'clear' | 'clear all' | 'clear ready tasks' | 'rebuild';

const malformed = { type: 'task-started', hostname: 'w1@example' } as Event;

const someSteps = fc
  .tuple(
    someEvents,
    fc.array(
      fc.tuple(
        fc.nat(60),
        fc.constantFrom<Step>('clear', 'clear all', 'clear ready tasks', 'rebuild', malformed),
      ),
      { maxLength: 3 },
    ),
  )
  .map(([events, others]) => {
    const steps: Step[] = [...events];
    for (const [place, step] of others) steps.splice(place, 0, step);
    return steps;
  });

/** Small, so that tasks and workers have to go all the time, or so large that none does. */
const someOptions = fc.record({
  maxTasksInMemory: fc.constantFrom(1, 2, 3, 5, 100),
  maxWorkersInMemory: fc.constantFrom(1, 2, 100),
  maxBytesInMemory: fc.oneof(
    fc.constant(undefined),
    fc.integer({ min: 1, max: 20_000 }),
    fc.constant(1_000_000_000),
  ),
  forgetsWorkers: fc.boolean(),
});
type SomeOptions = typeof someOptions extends fc.Arbitrary<infer Value> ? Value : never;

function optionsOf(given: SomeOptions, told: string[]): StateOptions<State> {
  const { maxBytesInMemory, forgetsWorkers, ...limits } = given;
  return {
    ...limits,
    ...(maxBytesInMemory === undefined ? {} : { maxBytesInMemory }),
    ...listenersOf(forgetsWorkers, told),
  };
}

function listenersOf(forgetsWorkers: boolean, told: string[]): StateOptions<State> {
  return {
    onNodeJoin: ({ hostname }) => told.push(`join ${hostname}`),
    onDrift: ({ hostname }, seconds) => told.push(`drift ${hostname} ${seconds}`),
    ...(forgetsWorkers ? { onNodeLeave: ({ hostname }) => told.push(`leave ${hostname}`) } : {}),
  };
}

function take(state: State, steps: readonly Step[]): void {
  for (const step of steps) {
    if (step === 'clear') state.clear();
    else if (step === 'clear all') state.clear(false);
    else if (step === 'clear ready tasks') state.clearTasks();
    else if (step === 'rebuild') state.rebuildTaskHeap();
    else state.event(step);
  }
}

/** Every object of a State that changes in place. */
function recordsOf(state: State): unknown[] {
  const tasks = [...state.tasks.values()];
  return [
    ...tasks,
    ...tasks.flatMap(({ children, parent, root }) => [...children, parent, root]),
    ...tasks.flatMap(({ workerRecord, typeGroup, stateGroup }) => [workerRecord, typeGroup, stateGroup]),
    ...tasks.map(({ family }) => family),
    ...[...state.workers.values()].flatMap((worker) => [worker, worker.heartbeats, worker.group]),
  ].filter((record) => record !== undefined);
}

describe('a clone of a State', () => {
  it('goes on as the original does, and as one that was never cloned, whatever comes', () => {
    fc.assert(
      fc.property(someSteps, fc.nat(60), someOptions, (steps, cut, given) => {
        const told: Record<'original' | 'clone' | 'whole', string[]> = { original: [], clone: [], whole: [] };
        const original = new State(optionsOf(given, told.original));
        take(original, steps.slice(0, cut));
        const before = told.original.length;
        const clone = original.clone(listenersOf(given.forgetsWorkers, told.clone));
        expect(wholeState(clone)).toEqual(wholeState(original));

        take(clone, steps.slice(cut));
        take(original, steps.slice(cut));
        const whole = new State(optionsOf(given, told.whole));
        take(whole, steps);

        expect(wholeState(clone)).toEqual(wholeState(whole));
        expect(wholeState(original)).toEqual(wholeState(whole));
        expect(told.clone).toEqual(told.whole.slice(before));
        expect(told.original).toEqual(told.whole);
      }),
      { numRuns: 500 },
    );
  });

  it('sees nothing of what the original takes in, nor the original of what the clone takes in', () => {
    fc.assert(
      fc.property(someSteps, someSteps, someSteps, someOptions, (first, theirs, ours, given) => {
        const original = new State(optionsOf(given, []));
        take(original, first);
        const clone = original.clone();
        const atFirst = wholeState(original);

        take(original, theirs);
        expect(wholeState(clone)).toEqual(atFirst);

        const then = wholeState(original);
        take(clone, ours);
        expect(wholeState(original)).toEqual(then);
      }),
      { numRuns: 300 },
    );
  });

  it('shares no record with the original, also after both went on', () => {
    fc.assert(
      fc.property(someSteps, someSteps, someOptions, (first, after, given) => {
        const original = new State(optionsOf(given, []));
        take(original, first);
        const clone = original.clone();
        const known = new Set([...recordsOf(original), ...recordsOf(clone)]).size;
        expect(known).toBe(new Set(recordsOf(original)).size + new Set(recordsOf(clone)).size);

        take(original, after);
        take(clone, after);

        const theirs = new Set(recordsOf(original));
        expect(recordsOf(clone).filter((record) => theirs.has(record))).toEqual([]);
        for (const task of clone.tasks.values()) {
          if (task.parent !== undefined) expect(clone.tasks.get(task.parent.uuid)).toBe(task.parent);
          for (const child of task.children) expect(clone.tasks.get(child.uuid)).toBe(child);
        }
      }),
    );
  });

  it('can itself be cloned, and outlives the original', () => {
    fc.assert(
      fc.property(fc.array(someSteps, { minLength: 2, maxLength: 4 }), someOptions, (parts, given) => {
        const whole = new State(optionsOf(given, []));
        let latest = new State(optionsOf(given, []));
        for (const part of parts) {
          const next = latest.clone();
          latest.clear(false);
          latest = next;
          take(latest, part);
          take(whole, part);
        }

        expect(wholeState(latest)).toEqual(wholeState(whole));
      }),
    );
  });

  it.each([
    { withoutClocks: false, limits: { maxTasksInMemory: 1_500 } },
    { withoutClocks: true, limits: { maxTasksInMemory: 1_500 } },
    { withoutClocks: false, limits: { maxTasksInMemory: 100_000 } },
    { withoutClocks: false, limits: { maxTasksInMemory: 1_500, maxBytesInMemory: 1_000_000 } },
  ])('is exact beyond one page of everything: $withoutClocks, $limits', ({ withoutClocks, limits }) => {
    const events = disturbed(manyEvents(6_000), { seed: 7, reach: 500, withoutClocks });
    const cut = Math.floor(events.length * 0.7);
    const original = new State(limits);
    take(original, events.slice(0, cut));
    const clone = original.clone();
    const atCut = listsOf(original);
    expect(listsOf(clone)).toEqual(atCut);

    take(original, events.slice(cut));
    expect(listsOf(clone)).toEqual(atCut);
    take(clone, events.slice(cut));

    expect(listsOf(clone)).toEqual(listsOf(original));
  });

  it('is exact at every place tried of what real workers sent', () => {
    const events = withReceiverClocks([...capturedEvents('redis'), ...capturedEvents('amqp')]);
    const whole = new State({ maxTasksInMemory: 20 });
    take(whole, events);
    const original = new State({ maxTasksInMemory: 20 });
    for (let place = 0; place < events.length; place += 17) {
      const clone = original.clone();
      take(clone, events.slice(place));
      expect(JSON.stringify(wholeState(clone))).toBe(JSON.stringify(wholeState(whole)));
      take(original, events.slice(place, place + 17));
    }
  });

  it('keeps the revision and what changed before it, however much that was', () => {
    const original = new State({ maxTasksInMemory: 100 });
    for (let i = 0; i < 70_000; i += 1) original.event(taskEvent('received', `t${i % 200}`));
    const clone = original.clone();

    expect(clone.revision).toBe(original.revision);
    for (const past of [3, 150, 65_536, 65_537]) {
      const changed = (state: State) => state.changedSince(original.revision - past)?.map(({ uuid }) => uuid);
      expect(changed(clone)).toEqual(changed(original));
    }
  });

  it('tells those that the original tells, unless others are given or taken away', () => {
    const told: string[] = [];
    const original = new State({
      callback: (state, { type }) => told.push(`${state === original ? 'original' : 'clone'} ${type}`),
      onNodeJoin: () => told.push('join'),
      onNodeLeave: () => told.push('leave'),
      now: () => 7,
    });
    original.handlers.set('order', (subject) => {
      told.push(`order ${subject}`);
      return undefined;
    });

    original.clone().event(workerEvent('online', 'w1@example'));
    original.clone().event({ type: 'order-placed' } as Event);
    expect(told.splice(0)).toEqual(['clone worker-online', 'join', 'clone order-placed', 'order placed']);

    const quiet = original.clone({
      callback: undefined,
      onNodeJoin: () => told.push('other'),
      onNodeLeave: undefined,
    });
    quiet.handlers.clear();
    quiet.event(workerEvent('online', 'w1@example'));
    quiet.event(workerEvent('offline', 'w1@example'));
    expect(quiet.event({ type: 'order-placed' } as Event)).toBeUndefined();
    expect(told).toEqual(['other']);
    expect([...quiet.workers.keys()]).toEqual(['w1@example']);
    expect(original.handlers.size).toBe(1);
  });

  it('of a State that stands still is what that shows, and does not stand still', () => {
    const state = new State();
    state.event(taskEvent('received', 'a'));
    const clone = state.freezeWhile(() => {
      state.event(taskEvent('received', 'waiting'));
      return state.clone();
    });

    expect([...clone.tasks.keys()]).toEqual(['a']);
    clone.event(taskEvent('received', 'b'));
    expect([...clone.tasks.keys()]).toEqual(['a', 'b']);
    expect([...state.tasks.keys()]).toEqual(['a', 'waiting']);
  });
});

/**
 * Tasks of workflows from some workers that start anew at times, in order, often some with one clock; every hundredth has
 * a uuid that is told apart by its beginning only.
 */
function manyEvents(tasks: number): Event[] {
  const random = seeded(3);
  return Array.from({ length: tasks }, (_, i) => {
    const uuid = i % 100 === 0 ? `${String(i).padStart(6, '0')}-same-end-of-all` : `task-${i}`;
    const hostname = `w${i % 7}@example`;
    const [clock, pid] = [1 + Math.floor(i / 5), 100 + Math.floor(i / 1_000)];
    const call = { name: `p.${i % 13}`, root_id: `task-${i - (i % 10)}`, parent_id: parentOf(i) };
    const end = random() < 0.2 ? 'failed' : 'succeeded';
    return [
      ...(i % 200 === 0 ? [workerEvent('heartbeat', hostname, { pid })] : []),
      taskEvent('received', uuid, { hostname, clock, ...call }),
      taskEvent('started', uuid, { hostname, clock: clock + 1 }),
      taskEvent(end, uuid, { hostname, clock: clock + 2, result: `${i}`, more: [i] }),
    ];
  }).flat();
}

function parentOf(task: number): string | null {
  return task % 10 === 0 ? null : `task-${task - 1}`;
}

/** Of many tasks: all that is quick to read. */
function listsOf(state: State): Record<string, unknown> {
  return {
    ...{ revision: state.revision, evictions: state.evictions, counted: [...state.countByState()] },
    ...{ bytes: state.bytesInMemory, shed: { ...state.shed } },
    tasks: [...state.tasks.values()].map((task) => [
      ...[task.slot, task.revision, task.origin, JSON.stringify(task)],
      ...[task.family?.parentUuid, ...uuids(task.children)],
    ]),
    newest: uuids(state.tasksByTime()),
    oldest: uuids(state.tasksByTime({ reverse: false })),
    byType: uuids(state.tasksByType('p.3')),
    byWorker: uuids(state.tasksByWorker('w3@example')),
    changed: uuids(state.changedSince(0) ?? []),
    workers: JSON.stringify([...state.workers.values()]),
  };
}
