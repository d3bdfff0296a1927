import { describe, expect, it } from 'vitest';
import type { TaskFilterContext } from '../../../src/presentation/filter/task-filter-facts.ts';
import { taskFilter } from '../../../src/query/task-filter.ts';
import { TaskQuery } from '../../../src/query/task-query.ts';
import { RunTimes } from '../../../src/ui/model/run-times.ts';
import { ManualSlices } from '../../support/manual-slices.ts';
import { start, stateWith } from '../../support/view-context.ts';

const context: TaskFilterContext = {
  now: () => start + 1_000,
  zoneOffset: () => 0,
  marked: (uuid) => uuid === 't1',
  revoking: () => false,
  unknown: () => false,
  lateAfter: () => 10,
  p99: () => undefined,
  offline: () => false,
};

function listed(...texts: readonly string[]): string[] {
  const state = stateWith(['succeeded', 'failed', 'started', 'received', 'retried']);
  const { slices } = new ManualSlices();
  const query = new TaskQuery({ state, slices, filter: taskFilter(texts, context), nowMs: () => 0 });
  return query.newest(10).map((task) => task.uuid);
}

describe('the filter of the Tasks list', () => {
  it.each([
    ['', ['t4', 't3', 't2', 't1', 't0']],
    ['state:fail,retry', ['t4', 't1']],
    ['-state:success runtime:>50ms', ['t4', 't2', 't1']],
    ['name:app.add', ['t4', 't3', 't2', 't1', 't0']],
    ['name=app.add state:started', ['t2']],
    ['name=app.other', []],
    ['id=t3', ['t3']],
    ['worker=celery@w1 is:ready', ['t1', 't0']],
    ['is:marked', ['t1']],
    ['(t0 OR t4)', ['t4', 't0']],
  ])('%j lists %j', (filter, uuids) => {
    expect(listed(filter)).toEqual(uuids);
  });

  it('of several texts is all of them, however long and deep each is', () => {
    expect(listed('', 'is:problem')).toEqual(['t4', 't1']);
    expect(listed('t0 OR t1', 'is:problem')).toEqual(['t1']);
    expect(listed(`${'('.repeat(32)}t1${')'.repeat(32)}`, 'is:problem')).toEqual(['t1']);
    expect(listed(`t1${' '.repeat(4_094)}`, 'is:problem')).toEqual(['t1']);
  });

  it('that cannot be read lets everything through', () => {
    expect(listed('runtime:>2x')).toHaveLength(5);
  });
});

describe('run times', () => {
  it('claims nothing of a type with few finished tasks, then the 99th percentile', () => {
    let nowMs = 0;
    const few = new RunTimes(stateWith(['succeeded', 'succeeded']), () => nowMs);
    expect(few.p99('app.add')).toBeUndefined();

    const many = new RunTimes(stateWith(Array.from({ length: 30 }, () => 'succeeded')), () => nowMs);
    expect(many.p99('app.add')).toBe(0.1);
    nowMs += 10_000;
    expect(many.p99('app.add')).toBe(0.1);
  });
});
