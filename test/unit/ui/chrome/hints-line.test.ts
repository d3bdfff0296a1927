import { describe, expect, it } from 'vitest';
import { createContext } from '../../../../src/presentation/context.ts';
import { hintsLine } from '../../../../src/ui/chrome/hints-line.ts';
import { press, view, world } from '../../../support/view-context.ts';

const context = createContext({ now: 0 });

function hints(state: ReturnType<typeof view>, columns: number): string {
  return hintsLine(state, columns - 1, context)
    .map((span) => span.text)
    .join('')
    .trimEnd();
}

describe('the hints line', () => {
  it.each([40, 60, 80, 140, 200])('fits %i columns on every screen and ends with ? help', (columns) => {
    const there = world();
    const open = [
      view(),
      view({ view: 'workers' }),
      press(there, view(), 'enter').view,
      press(there, view({ view: 'workers' }), 'enter').view,
    ];

    for (const state of open) {
      const line = hints(state, columns);
      expect(line.length).toBeLessThan(columns);
      expect(line).toMatch(/\? help$/);
    }
  });

  it('drops the least useful keys first', () => {
    expect(hints(view(), 60)).toContain('Enter open  i info  t trace  r result');
    expect(hints(view(), 60)).not.toContain('problems');
    expect(hints(view(), 200)).toContain('! problems');
  });

  it('begins with the keys of a replay in one, and names none that sends a command', () => {
    const line = hints(view({ playback: 'replay' }), 200);

    expect(line).toMatch(/^ p play {2}\. event {2}< 10 s back {2}> 10 s on/);
    expect(line).not.toMatch(/revoke|limit|terminate|enable/);
    expect(hints(view({ playback: 'replay', view: 'workers' }), 200)).not.toMatch(/shutdown|queue|events/);
  });

  it('shows the keys of what lies over the screen', () => {
    expect(hints(press(world(), view(), '/').view, 80)).toBe(
      ' Enter keep  Tab complete  ↑↓ history  Esc restore',
    );
    expect(hints(press(world(), view(), 'l').view, 80)).toContain('Enter send');
  });

  it('offers what helps while there is no task at all', () => {
    const line = hintsLine(view(), 79, context, true)
      .map((span) => span.text)
      .join('');

    expect(line).toContain('E enable events  3 workers  : command  q back');
    expect(line).not.toContain('revoke');
  });
});
