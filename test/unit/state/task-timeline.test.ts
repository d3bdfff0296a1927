import { describe, expect, it } from 'vitest';
import { Task } from '../../../src/state/task.ts';
import { TaskTimeline } from '../../../src/state/task-timeline.ts';
import { uuids } from './celery-dump.ts';

function task(uuid: string): Task {
  return new Task(uuid, new Map());
}

describe('TaskTimeline', () => {
  it('puts an entry after its equals', () => {
    const timeline = new TaskTimeline(100);
    for (const uuid of ['a', 'b', 'c']) timeline.insert(5, 1, 'w1', task(uuid).links);

    expect(uuids(timeline.list(false, 10))).toEqual(['a', 'b', 'c']);
  });

  it('compares clocks, then origins, and times where a clock is missing', () => {
    const timeline = new TaskTimeline(100);
    timeline.insert(7, 9, 'w1', task('clock 7').links);
    timeline.insert(5, 10, 'w2', task('clock 5, w2').links);
    timeline.insert(5, 11, 'w1', task('clock 5, w1').links);
    timeline.insert(0, 8, 'w1', task('time 8').links);

    expect(uuids(timeline.list(false, 10))).toEqual(['time 8', 'clock 5, w1', 'clock 5, w2', 'clock 7']);
  });

  it('never holds more entries than its limit, and still lists every task', () => {
    const timeline = new TaskTimeline(12);
    const tasks = ['a', 'b', 'c'].map(task);
    const lengths: number[] = [];

    for (let i = 0; i < 100; i += 1) {
      timeline.insert(i + 1, i, 'w1', tasks[i < 3 ? i : 2]!.links);
      lengths.push(timeline.length);
    }

    expect(Math.max(...lengths)).toBe(12);
    expect(uuids(timeline.list(true, 10))).toEqual(['c', 'b', 'a']);
  });

  it('grows beyond the room it begins with', () => {
    const timeline = new TaskTimeline(4000);
    const names = Array.from({ length: 1000 }, (_, i) => `task ${i}`);

    for (const [i, name] of names.entries()) timeline.insert(1000 - i, i, 'w1', task(name).links);

    expect(uuids(timeline.list(true, 1000))).toEqual(names);
  });
});
