import { describe, expect, it } from 'vitest';
import type { Event } from '../../../src/protocol/event.ts';
import { taskFilter } from '../../../src/query/task-filter.ts';
import { TaskQuery } from '../../../src/query/task-query.ts';
import { State } from '../../../src/state/state.ts';
import type { Task } from '../../../src/state/task.ts';
import { ManualSlices } from '../../support/manual-slices.ts';
import { seeded } from '../../support/seeded.ts';
import { addTask, start, stateWith } from '../../support/view-context.ts';
import { context, sampleTasks, streamOf } from '../presentation/filter/sample-tasks.ts';
import { disturbed } from '../state/random-streams.ts';

const filters = [
  '',
  'state:success',
  '-name:celery.*',
  'w10',
  'retries:>0 state:fail,retry',
  'id:a*',
  'kwargs:n=3',
];

function query(state: State, filter: string, manual = new ManualSlices(), more = {}): TaskQuery {
  const { slices } = manual;
  return new TaskQuery({
    state,
    slices,
    filter: taskFilter([filter], context(more)),
    nowMs: () => manual.nowMs,
  });
}

function uuids(tasks: Iterable<Task>): string[] {
  return [...tasks].map((task) => task.uuid);
}

function expected(state: State, filter: string): Task[] {
  return state.tasksByTime().filter(taskFilter([filter], context()).test);
}

function manyTasks(count: number): State {
  return stateWith(Array.from({ length: count }, (_, index) => (index % 10 === 3 ? 'failed' : 'succeeded')));
}

describe('a query that is kept up to date', () => {
  it.each(Array.from({ length: 14 }, (_, seed) => seed))(
    'lists what asking all tasks lists, in their order, while events come in and tasks go (%i)',
    (seed) => {
      const random = seeded(seed);
      const filter = filters[seed % filters.length] ?? '';
      const reach = [0, 5, 60][seed % 3] ?? 0;
      const events = disturbed(streamOf(sampleTasks(900, seed)), { seed, reach, withoutClocks: false });
      const state = new State({ maxTasksInMemory: 400 });
      const manual = new ManualSlices();
      const asked = query(state, filter, manual);
      let remembered: ReadonlySet<string> | undefined;
      for (const event of events) {
        state.event(event);
        const dice = random();
        if (dice < 0.02) asked.refresh();
        if (dice < 0.05) manual.next();
        if (dice > 0.004) continue;
        manual.finish();
        asked.refresh();
        manual.finish();
        const found = uuids(asked.newest(Number.POSITIVE_INFINITY));
        expect(found).toEqual(uuids(expected(state, filter)));
        expect(asked.count).toBe(found.length);
        if (remembered !== undefined) {
          const before = remembered;
          expect(asked.newCount).toBe(found.filter((uuid) => !before.has(uuid)).length);
        }
        if (random() < 0.5) {
          asked.remember();
          remembered = new Set(found);
        }
      }
    },
  );

  it('has the right tasks though their events are in full disorder and lack clocks, and their order a second later', () => {
    const events = disturbed(streamOf(sampleTasks(2_000, 5)), {
      seed: 5,
      reach: Number.POSITIVE_INFINITY,
      withoutClocks: true,
    });
    const state = new State({ maxTasksInMemory: 1_500 });
    const manual = new ManualSlices();
    const asked = query(state, 'state:success', manual);
    for (const [index, event] of events.entries()) {
      state.event(event);
      if (index % 50 === 0) asked.refresh();
      if (index % 20 === 0) manual.next();
    }
    manual.finish();
    asked.refresh();
    manual.finish();

    const wanted = uuids(expected(state, 'state:success'));
    expect(uuids(asked.newest(1_500)).sort()).toEqual([...wanted].sort());

    manual.nowMs += 1_000;
    asked.refresh();
    manual.finish();
    expect(uuids(asked.newest(1_500))).toEqual(wanted);
  });

  it('asks only about the tasks that changed', () => {
    const state = manyTasks(5_000);
    let questions = 0;
    const manual = new ManualSlices();
    const filter = {
      ...taskFilter(['state:fail'], context()),
      test: (task: Task) => {
        questions += 1;
        return task.state === 'FAILURE';
      },
    };
    const asked = new TaskQuery({ state, slices: manual.slices, filter, nowMs: () => 0 });
    manual.finish();
    expect(questions).toBe(5_000);

    addTask(state, 'new', 'failed', 9_000);
    asked.refresh();

    expect(questions).toBe(5_001);
    expect(asked.count).toBe(501);
    expect(asked.newest(1)[0]?.uuid).toBe('new');
  });

  it('starts again when the State cannot tell what changed', () => {
    const state = manyTasks(300);
    const manual = new ManualSlices();
    const asked = query(state, 'state:success', manual);
    manual.finish();

    state.clearTasks(false);
    addTask(state, 'after', 'succeeded', 1_000);
    asked.refresh();
    manual.finish();

    expect(uuids(asked.newest(10))).toEqual(['after']);
  });
});

