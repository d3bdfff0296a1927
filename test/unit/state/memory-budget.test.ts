import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/errors.ts';
import type { Event } from '../../../src/protocol/event.ts';
import { State } from '../../../src/state/state.ts';
import { uuids } from './celery-dump.ts';
import { someEvents } from './random-events.ts';
import { taskEvent, workerEvent } from './sample-events.ts';

const enough = 1_000_000_000;

function stateOf(maxBytesInMemory: number, ...events: Event[]): State {
  const state = new State({ maxBytesInMemory, maxTasksInMemory: 1_000_000 });
  for (const event of events) state.event(event);
  return state;
}

function bytesOf(...events: Event[]): number {
  return stateOf(enough, ...events).bytesInMemory ?? 0;
}

function text(length: number): string {
  return 'x'.repeat(length);
}

describe('the estimate of a State of what it takes in memory', () => {
  it('comes back to what it was when everything is gone, whatever came in between', () => {
    fc.assert(
      fc.property(someEvents, fc.integer({ min: 1, max: 4 }), (events, limit) => {
        const state = new State({
          maxBytesInMemory: enough,
          maxTasksInMemory: limit,
          maxWorkersInMemory: 2,
          onNodeLeave: () => {},
        });
        const emptied: (number | undefined)[] = [];
        for (const _ of [1, 2]) {
          for (const event of events) state.event(event);
          state.clear(false);
          emptied.push(state.bytesInMemory);
        }

        expect(emptied[1]).toBe(emptied[0]);
        // What is left is the names of types, which a State remembers.
        const named = new State({ maxBytesInMemory: enough });
        for (const name of state.taskTypes()) named.event(taskEvent('received', 'a', { name }));
        named.clear(false);
        expect(emptied[0]).toBe(named.bytesInMemory);
      }),
    );
  });

  it('counts what is there, not what has been there', () => {
    const short = {
      args: text(10),
      result: text(20),
      other: text(30),
      root_id: 'root 1',
      parent_id: 'parent 1',
    };
    const long = {
      args: text(5_000),
      result: text(900),
      other: text(8_000),
      root_id: 'root 2',
      parent_id: 'parent 2',
    };

    const straight = bytesOf(taskEvent('progress', 'a', short), taskEvent('progress', 'a', short));
    const detour = bytesOf(
      taskEvent('progress', 'a', long),
      taskEvent('progress', 'a', { ...long, args: [1], result: 7 }),
      taskEvent('progress', 'a', short),
    );

    expect(detour).toBe(straight);
  });

  it('counts a byte for a character of Latin-1 and two for any other', () => {
    const none = bytesOf(taskEvent('received', 'a'));

    expect(bytesOf(taskEvent('received', 'a', { args: text(4_000) })) - none).toBe(4_016);
    expect(bytesOf(taskEvent('received', 'a', { args: 'é'.repeat(4_000) })) - none).toBe(4_016);
    expect(bytesOf(taskEvent('received', 'a', { args: 'я'.repeat(4_000) })) - none).toBe(8_016);
  });

  it('counts what a text leaves empty of a page of 256 KiB, which holds only whole ones', () => {
    const none = bytesOf(taskEvent('received', 'a'));
    const counted = (length: number): number =>
      bytesOf(taskEvent('received', 'a', { args: text(length) })) - none;

    expect(counted(100_000)).toBe(131_072);
    expect(counted(50_000)).toBe(52_428);
    expect(counted(16_000)).toBe(16_016);
    expect(counted(200_000)).toBe(200_016);
  });

  it.each<[string, (i: number) => Event, number]>([
    ['texts', (i) => taskEvent('failed', `${i}`, { traceback: text(1_000) }), 1_000],
    [
      'extra values',
      (i) => taskEvent('progress', `${i}`, { other: [text(500), { deep: text(500) }] }),
      1_000,
    ],
    ['names of fields', (i) => taskEvent('progress', `${i}`, { [`${i}${text(1_000)}`]: 1 }), 1_000],
    ['names of types', (i) => taskEvent('received', `${i}`, { name: `${i}${text(1_000)}` }), 1_000],
    ['types of events', (i) => taskEvent(`${i}${text(900)}`, `${i}`), 1_000],
    ['uuids', (i) => taskEvent('received', `${i}${text(1_000)}`), 1_000],
    ['names of queues', (i) => taskEvent('sent', `${i}`, { queue: `${i}${text(1_000)}` }), 1_000],
    ['clients', (i) => taskEvent('sent', `${i}`, { hostname: `${i}${text(1_000)}` }), 1_000],
    ['workers', (i) => taskEvent('received', `${i}`, { hostname: `${i}${text(1_000)}` }), 2_000],
    ['roots', (i) => taskEvent('received', `${i}`, { root_id: `${i}${text(1_000)}` }), 1_000],
    ['parents', (i) => taskEvent('received', `${i}`, { parent_id: `${i}${text(1_000)}` }), 1_000],
    ['texts of workers', (i) => workerEvent('online', `${i}`, { sw_sys: text(1_000) }), 1_000],
    ['extra values of workers', (i) => workerEvent('online', `${i}`, { other: text(1_000) }), 1_000],
  ])('leaves out nothing that a sender can make large: %s', (_what, event, atLeast) => {
    const events = Array.from({ length: 1_000 }, (_, i) => event(i));

    expect(bytesOf(...events)).toBeGreaterThan(1_000 * atLeast);
  });

  it('is not made where memory is not limited', () => {
    expect(new State().bytesInMemory).toBeUndefined();
    expect(() => new State({ maxBytesInMemory: 0.5 })).toThrow(UsageError);
  });
});

