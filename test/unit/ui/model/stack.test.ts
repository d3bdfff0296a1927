import { describe, expect, it } from 'vitest';
import { frameOf } from '../../../../src/ui/model/view-state.ts';
import { burst, press, view, world } from '../../../support/view-context.ts';

describe('the way back', () => {
  it('goes back one frame with q, and quits at a top view', () => {
    const there = world();
    const deep = press(there, view(), 'enter').view;

    const popped = press(there, deep, 'q');
    expect(frameOf(popped.view).screen).toBe('tasks');
    expect(popped.effects).toEqual([]);

    there.nowMs += 1_000;
    expect(press(there, popped.view, 'q').effects).toEqual([{ kind: 'quit' }]);
  });

  it('does not overshoot with a burst of q', () => {
    const there = world();
    const deep = press(there, view(), 'enter').view;

    const after = burst(there, deep, 'q', 'q', 'q');

    expect(after.effects).toEqual([]);
    expect(after.view.message?.text).toBe('top level, q again to quit');
  });

  it('never quits with Escape', () => {
    const there = world();
    const deep = press(there, view(), 'enter').view;

    const after = press(there, deep, ...Array.from({ length: 20 }, () => 'escape'));

    expect(after.effects).toEqual([]);
    expect(frameOf(after.view).screen).toBe('tasks');
    expect(after.view.message?.text).toBe('top level, q quits');
  });

  it('undoes one narrowing per Escape: range, filter, problems, frame', () => {
    const there = world();
    const narrowed = press(there, view(), '!', '/', 't', 'enter', 'v').view;

    const first = press(there, narrowed, 'escape').view;
    expect(frameOf(first)).toMatchObject({ list: { anchor: undefined }, filter: 't', problemsOnly: true });
    const second = press(there, first, 'escape').view;
    expect(frameOf(second)).toMatchObject({ filter: '', problemsOnly: true });
    const third = press(there, second, 'escape').view;
    expect(frameOf(third)).toMatchObject({ problemsOnly: false });
  });

  it('gives each view back as it was left', () => {
    const there = world();
    const deep = press(there, view(), 'j', 'enter', '3').view;
    expect(frameOf(deep).screen).toBe('workers');

    const back = press(there, deep, '2').view;

    expect(frameOf(back)).toMatchObject({ screen: 'task', uuid: 't2' });
  });

  it('steps through the list it came from with J and K, on the same tab', () => {
    const there = world();
    const result = press(there, view(), 'r').view;

    const next = press(there, result, 'J').view;
    expect(frameOf(next)).toMatchObject({ uuid: 't2', tab: 'result' });
    expect(frameOf(press(there, next, 'K').view)).toMatchObject({ uuid: 't3', tab: 'result' });
    expect(press(there, result, 'K').view.message?.text).toBe('this is the first task of the list');
  });

  it('says why there is no traceback instead of opening an empty one', () => {
    const there = world(['received']);

    const after = press(there, view(), 't').view;

    expect(frameOf(after).screen).toBe('tasks');
    expect(after.message?.text).toBe('No traceback: task is RECEIVED');
  });
});
