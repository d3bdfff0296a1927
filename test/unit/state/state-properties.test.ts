import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../../src/protocol/event.ts';
import { State } from '../../../src/state/state.ts';
import type { Task } from '../../../src/state/task.ts';
import { uuids } from './celery-dump.ts';

const subjects = [
  'sent',
  'received',
  'started',
  'succeeded',
  'failed',
  'retried',
  'revoked',
  'rejected',
  'progress',
];
const someUuid = fc.constantFrom('a', 'b', 'c', 'd', 'e', '__proto__');
const someHost = fc.constantFrom('w1@example', 'w2@example', 'constructor');

/** Well formed, so that each has its place; clocks known to all, so that the order is one. */
const taskEvents = fc.array(
  fc.record({
    type: fc.constantFrom(...subjects).map((subject) => `task-${subject}`),
    uuid: someUuid,
    hostname: someHost,
    timestamp: fc.integer({ min: 1, max: 50 }),
    local_received: fc.integer({ min: 1, max: 50 }),
    clock: fc.integer({ min: 1, max: 30 }),
    name: fc.constantFrom('p.add', 'p.mul', null),
    parent_id: fc.option(someUuid),
  }),
  { maxLength: 60 },
);

const hostileEvents = fc.array(
  fc.oneof(
    fc.jsonValue(),
    fc.record(
      {
        type: fc.oneof(
          fc.constantFrom(
            'task',
            'task-',
            'task-started',
            'task-received',
            'worker-online',
            'worker-offline',
          ),
          fc.jsonValue(),
        ),
        uuid: fc.oneof(someUuid, fc.jsonValue()),
        hostname: fc.oneof(someHost, fc.jsonValue()),
        timestamp: fc.oneof(fc.double(), fc.jsonValue()),
        local_received: fc.oneof(fc.double(), fc.jsonValue()),
        clock: fc.oneof(fc.double(), fc.jsonValue()),
        pid: fc.jsonValue(),
        freq: fc.jsonValue(),
        parent_id: fc.oneof(someUuid, fc.jsonValue()),
        root_id: fc.jsonValue(),
        name: fc.jsonValue(),
        args: fc.jsonValue(),
        state: fc.jsonValue(),
        heartbeats: fc.jsonValue(),
        loadavg: fc.jsonValue(),
      },
      { requiredKeys: ['type'] },
    ),
  ),
  { maxLength: 40 },
);

function fold(events: readonly unknown[], maxTasksInMemory: number): State {
  const state = new State({ maxTasksInMemory, maxWorkersInMemory: 2 });
  for (const event of events) state.event(event as Event);
  return state;
}

/** Reads all that a screen could read. */
function readAll(state: State): string {
  const tasks = state.tasksByTime();
  return JSON.stringify([
    tasks.map((task) => [
      task,
      task.info(),
      task.origin,
      task.parent?.uuid,
      task.root?.uuid,
      task.children.length,
    ]),
    state.taskTypes().map((name) => state.tasksByType(name)),
    state.aliveWorkers(25).map((worker) => [worker, worker.id]),
  ]);
}

describe('any stream of events', () => {
  it('lists each task in memory once, in the order of the newest clock of each', () => {
    fc.assert(
      fc.property(taskEvents, (events) => {
        const state = fold(events, 100);
        const newestClock = (task: Task): number =>
          Math.max(...events.filter(({ uuid }) => uuid === task.uuid).map(({ clock }) => clock));

        const listed = state.tasksByTime();

        expect(uuids(listed).sort()).toEqual([...state.tasks.keys()].sort());
        const clocks = listed.map(newestClock);
        expect(clocks).toEqual(clocks.toSorted((a, b) => b - a));
      }),
    );
  });

  it('gives the same list for a limit as the whole list cut short', () => {
    fc.assert(
      fc.property(taskEvents, fc.nat(8), fc.boolean(), (events, limit, reverse) => {
        const state = fold(events, 100);

        const cut = uuids(state.tasksByTime({ reverse })).slice(0, limit);
        expect(uuids(state.tasksByTime({ limit, reverse }))).toEqual(cut);
      }),
    );
  });

  it('never holds more tasks or workers than allowed, and nothing of those evicted', () => {
    fc.assert(
      fc.property(taskEvents, fc.integer({ min: 1, max: 3 }), (events, limit) => {
        const state = fold(events, limit);

        expect(state.tasks.size).toBeLessThanOrEqual(limit);
        expect(state.workers.size).toBeLessThanOrEqual(2);
        expect(uuids(state.tasksByTime()).sort()).toEqual([...state.tasks.keys()].sort());
        const reachable = [
          ...state.taskTypes().flatMap((name) => state.tasksByType(name)),
          ...['w1@example', 'w2@example', 'constructor'].flatMap((hostname) => state.tasksByWorker(hostname)),
          ...[...state.tasks.values()].flatMap((task) => task.children),
        ];
        expect(reachable.filter((task) => state.tasks.get(task.uuid) !== task)).toEqual([]);
      }),
    );
  });

  it('files each task under its name, its worker and its parent, and under no other', () => {
    fc.assert(
      fc.property(taskEvents, (events) => {
        const state = fold(events, 100);

        for (const task of state.tasks.values()) {
          if (typeof task.name === 'string') expect(state.tasksByType(task.name)).toContain(task);
          if (task.worker !== undefined) expect(state.tasksByWorker(task.worker)).toContain(task);
          if (task.parent !== undefined) expect(task.parent.children).toContain(task);
          expect(task.children).not.toContain(task);
        }
      }),
    );
  });

  it('never throws, whatever JSON the events are made of', () => {
    fc.assert(
      fc.property(hostileEvents, fc.integer({ min: 1, max: 4 }), (events, limit) => {
        const state = fold(events, limit);

        expect(state.eventCount).toBe(events.length);
        state.rebuildTaskHeap();
        expect(readAll(state)).toContain('[');
        state.clear(false);
        expect(state.tasks.size).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});
