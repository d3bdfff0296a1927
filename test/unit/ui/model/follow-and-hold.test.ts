import { describe, expect, it } from 'vitest';
import { reduce } from '../../../../src/ui/model/reduce.ts';
import { frameOf, type TasksFrame, type ViewState } from '../../../../src/ui/model/view-state.ts';
import { addTask, contextOf, press, view, world } from '../../../support/view-context.ts';

function tasks(state: ViewState): TasksFrame {
  const frame = frameOf(state);
  if (frame.screen !== 'tasks') throw new Error(`the screen is ${frame.screen}`);
  return frame;
}

const many = Array.from({ length: 40 }, (_, index) => (index % 10 === 3 ? 'failed' : 'succeeded'));

describe('the Tasks list', () => {
  it.each([
    { keys: ['j'], selected: 't38' },
    { keys: ['j', 'j', 'j'], selected: 't36' },
    { keys: ['down', 'up'], selected: 't39' },
    { keys: ['k'], selected: 't39' },
    { keys: ['G'], selected: 't0' },
    { keys: ['G', 'j'], selected: 't0' },
    { keys: ['end', 'home'], selected: 't39' },
    { keys: ['ctrl-d'], selected: 't34' },
    { keys: ['ctrl-f', 'ctrl-b'], selected: 't39' },
    { keys: ['pagedown', 'ctrl-u'], selected: 't34' },
    { keys: ['n'], selected: 't33' },
    { keys: ['n', 'n', 'N'], selected: 't33' },
  ])('moves to $selected after $keys', ({ keys, selected }) => {
    const after = press(world(many), view(), ...keys).view;

    expect(tasks(after).list.selected ?? tasks(after).held?.tasks[0]?.uuid).toBe(selected);
  });

  it('holds the rows at the first move, while newer tasks arrive', () => {
    const there = world(many);
    const held = press(there, view(), 'j').view;

    addTask(there.state, 'newer', 'received', 99);
    const after = press(there, held, 'j').view;

    expect(tasks(after).held?.tasks.map((task) => task.uuid)).not.toContain('newer');
    expect(tasks(after).list.selected).toBe('t37');
  });

  it('latches the row under the cursor before acting on it', () => {
    const there = world(many);
    const asked = press(there, view(), 'c').view;

    addTask(there.state, 'newer', 'received', 99);

    expect(asked.overlay).toMatchObject({ kind: 'dialog', dialog: { target: { tasks: [{ uuid: 't39' }] } } });
    expect(press(there, asked, 'y').effects).toMatchObject([
      { kind: 'send', request: { method: 'revoke', args: { task_id: ['t39'] } } },
    ]);
  });

  it.each([['f'], ['g']])('follows again after %s on the first row', (key) => {
    const held = press(world(many), view(), 'j', 'k').view;

    expect(tasks(held).held).toBeDefined();
    expect(tasks(press(world(many), held, key).view).held).toBeUndefined();
  });

  it('shows what a held task became, in place', () => {
    const there = world(['started']);
    const held = press(there, view(), 'j').view;

    there.state.event({
      type: 'task-succeeded',
      uuid: 't0',
      hostname: 'celery@w1',
      timestamp: 1_800_000_000,
      local_received: 1_800_000_000,
      clock: 99,
    });

    expect(tasks(held).held?.tasks[0]?.state).toBe('SUCCESS');
  });

  it('marks, marks a range, marks all and unmarks, and keeps marks through a filter and a sort', () => {
    const there = world(many);

    const two = press(there, view(), 'space', 'space').view;
    expect([...tasks(two).list.marks]).toEqual(['t39', 't38']);

    const range = press(there, two, 'v', 'j', 'j').view;
    expect(tasks(range).list.marks.size).toBe(5);

    const sorted = press(there, range, 'escape', 'S', '/', 't', '3', 'enter').view;
    expect(tasks(sorted).list.marks.size).toBe(5);

    const all = press(there, sorted, '*').view;
    expect(tasks(all).list.marks.size).toBe(11);

    expect(tasks(press(there, all, 'U').view).list.marks.size).toBe(0);
  });

  it('restores the filter that was there when Esc ends the typing, and clears it when Esc comes later', () => {
    const there = world(many);
    const filtered = press(there, view(), '/', 't', '3', 'enter').view;

    expect(tasks(press(there, filtered, '/', '9', 'escape').view).filter).toBe('t3');
    expect(tasks(press(there, filtered, 'escape').view).filter).toBe('');
  });

  it('stands still while paused and follows again afterwards', () => {
    const there = world(many);
    const paused = press(there, view(), 'p').view;

    expect(paused.paused).toBeDefined();
    expect(press(there, paused, 's').view.message?.text).toContain('paused');

    const live = press(there, paused, 'p').view;
    expect(live.paused).toBeUndefined();
    expect(tasks(live).held).toBeUndefined();
  });

  it('holds the rows as they were painted, not as they have become since', () => {
    const there = world(['succeeded', 'failed', 'started']);
    const painted = [...there.state.tasksByTime()];
    addTask(there.state, 'newer', 'received', 99);
    const context = { ...contextOf(there, 1), shown: () => painted };

    const { view: asked } = reduce(view(), 'rate-limit', context);

    expect(asked.overlay).toMatchObject({ dialog: { target: { tasks: [{ uuid: 't2' }] } } });
    expect(tasks(asked).held?.tasks.map((task) => task.uuid)).toEqual(['t2', 't1', 't0', 'newer']);
  });

  it('does not leave a row that was chosen while paused', () => {
    const there = world(many);

    const live = press(there, view(), 'p', 'j', 'p').view;

    expect(tasks(live).held).toBeDefined();
    expect(tasks(live).list.selected).toBe('t38');
  });

  it('stays on its view while paused, for only that one is frozen', () => {
    const there = world(many);

    expect(press(there, view(), 'p', '3').view.message?.text).toBe('paused: press p to go on');
  });
});
