import { describe, expect, it } from 'vitest';
import { frameOf, type ViewState } from '../../../../src/ui/model/view-state.ts';
import { press, view, world } from '../../../support/view-context.ts';

function typing(text: string): string[] {
  return ['/', ...[...text].map((letter) => (letter === ' ' ? 'space' : letter))];
}

function filterOf(state: ViewState): string {
  const frame = frameOf(state);
  return 'filter' in frame ? frame.filter : '';
}

describe('a filter being typed', () => {
  it('is in force with each key, and stays with Enter', () => {
    const there = world();

    expect(filterOf(press(there, view(), ...typing('state:fail')).view)).toBe('state:fail');
    expect(press(there, view(), ...typing('state:fail'), 'enter').view.overlay).toBeUndefined();
  });

  it('keeps the last valid one in force while it does not parse, and says where', () => {
    const step = press(world(), view(), ...typing('runtime:>2x'));

    expect(filterOf(step.view)).not.toBe('runtime:>2x');
    expect(step.view.overlay).toMatchObject({
      kind: 'filter',
      problem: { message: expect.stringContaining('unit') },
    });
    expect(press(world(), step.view, 'enter').view.overlay).toMatchObject({ kind: 'filter' });
  });

  it('goes back to the filter before with Esc', () => {
    const there = world();
    const kept = press(there, view(), ...typing('t1'), 'enter').view;

    expect(filterOf(press(there, kept, '/', '2', 'escape').view)).toBe('t1');
  });

  it('completes fields, then values', () => {
    const there = world();

    const field = press(there, view(), ...typing('sta'), 'tab').view;
    expect(field.overlay).toMatchObject({ editor: { text: 'state:' } });
    const value = press(there, view(), ...typing('name:ap'), 'tab').view;
    expect(value.overlay).toMatchObject({ editor: { text: expect.stringContaining('name:app.add') } });
  });

  it('recalls earlier filters with the arrows', () => {
    const there = world();
    const first = press(there, view(), ...typing('t1'), 'enter').view;
    const second = press(there, first, 'escape', ...typing('t2'), 'enter').view;

    const up = press(there, second, 'escape', '/', 'up').view;
    expect(filterOf(up)).toBe('t2');
    expect(filterOf(press(there, up, 'up').view)).toBe('t1');
    expect(filterOf(press(there, up, 'up', 'down').view)).toBe('t2');
  });

  it('is refused by the palette when it does not parse', () => {
    const step = press(
      world(),
      view(),
      ':',
      ...[...'filter rt:>2x'].map((key) => (key === ' ' ? 'space' : key)),
      'enter',
    );

    expect(step.effects).toEqual([{ kind: 'command', text: 'filter rt:>2x' }]);
  });
});