describe('a query that takes more than a slice', () => {
  it('has the newest matches first, says that it is not ready, and tells when it is', () => {
    const state = manyTasks(3_000);
    const manual = new ManualSlices();
    let told = 0;
    const asked = new TaskQuery({
      state,
      slices: manual.slices,
      filter: taskFilter(['state:fail'], context()),
      nowMs: () => manual.nowMs,
      onReady: () => {
        told += 1;
      },
    });

    expect(asked.isReady).toBe(false);
    expect(asked.count).toBeGreaterThan(10);
    expect(asked.count).toBeLessThan(300);
    expect(uuids(asked.newest(3))).toEqual(['t2993', 't2983', 't2973']);
    expect(told).toBe(0);
    manual.finish();

    expect(told).toBe(1);
    expect(asked.isReady).toBe(true);
    expect(asked.count).toBe(300);
  });

  it('takes in what happens meanwhile, to tasks that it has seen and to others', () => {
    const state = manyTasks(3_000);
    const manual = new ManualSlices();
    const asked = query(state, 'state:started,retry', manual);
    addTask(state, 't5', 'retried', 4_000);
    addTask(state, 'new', 'started', 4_001);
    addTask(state, 't2999', 'retried', 4_002);
    manual.finish();

    expect(uuids(asked.newest(10))).toEqual(['t2999', 'new', 't5']);
  });

  it('looks at the clock after each task whose texts are long, where texts are read', () => {
    const state = manyTasks(160);
    for (let index = 0; index < 160; index += 1) {
      const stamp = { hostname: 'celery@w1', timestamp: start, local_received: start, clock: 9_000 + index };
      state.event({ type: 'task-received', uuid: `t${index}`, args: 'x'.repeat(5_000), ...stamp } as Event);
    }
    const slicesOf = (filter: string): number => {
      const manual = new ManualSlices();
      query(state, filter, manual);
      manual.finish();
      return manual.count;
    };

    expect(slicesOf('state:success')).toBe(0);
    expect(slicesOf('args~"1(2|3)*4"')).toBeGreaterThanOrEqual(160 / 8 - 1);
  });

  it('stops when it is closed', () => {
    const manual = new ManualSlices();
    const asked = query(manyTasks(3_000), 'state:success', manual);

    asked.close();

    expect(manual.isWaiting).toBe(false);
  });
});

describe('a query whose answer changes with the clock', () => {
  it.each(['age:>10m', 'time:-10m', 'is:late', 'runtime:>10m', '(-is:late)'])(
    'is asked again once a second: %s',
    (filter) => {
      const state = stateWith(['started', 'received', 'succeeded']);
      const manual = new ManualSlices();
      let now = start + 5;
      const asked = query(state, filter, manual, { now: () => now });
      const before = asked.count;

      now += 3_600;
      asked.refresh();
      expect(asked.count).toBe(before);
      manual.nowMs += 1_000;
      asked.refresh();

      expect(asked.count).not.toBe(before);
    },
  );

  it.each(['state:success', 'time:14:00..14:05', 'eta:>2026-01-01', 'retries:>2', 'kwargs:a=b', 'is:root'])(
    'is not one that asks for what stays: %s',
    (filter) => {
      expect(taskFilter([filter], context()).isUnsteady).toBe(false);
    },
  );

  it('counts what came and went by itself as new', () => {
    const state = stateWith(['started', 'started', 'succeeded']);
    const manual = new ManualSlices();
    let now = start;
    const asked = query(state, 'runtime:>1m state:started', manual, { now: () => now });
    asked.remember();

    now += 61;
    manual.nowMs += 1_000;
    asked.refresh();

    expect(asked.newCount).toBe(asked.count);
    expect(asked.newCount).toBeGreaterThan(0);
  });
});

it('keeps no task that left the memory', () => {
  const state = new State({ maxTasksInMemory: 20 });
  const asked = query(state, 'state:received');
  asked.remember();
  for (let index = 0; index < 100; index += 1) {
    state.event({
      type: 'task-received',
      uuid: `u${index}`,
      hostname: 'celery@w1',
      timestamp: start + index,
      local_received: start + index,
      clock: index + 1,
    } as Event);
    asked.refresh();
  }

  expect(asked.count).toBe(20);
  expect(asked.newCount).toBe(20);
});
