import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../../src/protocol/event.ts';
import { State } from '../../../src/state/state.ts';
import type { Task } from '../../../src/state/task.ts';
import { uuids } from './celery-dump.ts';
import { taskEvent, workerEvent } from './sample-events.ts';

function stateOf(...events: Event[]): State {
  const state = new State();
  for (const event of events) state.event(event);
  return state;
}

const someEvents = fc.array(
  fc.record({
    subject: fc.constantFrom('received', 'started', 'succeeded', 'retried', 'rejected', 'progress'),
    uuid: fc.constantFrom(...'abcdefgh'),
    root_id: fc.constantFrom('a', 'b', null),
  }),
  { maxLength: 60 },
);

function fold(
  state: State,
  events: readonly { subject: string; uuid: string; root_id: string | null }[],
): void {
  for (const { subject, uuid, root_id } of events) state.event(taskEvent(subject, uuid, { root_id }));
}

describe('State.changedSince', () => {
  it('names each task that changed once, the newest change last', () => {
    const state = stateOf(taskEvent('received', 'a'), taskEvent('received', 'b'));
    const { revision } = state;

    for (const uuid of ['c', 'a', 'c', 'b', 'a']) state.event(taskEvent('progress', uuid));
    state.event(workerEvent('heartbeat', 'w1@example'));

    expect(uuids(state.changedSince(revision) ?? [])).toEqual(['c', 'b', 'a']);
    expect(uuids(state.changedSince(0) ?? [])).toEqual(['c', 'b', 'a']);
    expect(state.changedSince(state.revision)).toEqual([]);
  });

  it('names those tasks in memory whose revision is newer, whatever came', () => {
    fc.assert(
      fc.property(someEvents, someEvents, fc.integer({ min: 1, max: 8 }), (before, after, limit) => {
        const state = new State({ maxTasksInMemory: limit });
        fold(state, before);
        const { revision } = state;
        fold(state, after);

        const changed = [...state.tasks.values()].filter((task) => task.revision > revision);
        expect(uuids(state.changedSince(revision) ?? []).sort()).toEqual(uuids(changed).sort());
      }),
    );
  });

  it('does not know changes of too long ago', () => {
    const state = stateOf(taskEvent('received', 'quiet'));
    for (let i = 0; i < 65_536; i += 1) state.event(taskEvent('progress', 'busy'));

    expect(state.changedSince(0)).toBeUndefined();
    expect(uuids(state.changedSince(1) ?? [])).toEqual(['busy']);
  });

  it('does not know what was before the tasks were cleared or ordered anew', () => {
    const state = stateOf(taskEvent('received', 'a'));
    const { revision } = state;

    state.clearTasks();
    expect(state.changedSince(revision)).toBeUndefined();
    state.event(taskEvent('started', 'a'));
    expect(uuids(state.changedSince(state.revision - 1) ?? [])).toEqual(['a']);

    state.rebuildTaskHeap();
    expect(state.changedSince(state.revision - 1)).toBeUndefined();
  });
});

describe('the indexes of State', () => {
  it('count and list the tasks by what they are now', () => {
    fc.assert(
      fc.property(someEvents, fc.integer({ min: 1, max: 8 }), (events, limit) => {
        const state = new State({ maxTasksInMemory: limit });
        fold(state, events);

        const listed = state.tasksByTime();
        const states = new Map<string, number>();
        for (const task of listed) states.set(task.state, (states.get(task.state) ?? 0) + 1);
        expect(Object.fromEntries(state.countByState())).toEqual(Object.fromEntries(states));
        for (const name of states.keys()) {
          expect(state.tasksByState(name)).toEqual(listed.filter((task) => task.state === name));
        }
        for (const root of ['a', 'b']) {
          expect(state.tasksByRoot(root)).toEqual(listed.filter((task) => task.rootId === root));
        }
      }),
    );
  });

  it('follow a task whose rejection is told after its start', () => {
    const state = stateOf(taskEvent('started', 'a'), taskEvent('rejected', 'a'));

    expect(Object.fromEntries(state.countByState())).toEqual({ REJECTED: 1 });
    expect(uuids(state.tasksByState('REJECTED'))).toEqual(['a']);
    expect(state.tasksByState('STARTED')).toEqual([]);
  });

  it('list no more than the limit, from either end', () => {
    const state = stateOf(...['a', 'b', 'c'].map((uuid) => taskEvent('started', uuid, { root_id: 'a' })));

    expect(uuids(state.tasksByState('STARTED', { limit: 2 }))).toEqual(['c', 'b']);
    expect(uuids(state.tasksByRoot('a', { limit: 2, reverse: false }))).toEqual(['a', 'b']);
  });

  it('count evictions', () => {
    const state = new State({ maxTasksInMemory: 2 });
    for (const uuid of 'abcde') state.event(taskEvent('received', uuid));

    expect(state.evictions).toBe(3);
  });
});

describe('State.walk', () => {
  function walked(state: State, slice: number, between: () => void): string[] {
    const walk = state.walk();
    const tasks: Task[] = [];
    while (walk.next(slice, tasks) > 0) between();
    return uuids(tasks);
  }

  it('meets all tasks newest first, in slices', () => {
    const state = stateOf(...[...'abcdefg'].map((uuid) => taskEvent('received', uuid)));

    expect(walked(state, 3, () => {})).toEqual([...'gfedcba']);
  });

  it('tells how much is still to come', () => {
    const state = stateOf(...[...'abcdefg'].map((uuid) => taskEvent('received', uuid)));
    const walk = state.walk();

    expect(walk.remaining).toBe(7);
    expect(walk.next(5, [])).toBe(5);
    expect(walk.remaining).toBe(2);
    expect(walk.next(5, [])).toBe(2);
    expect(walk.remaining).toBe(0);
  });

  it('meets what does not change once, whatever arrives or goes in between', () => {
    fc.assert(
      fc.property(someEvents, someEvents, fc.integer({ min: 1, max: 3 }), (before, between, slice) => {
        const state = new State({ maxTasksInMemory: 6 });
        fold(state, before);
        const { revision } = state;
        const listed = uuids(state.tasksByTime());
        const waiting = [...between];

        const met = walked(state, slice, () => fold(state, waiting.splice(0, 5)));

        const unchanged = listed.filter((uuid) => {
          const task = state.tasks.get(uuid);
          return task !== undefined && task.revision <= revision;
        });
        expect(met.filter((uuid) => unchanged.includes(uuid))).toEqual(unchanged);
      }),
    );
  });
});
