import { describe, expect, it } from 'vitest';
import type { TaskFilterContext } from '../../../../src/presentation/filter/task-filter-facts.ts';
import { taskFilter, tasksUnder } from '../../../../src/ui/model/task-filter.ts';
import { type TasksFrame, topFrame } from '../../../../src/ui/model/view-state.ts';
import { start, stateWith } from '../../../support/view-context.ts';

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

function listed(filter: string, problemsOnly = false): string[] {
  const frame = { ...(topFrame('tasks') as TasksFrame), filter, problemsOnly };
  const state = stateWith(['succeeded', 'failed', 'started', 'received', 'retried']);
  return tasksUnder(taskFilter(frame, context), state).map((task) => task.uuid);
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

  it('keeps the filter when only problems are asked for', () => {
    expect(listed('', true)).toEqual(['t4', 't1']);
    expect(listed('t0 OR t1', true)).toEqual(['t1']);
  });
});
