import { describe, expect, it } from 'vitest';
import { State } from '../../../src/state/state.ts';
import { TaskTable } from '../../../src/state/task-table.ts';
import { TaskTimeline } from '../../../src/state/task-timeline.ts';
import { seeded } from '../../support/seeded.ts';
import { uuids } from './celery-dump.ts';
import { taskEvent } from './sample-events.ts';

/** A timeline of tasks that are made as they are named. */
function timelineOf(limit: number): {
  timeline: TaskTimeline;
  insert: (clock: number, timestamp: number, origin: string, uuid: string) => void;
} {
  const tasks: TaskTable = new TaskTable(limit, ({ slot }) => timeline.remove(slot));
  const timeline = new TaskTimeline(tasks.bySlot);
  return {
    timeline,
    insert: (clock, timestamp, origin, uuid) =>
      timeline.insert(clock, timestamp, { id: origin, number: 0 }, (tasks.get(uuid) ?? tasks.add(uuid)).slot),
  };
}

describe('TaskTimeline', () => {
  it('puts an entry after its equals', () => {
    const { timeline, insert } = timelineOf(10);
    for (const uuid of ['a', 'b', 'c']) insert(5, 1, 'w1', uuid);

    expect(uuids(timeline.list(false, 10))).toEqual(['a', 'b', 'c']);
  });

  it('compares clocks, then origins, and times where a clock is missing', () => {
    const { timeline, insert } = timelineOf(10);
    insert(7, 9, 'w1', 'clock 7');
    insert(5, 10, 'w2', 'clock 5, w2');
    insert(5, 11, 'w1', 'clock 5, w1');
    insert(0, 8, 'w1', 'time 8');

    expect(uuids(timeline.list(false, 10))).toEqual(['time 8', 'clock 5, w1', 'clock 5, w2', 'clock 7']);
  });

  it('lists each task at its newest entry, or at its oldest, wherever an entry of it comes to lie', () => {
    const { timeline, insert } = timelineOf(10);
    for (const [clock, uuid] of [
      [5, 'a'],
      [6, 'b'],
      [9, 'a'],
      [7, 'c'],
      [8, 'b'],
      [1, 'c'],
      [2, 'a'],
    ] as const)
      insert(clock, clock, 'w1', uuid);

    expect(uuids(timeline.list(true, 10))).toEqual(['a', 'b', 'c']);
    expect(uuids(timeline.list(false, 10))).toEqual(['c', 'a', 'b']);
    expect(uuids(timeline.list(true, 2))).toEqual(['a', 'b']);
  });

  it('stays small under a worker whose lists interleave its tasks, so that most events come late by their clocks', () => {
    const { timeline, insert } = timelineOf(1_000);
    let longest = 0;
    for (let round = 0; round < 10_000; round += 1) {
      for (let stage = 0; stage < 3; stage += 1) {
        for (let task = 0; task < 8; task += 1) {
          const clock = (round * 8 + task) * 3 + stage + 1;
          insert(clock, clock, 'w1', `${round} ${task}`);
        }
      }
      longest = Math.max(longest, timeline.length);
    }

    expect(longest).toBeLessThan(20_000);
  });

  it('holds about two entries per task, however many events they have', () => {
    const { timeline, insert } = timelineOf(2_000);
    const random = seeded(7);
    const lengths: number[] = [];

    for (let i = 1; i <= 100_000; i += 1) {
      insert(i, i, 'w1', `task ${Math.floor(random() * 1_000)}`);
      lengths.push(timeline.length);
    }

    expect(timeline.list(true, 2_000)).toHaveLength(1_000);
    expect(Math.max(...lengths)).toBeLessThan(8_000);
  });

  it('forgets the entries of evicted tasks', () => {
    const { timeline, insert } = timelineOf(100);

    for (let i = 1; i <= 50_000; i += 1) insert(i, i, `w${i % 7}`, `task ${i}`);

    expect(timeline.length).toBeLessThan(8_000);
    expect(uuids(timeline.list(true, 2))).toEqual(['task 50000', 'task 49999']);
    expect(timeline.list(true, 1_000)).toHaveLength(100);
  });

  it('keeps the order of events that all come late, beyond the size of one leaf', () => {
    const { timeline, insert } = timelineOf(20_000);
    const names = Array.from({ length: 20_000 }, (_, i) => `task ${i}`);

    for (const [i, name] of names.entries()) insert(20_000 - i, i, 'w1', name);

    expect(uuids(timeline.list(true, 20_000))).toEqual(names);
    expect(uuids(timeline.list(false, 2))).toEqual(['task 19999', 'task 19998']);
  });

  it('lists the same as one sorted list would, whatever comes in whichever order', () => {
    const random = seeded(11);
    const state = new State({ maxTasksInMemory: 6_000 });
    const ends = new Map<string, { first: number; last: number }>();
    for (let i = 0; i < 40_000; i += 1) {
      const clock = 1 + Math.floor(random() * (i + 5_000));
      const uuid = `task ${Math.floor(random() * (3_000 + i / 4))}`;
      const created = state.event(taskEvent('progress', uuid, { clock, hostname: 'w1', pid: 1 }))?.created;
      const known = created === true ? undefined : ends.get(uuid);
      ends.set(uuid, {
        first: Math.min(clock, known?.first ?? clock),
        last: Math.max(clock, known?.last ?? clock),
      });
    }

    const clocksOf = (reverse: boolean): number[] =>
      state.tasksByTime({ reverse }).map(({ uuid }) => ends.get(uuid)?.[reverse ? 'last' : 'first'] ?? 0);
    expect(clocksOf(true)).toHaveLength(6_000);
    expect(clocksOf(true)).toEqual(clocksOf(true).toSorted((a, b) => b - a));
    expect(clocksOf(false)).toEqual(clocksOf(false).toSorted((a, b) => a - b));
  });
});