describe('a State that reaches its budget', () => {
  /** Tasks t0, t1, …, all finished, each with a text of 1,000 characters. */
  const finished = (count: number, prefix = 't'): Event[] =>
    Array.from({ length: count }, (_, i) =>
      taskEvent('succeeded', `${prefix}${i}`, { name: 'p.add', result: text(1_000), args: '(1,)' }),
    );

  it('drops the oldest raw texts first and no task, as long as texts are more than a quarter', () => {
    const state = stateOf(100_000, ...finished(150));

    expect(state.tasks.size).toBe(150);
    expect(state.shed).toEqual({ texts: expect.any(Number), tasks: 0 });
    expect(state.evictions).toBe(0);
    const withTexts = state.tasksByTime().map((task) => typeof task.result === 'string');
    expect(withTexts.filter(Boolean)).toHaveLength(150 - state.shed.texts);
    expect(withTexts.toSorted((a, b) => Number(b) - Number(a))).toEqual(withTexts);
    expect(state.bytesInMemory).toBeLessThanOrEqual(100_000);
  });

  it('tells of each task which texts were dropped, until they are told again', () => {
    const state = stateOf(
      100_000,
      taskEvent('received', 'first', { args: text(200), kwargs: '{}', eta: null }),
    );
    state.event(
      taskEvent('failed', 'first', { exception: text(30), traceback: text(300), done: 7, result: null }),
    );
    const { revision } = state;
    for (const event of finished(150)) state.event(event);
    const task = state.tasks.get('first')!;

    expect(task.shed).toEqual(['args', 'kwargs', 'exception', 'traceback', 'extra']);
    expect([task.args, task.exception, task.extra.size, task.result, task.eta]).toEqual([
      undefined,
      undefined,
      0,
      null,
      null,
    ]);
    expect([task.state, task.hostname, task.evicted]).toEqual(['FAILURE', 'w1@example', false]);
    expect(state.changedSince(revision)).toContain(task);

    state.event(taskEvent('progress', 'first', { args: '(2,)' }));
    expect([task.args, task.shed]).toEqual(['(2,)', ['kwargs', 'exception', 'traceback', 'extra']]);
    expect(state.tasks.get('t149')?.shed).toEqual([]);
  });

  it('then evicts the tasks that finished first, and keeps a quarter for the newest texts', () => {
    const state = stateOf(100_000, taskEvent('started', 'running', { args: text(100) }), ...finished(1_000));

    expect(state.shed.tasks).toBeGreaterThan(0);
    expect(state.evictions).toBe(state.shed.tasks);
    expect(state.tasks.get('running')?.state).toBe('STARTED');
    const left = uuids(state.tasksByTime()).slice(0, -1);
    expect(left).toEqual(left.map((_, i) => `t${999 - i}`));
    expect(state.tasks.get('t999')?.result).toBe(text(1_000));
    expect([state.eventCount, state.taskTypes()]).toEqual([1_001, ['p.add']]);
  });

  it('evicts unfinished tasks only when no other is left, the oldest first, and without texts', () => {
    const waiting = Array.from({ length: 500 }, (_, i) =>
      taskEvent('received', `w${i}`, { args: text(100) }),
    );
    const state = stateOf(100_000, ...finished(20), ...waiting);

    const left = uuids(state.tasksByTime());
    expect(left).toEqual(left.map((_, i) => `w${499 - i}`));
    expect(left.length).toBeLessThan(500);
    expect(state.tasks.get('w490')?.shed).toEqual(['args']);
    expect(state.taskCount).toBe(500);
  });

  it('is within it after each event of huge texts, huge names and workers without end', () => {
    const most = 256 * 1024;
    const limit = 4_000_000;
    const state = stateOf(limit);
    for (let i = 0; i < 60; i += 1) {
      const huge = `${i}${'я'.repeat(most)}`.slice(0, most);
      const name = `${i}${text(1_000)}`;
      state.event(
        taskEvent('failed', `a${i}`, { args: huge, traceback: huge, name: huge, one: huge, two: [huge] }),
      );
      expect(state.bytesInMemory).toBeLessThanOrEqual(limit);
      state.event(
        taskEvent('received', `b${i}`, { hostname: name, parent_id: huge, root_id: huge, queue: huge }),
      );
      expect(state.bytesInMemory).toBeLessThanOrEqual(limit);
      state.event(workerEvent('online', name, { sw_ident: huge, other: huge, [name]: huge }));
      expect(state.bytesInMemory).toBeLessThanOrEqual(limit);
    }
    expect(state.eventCount).toBe(180);
  });

  it('never takes more, and stays as it must be, whatever comes', () => {
    fc.assert(
      fc.property(someEvents, fc.integer({ min: 1, max: 20_000 }), (events, limit) => {
        const state = stateOf(limit);
        for (const event of events) {
          state.event(event);
          const isEmpty = state.tasks.size === 0 && state.workers.size === 0;
          if (!isEmpty) expect(state.bytesInMemory).toBeLessThanOrEqual(limit);
        }

        expect(uuids(state.tasksByTime()).sort()).toEqual([...state.tasks.keys()].sort());
        const counted = [...state.countByState().values()].reduce((sum, count) => sum + count, 0);
        expect(counted).toBe(state.tasks.size);
        expect(state.shed.tasks).toBe(state.evictions);
      }),
    );
  });

  it('tells its own shedding from the limit of tasks', () => {
    const state = new State({ maxBytesInMemory: enough, maxTasksInMemory: 2 });
    for (const event of finished(5)) state.event(event);

    expect([state.evictions, state.shed]).toEqual([3, { texts: 0, tasks: 0 }]);
  });

  it('counts anew after it was cleared', () => {
    const state = stateOf(100_000, ...finished(300));
    expect(state.shed.texts).toBeGreaterThan(0);

    state.clear(false);

    expect(state.shed).toEqual({ texts: 0, tasks: 0 });
    expect(state.bytesInMemory).toBeLessThan(1_000);
  });
});
