import { describe, expect, it } from 'vitest';
import { State } from '../../../src/state/state.ts';
import type { Task } from '../../../src/state/task.ts';
import { taskEvent, workerEvent } from './sample-events.ts';

const most = 256 * 1024;

function taskOf(fields: Record<string, unknown>): Task {
  const state = new State();
  state.event(taskEvent('failed', 'a', fields));
  return state.tasks.get('a')!;
}

describe('the memory of a State', () => {
  it('keeps a text of 256 KiB whole, and cuts a longer one with a remark', () => {
    expect(taskOf({ traceback: 'x'.repeat(most) }).traceback).toBe('x'.repeat(most));
    expect(taskOf({ traceback: 'x'.repeat(most + 1) }).traceback).toBe(
      `${'x'.repeat(most)}… cut here, 262145 characters`,
    );
  });

  it('cuts a text that is no field of a task, or one of a worker', () => {
    const state = new State();
    state.event(
      workerEvent('online', 'w@x', { sw_ident: 'x'.repeat(most + 5), other: 'y'.repeat(most + 5) }),
    );
    const [worker] = [...state.workers.values()];

    expect(taskOf({ other: 'x'.repeat(most + 5) }).extra.get('other')).toHaveLength(most + 29);
    expect(worker!.swIdent).toHaveLength(most + 29);
    expect(worker!.extra.get('other')).toHaveLength(most + 29);
  });

  it.each([
    ['a long list', Array.from({ length: 40_000 }, () => 1)],
    ['many long texts', Array.from({ length: 30 }, () => 'x'.repeat(10_000))],
    ['a long key', { ['x'.repeat(most)]: 1 }],
    ['much within', { a: [{ b: Array.from({ length: 40_000 }, () => null) }] }],
  ])('does not keep %s', (_what, value) => {
    const task = taskOf({ other: value, result: value, small: [1] });

    expect(task.extra.has('other')).toBe(false);
    expect(task.result).toBeNull();
    expect(task.extra.has('result')).toBe(false);
    expect(task.extra.get('small')).toEqual([1]);
  });

  it('does not keep a worker’s endless load average, nor a field with an endless name', () => {
    const state = new State();
    const loadavg = Array.from({ length: 40_000 }, () => 1);
    state.event(workerEvent('online', 'w@x', { loadavg, ['x'.repeat(1025)]: 1 }));
    const [worker] = [...state.workers.values()];

    expect(worker!.loadavg).toBeUndefined();
    expect(worker!.extra.size).toBe(0);
  });

  it('does not leave an older value in the place of one that is too large', () => {
    const state = new State();
    state.event(taskEvent('received', 'a', { other: [1] }));
    state.event(taskEvent('started', 'a', { other: ['x'.repeat(most + 1)] }));

    expect(state.tasks.get('a')!.extra.has('other')).toBe(false);
  });

  it('takes names of 1,024 characters and counts longer ones as malformed', () => {
    const state = new State();
    state.event(taskEvent('received', 'u'.repeat(1024), { hostname: 'h'.repeat(1024) }));
    expect([state.malformedCount, state.tasks.size, state.workers.size]).toEqual([0, 1, 1]);

    state.event(taskEvent('received', 'u'.repeat(1025)));
    state.event(taskEvent('received', 'a', { hostname: 'h'.repeat(1025) }));
    state.event(workerEvent('online', 'h'.repeat(1025)));
    state.event(taskEvent('t'.repeat(1025), 'a'));
    expect([state.malformedCount, state.tasks.size, state.workers.size]).toEqual([4, 1, 1]);
  });
});
