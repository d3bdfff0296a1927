import { describe, expect, it } from 'vitest';
import { frameOf } from '../../../../src/ui/model/view-state.ts';
import { press, view, world } from '../../../support/view-context.ts';

function command(text: string): string[] {
  return [':', ...[...text].map((letter) => (letter === ' ' ? 'space' : letter)), 'enter'];
}

describe('the command palette', () => {
  it('goes to the workers with wor, Tab, Enter', () => {
    const step = press(world(), view(), ':', 'w', 'o', 'r', 'tab', 'enter');

    expect(step.effects).toEqual([{ kind: 'command', text: 'view workers' }]);
  });

  it('closes with Esc and leaves the screen as it was', () => {
    const step = press(world(), view(), ':', 'x', 'escape');

    expect(step.view.overlay).toBeUndefined();
    expect(frameOf(step.view).screen).toBe('tasks');
  });

  it('hands a typed command on whole', () => {
    expect(press(world(), view(), ...command('rate_limit app.add 10/s')).effects).toEqual([
      { kind: 'command', text: 'rate_limit app.add 10/s' },
    ]);
  });

  it('completes the names of task types and workers', () => {
    const typed = press(world(), view(), ...command('rate_limit ap').slice(0, -1), 'tab').view;

    expect(typed.overlay).toMatchObject({ editor: { text: 'rate_limit app.add ' } });
  });
});
