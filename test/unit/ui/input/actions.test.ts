import { describe, expect, it } from 'vitest';
import { type Action, actions, keysLabel } from '../../../../src/ui/input/actions.ts';
import { actionForKey, actionsOf } from '../../../../src/ui/input/dispatch.ts';
import { disabledReason } from '../../../../src/ui/model/availability.ts';
import { helpItems } from '../../../../src/ui/model/menus.ts';
import { reduce } from '../../../../src/ui/model/reduce.ts';
import { screens } from '../../../../src/ui/model/screens.ts';
import { frameOf, type ViewState } from '../../../../src/ui/model/view-state.ts';
import { isOperation } from '../../../../src/ui/operations/operations.ts';
import { contextOf, press, view, world } from '../../../support/view-context.ts';

/** What the decoder can report: a single character, a name, or `ctrl-` and a letter. */
const reportable =
  /^(.|space|enter|escape|tab|shift-tab|up|down|left|right|home|end|pageup|pagedown|ctrl-[a-z])$/u;

const openViews: readonly (readonly [string, ViewState])[] = [
  ['tasks', view()],
  ['task', press(world(), view(), 'enter').view],
  ['workers', view({ view: 'workers' })],
  ['types', view({ view: 'types' })],
  ['worker', press(world(), view({ view: 'workers' }), 'enter').view],
];

describe('the action registry', () => {
  it.each(screens.map((screen) => [screen.id, screen] as const))(
    'binds no key twice on the %s screen',
    (_, screen) => {
      for (const scope of screen.scopes) {
        const keys = actions.filter((entry) => entry.scope === scope).flatMap((entry) => entry.keys);
        expect(new Set(keys).size, `${scope}: ${keys.join(' ')}`).toBe(keys.length);
      }
    },
  );

  it.each(actions.map((entry) => [`${entry.scope} ${entry.id}`, entry] as const))(
    '%s can be typed and printed',
    (_, entry) => {
      expect(entry.title.length).toBeLessThanOrEqual(24);
      expect(entry.keys.length).toBeGreaterThan(0);
      for (const key of entry.keys) expect(key).toMatch(reportable);
    },
  );

  it('declares a level for exactly those actions that change the cluster', () => {
    const asking = new Set(actions.filter((entry) => (entry.level ?? 0) > 0).map((entry) => entry.id));

    expect([...asking].every(isOperation)).toBe(true);
    expect(actions.filter((entry) => isOperation(entry.id)).every((entry) => (entry.level ?? 0) > 0)).toBe(
      true,
    );
  });

  it('keeps the keys of the old curses monitor on the Tasks screen', () => {
    const tasks = screens[0]!;
    const meaning = (key: string): string | undefined => actionForKey(tasks, key)?.id;

    expect(['j', 'k', 'down', 'up', 'i', 'enter', 't', 'r', 'c', 'l', 'ctrl-c'].map(meaning)).toEqual([
      'move-down',
      'move-up',
      'move-down',
      'move-up',
      'task-info',
      'open',
      'task-traceback',
      'task-result',
      'revoke',
      'rate-limit',
      'quit',
    ]);
  });

  it('never acts on Backspace or Delete, and never needs Alt or a function key', () => {
    const keys: readonly string[] = actions.flatMap((entry) => entry.keys);

    expect(keys.filter((key) => /backspace|delete|alt|^f\d/.test(key))).toEqual([]);
  });
});

describe.each(openViews)('on the %s screen', (name, open) => {
  it('has help for every key that works there', () => {
    const screen = screens.find((entry) => entry.id === name)!;
    const listed = helpItems(open, '', contextOf(world())).map((item) => item.text);

    for (const entry of actionsOf(screen)) expect(listed).toContain(keysLabel(entry));
  });

  it('finds help by typing', () => {
    const found = helpItems(open, 'redraw', contextOf(world()));

    expect(found.map((item) => item.title)).toEqual(['redraw the screen']);
  });

  it('gives every key of its help an effect or a reason', () => {
    const screen = screens.find((entry) => entry.id === name)!;
    for (const entry of actionsOf(screen) as readonly Action[]) {
      const there = world(['failed', 'failed', 'succeeded', 'failed', 'received']);
      const prepared = prepare(open, entry.id);
      const context = contextOf(there, 50);
      const reason = disabledReason(prepared, entry.id, context);
      const step = reduce(prepared, entry.id, context);
      const acted = step.effects.length > 0 || step.view !== prepared;

      expect(acted || reason !== undefined, `${entry.id} does nothing`).toBe(true);
      if (reason !== undefined) expect(step.view.message?.text).toBe(reason);
    }
  });
});

/** Some keys have nothing to undo on a fresh screen. */
function prepare(open: ViewState, id: string): ViewState {
  const frame = frameOf(open);
  return id === 'unmark-all' && 'list' in frame ? { ...open, poppedAtMs: 0 } : open;
}
