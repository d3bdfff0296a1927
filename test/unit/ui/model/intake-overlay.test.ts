import { describe, expect, it } from 'vitest';
import type { KeyPress } from '../../../../src/ui/input/key.ts';
import { press, view, world } from '../../../support/view-context.ts';

const open = press(world(), view(), 'I').view;

describe('the intake panel', () => {
  it('opens from every screen with I', () => {
    for (const keys of [[], ['enter'], ['3'], ['3', 'enter']]) {
      expect(press(world(), view(), ...keys, 'I').view.overlay).toEqual({ kind: 'intake', row: 0 });
    }
  });

  it('can be typed into the palette', () => {
    const { effects } = press(world(), view(), ':', ...'intake', 'enter');

    expect(effects).toEqual([{ kind: 'run', action: 'intake' }]);
  });

  it('moves within its workers', () => {
    const row = (...keys: string[]): unknown => press(world(), open, ...keys).view.overlay;

    expect(row('j')).toEqual({ kind: 'intake', row: 1 });
    expect(row('j', 'j', 'down', 'pagedown')).toEqual({ kind: 'intake', row: 1 });
    expect(row('j', 'k', 'up')).toEqual({ kind: 'intake', row: 0 });
  });

  it.each<KeyPress['key']>(['escape', 'q', 'I', 'ctrl-c'])('closes with %s, and nothing else', (key) => {
    const step = press(world(), open, key);

    expect(step.view.overlay).toBeUndefined();
    expect(step.effects).toEqual([]);
    expect(step.view.stack).toEqual(open.stack);
  });
});
