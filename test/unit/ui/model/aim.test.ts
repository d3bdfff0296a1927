import { describe, expect, it } from 'vitest';
import { refilter } from '../../../../src/ui/model/reduce-list.ts';
import { targetOf } from '../../../../src/ui/model/target.ts';
import {
  frameOf,
  type TasksFrame,
  type ViewState,
  type WorkersFrame,
  withFrame,
} from '../../../../src/ui/model/view-state.ts';
import { contextOf, press, view, worker, world } from '../../../support/view-context.ts';

function withList(before: ViewState, list: Partial<TasksFrame['list']>): ViewState {
  const frame = frameOf(before) as TasksFrame | WorkersFrame;
  return withFrame(before, { ...frame, list: { ...frame.list, ...list } });
}

describe('what an action is aimed at', () => {
  it('is refused when the selected worker is not listed, instead of taking the first', () => {
    const there = world();

    const step = press(there, withList(view({ view: 'workers' }), { selected: 'celery@w9' }), 'X');

    expect(step.view.overlay).toBeUndefined();
    expect(step.view.message?.text).toBe('the selected worker is not shown');
  });

  it('is refused when the selected task is not listed', () => {
    const there = world();
    const held = press(there, view(), 'j').view;

    const step = press(there, withList(held, { selected: 't9' }), 'c');

    expect(step.view.overlay).toBeUndefined();
    expect(step.view.message?.text).toBe('the selected task is not shown');
  });

  it('is every marked worker, also one that is not listed', () => {
    const there = world();
    there.workers.set('celery@w3', worker);
    const context = { ...contextOf(there), workers: () => contextOf(world()).workers({} as WorkersFrame) };
    const marked = withList(view({ view: 'workers' }), { marks: new Set(['celery@w3', 'celery@w1']) });

    expect(targetOf(marked, 'shutdown', context).hostnames).toEqual(['celery@w1', 'celery@w3']);
  });

  it('is every marked task, also one that a filter hides', () => {
    const there = world();
    const marked = press(there, view(), '*').view;
    const frame = frameOf(marked) as TasksFrame;
    const narrowed = withFrame(marked, refilter({ ...frame, filter: 't2' }, contextOf(there)));

    const { tasks } = targetOf(narrowed, 'revoke', contextOf(there));

    expect(tasks.map((task) => task.uuid).sort()).toEqual(['t0', 't1', 't2', 't3']);
    expect(tasks[0]?.uuid).toBe('t2');
  });

  it('is not the row under the cursor while only hidden workers are marked', () => {
    const marked = withList(view({ view: 'workers' }), { marks: new Set(['celery@gone']) });

    const step = press(world(), marked, 'X');

    expect(step.view.message?.text).toContain('celery@gone is offline');
  });
});
