import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/errors.ts';
import type { Event } from '../../../src/protocol/event.ts';
import { State } from '../../../src/state/state.ts';
import { uuids } from './celery-dump.ts';
import { taskEvent, workerEvent } from './sample-events.ts';

function stateOf(...events: Event[]): State {
  const state = new State();
  for (const event of events) state.event(event);
  return state;
}

describe('State', () => {
  it('lists no more tasks than the limit, however many events they had', () => {
    const state = stateOf(
      ...['a', 'b', 'c'].flatMap((uuid) =>
        ['received', 'started', 'progress', 'progress', 'succeeded'].map((subject) =>
          taskEvent(subject, uuid),
        ),
      ),
    );

    expect(uuids(state.tasksByTime({ limit: 2 }))).toEqual(['c', 'b']);
    expect(uuids(state.tasksByTime({ limit: 2, reverse: false }))).toEqual(['a', 'b']);
    expect(state.tasksByTime({ limit: 0 })).toEqual([]);
  });

  it('files a task under its type as soon as the name is known, and under the new one when it changes', () => {
    const state = stateOf(taskEvent('started', 'a'));
    expect(state.taskTypes()).toEqual([]);

    state.event(taskEvent('received', 'a', { name: 'p.add' }));
    expect(uuids(state.tasksByType('p.add'))).toEqual(['a']);

    state.event(taskEvent('sent', 'a', { name: 'p.real' }));
    expect(uuids(state.tasksByType('p.add'))).toEqual([]);
    expect(uuids(state.tasksByType('p.real'))).toEqual(['a']);
    expect(state.taskTypes()).toEqual(['p.add', 'p.real']);
  });

  it('files a task under its worker and never under its client', () => {
    const state = stateOf(taskEvent('sent', 'a', { name: 'p.add' }));
    expect(uuids(state.tasksByWorker('gen9@example'))).toEqual([]);

    state.event(taskEvent('received', 'a'));
    expect(uuids(state.tasksByWorker('w1@example'))).toEqual(['a']);

    state.event(taskEvent('received', 'a', { hostname: 'w2@example' }));
    expect(uuids(state.tasksByWorker('w1@example'))).toEqual([]);
    expect(uuids(state.tasksByWorker('w2@example'))).toEqual(['a']);
    expect(state.tasks.get('a')?.worker).toBe('w2@example');
  });

  it('forgets an evicted task everywhere at once', () => {
    const state = new State({ maxTasksInMemory: 2 });
    state.event(taskEvent('received', 'parent', { name: 'p.first' }));
    state.event(taskEvent('received', 'child', { name: 'p.second', parent_id: 'parent' }));
    const child = state.tasks.get('child');
    // A child's event makes its parent the newest of all, so the child is the next to go.
    state.event(taskEvent('received', 'late', { name: 'p.third', hostname: 'w2@example' }));

    expect([...state.tasks.keys()]).toEqual(['parent', 'late']);
    expect(child?.evicted).toBe(true);
    expect(uuids(state.tasksByTime())).toEqual(['late', 'parent']);
    expect(state.tasksByType('p.second')).toEqual([]);
    expect(uuids(state.tasksByWorker('w1@example'))).toEqual(['parent']);
    expect(state.tasks.get('parent')?.children).toEqual([]);
    expect(state.taskTypes()).toEqual(['p.first', 'p.second', 'p.third']);
  });

  it('keeps the place of a quiet task while a busy one reports without end', () => {
    const state = new State({ maxTasksInMemory: 2 });
    state.event(taskEvent('received', 'quiet'));
    for (let i = 0; i < 50; i += 1) state.event(taskEvent('progress', 'busy'));

    expect(uuids(state.tasksByTime())).toEqual(['busy', 'quiet']);
    expect(uuids(state.tasksByTime({ reverse: false }))).toEqual(['quiet', 'busy']);
  });

  it('ignores and counts what lacks a field that its group needs', () => {
    const { hostname: _, ...withoutHostname } = taskEvent('started', 'a');
    const { timestamp: __, ...withoutTimestamp } = workerEvent('heartbeat', 'w1@example');

    const state = stateOf(
      withoutHostname,
      withoutTimestamp,
      taskEvent('started', 'a', { uuid: ['a'] }),
      workerEvent('online', 'w1@example', { hostname: { toString: 1 } }),
      { type: 7 } as unknown as Event,
      null as unknown as Event,
      { type: 'nodash' },
    );

    expect(state.eventCount).toBe(7);
    expect(state.malformedCount).toBe(6);
    expect([state.tasks.size, state.workers.size, state.revision]).toEqual([0, 0, 0]);
  });

  it('orders an event without a clock by its time', () => {
    const { clock: _, ...without } = taskEvent('received', 'b', { timestamp: 1_600_000_000 });
    const state = stateOf(taskEvent('received', 'a'), without);

    expect(uuids(state.tasksByTime())).toEqual(['a', 'b']);
  });

  it('takes the time of receipt where the timestamp is no number', () => {
    const state = stateOf(taskEvent('started', 'a', { timestamp: 'soon', local_received: 1_700_000_000 }));

    const task = state.tasks.get('a');
    expect([task?.started, task?.timestamp]).toEqual([1_700_000_000, 1_700_000_000]);
    expect(state.workers.get('w1@example')?.heartbeats).toEqual([]);
  });

  it('is not misled by names that mean something to JavaScript', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
    const hostile = names.map(
      (name) =>
        ({
          ...JSON.parse(`{"__proto__": {"polluted": true}, "constructor": 1}`),
          ...taskEvent('received', name, { name, hostname: name, root_id: name }),
        }) as Event,
    );

    const state = stateOf(...hostile);

    expect([...state.tasks.keys()]).toEqual(names);
    expect([...state.workers.keys()]).toEqual(names);
    expect(uuids(state.tasksByType('__proto__'))).toEqual(['__proto__']);
    expect(uuids(state.tasksByWorker('constructor'))).toEqual(['constructor']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.hasOwn(state.tasks.get('toString')?.fields() ?? {}, 'constructor')).toBe(true);
  });

  it('tells by its revision that something changed', () => {
    const state = new State();
    const seen = [state.revision];

    state.event({ type: 'custom-thing' });
    seen.push(state.revision);
    state.event(taskEvent('received', 'a'));
    seen.push(state.revision);
    state.event(workerEvent('heartbeat', 'w1@example'));
    seen.push(state.revision);

    expect(seen).toEqual([0, 0, 1, 2]);
    expect(state.tasks.get('a')?.revision).toBe(1);
    expect(state.workers.get('w1@example')?.revision).toBe(2);
  });

  it('hands events of a group to its handler instead of handling them', () => {
    const state = new State();
    const seen: string[] = [];
    state.handlers.set('order', (subject) => {
      seen.push(subject);
      return undefined;
    });
    state.handlers.set('task', () => undefined);

    expect(state.event({ type: 'order-paid-twice' })).toEqual({
      object: undefined,
      created: false,
      subject: 'paid-twice',
    });
    state.event(taskEvent('received', 'a'));

    expect(seen).toEqual(['paid-twice']);
    expect(state.tasks.size).toBe(0);
  });

  it('shows each event to the callback before it is taken in', () => {
    const seen: [string, number][] = [];
    const state = new State({ callback: (current, event) => seen.push([event.type, current.tasks.size]) });

    state.event(taskEvent('received', 'a'));
    state.event({ type: 'nodash' });

    expect(seen).toEqual([
      ['task-received', 0],
      ['nodash', 1],
    ]);
  });

  it('stands still while frozen and takes in afterwards what came in', () => {
    const state = stateOf(taskEvent('succeeded', 'a'), taskEvent('started', 'b'));

    const during = state.freezeWhile(
      () => {
        state.event(taskEvent('received', 'c'));
        return uuids(state.tasksByTime());
      },
      { clearAfter: true },
    );

    expect(during).toEqual(['b', 'a']);
    expect([...state.tasks.keys()]).toEqual(['b', 'c']);
    expect(uuids(state.tasksByTime())).toEqual(['c']);
    expect([state.eventCount, state.workers.size]).toEqual([1, 1]);
  });

  it('is cleared and thawed also when the frozen function throws', () => {
    const state = stateOf(taskEvent('succeeded', 'a'));

    expect(() =>
      state.freezeWhile(
        () => {
          throw new Error('shutter jammed');
        },
        { clearAfter: true },
      ),
    ).toThrow('shutter jammed');

    expect(state.tasks.size).toBe(0);
    state.event(taskEvent('received', 'b'));
    expect(state.tasks.size).toBe(1);
  });

  it('names workers alive until two of their heartbeats are missed', () => {
    let now = 0;
    const state = new State({ now: () => now });
    state.event(workerEvent('online', 'w1@example', { timestamp: 100, local_received: 100 }));
    state.event(workerEvent('online', 'w2@example', { timestamp: 102, local_received: 102 }));

    const aliveAt = (time: number): string[] => {
      now = time;
      return state.aliveWorkers().map((worker) => worker.hostname);
    };

    expect(aliveAt(103.9)).toEqual(['w1@example', 'w2@example']);
    expect(aliveAt(104)).toEqual(['w2@example']);
    expect(aliveAt(106)).toEqual([]);
  });

  it('tells once per worker that its clock is more than 16 s off', () => {
    const drifts: [string, number][] = [];
    const state = new State({ onDrift: (worker, seconds) => drifts.push([worker.hostname, seconds]) });

    state.event(workerEvent('online', 'w1@example', { timestamp: 100, local_received: 116.9 }));
    state.event(workerEvent('heartbeat', 'w1@example', { timestamp: 100, local_received: 117 }));
    state.event(workerEvent('heartbeat', 'w1@example', { timestamp: 200, local_received: 100 }));

    expect(drifts).toEqual([['w1@example', 17]]);
    expect(state.workers.get('w1@example')?.drift).toBe(-100);
  });

  it('refuses a limit that is not a whole number above 0', () => {
    expect(() => new State({ maxTasksInMemory: 0 })).toThrow(UsageError);
    expect(() => new State({ maxWorkersInMemory: Number.NaN })).toThrow(UsageError);
  });
});
