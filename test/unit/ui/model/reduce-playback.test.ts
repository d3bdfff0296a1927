import { describe, expect, it } from 'vitest';
import { actions } from '../../../../src/ui/input/actions.ts';
import { actionForKey, actionsOf } from '../../../../src/ui/input/dispatch.ts';
import type { Effect } from '../../../../src/ui/model/effect.ts';
import { screenHere } from '../../../../src/ui/model/here.ts';
import { runCommand } from '../../../../src/ui/model/run-command.ts';
import { screenOf, screens } from '../../../../src/ui/model/screens.ts';
import { frameOf, topFrame, type ViewState } from '../../../../src/ui/model/view-state.ts';
import { contextOf, press, start, view, type World, world } from '../../../support/view-context.ts';

const replay: ViewState = view({ playback: 'replay' });
const rewind: ViewState = { ...view(), playback: 'rewind' };

function command(open: ViewState, text: string, there: World = world()): ReturnType<typeof runCommand> {
  return runCommand(open, text, contextOf(there));
}

describe('keys of a replay', () => {
  it.each<[string, Effect]>([
    ['p', { kind: 'move', move: { to: 'play-or-stop' } }],
    [',', { kind: 'move', move: { to: 'event', by: -1 } }],
    ['.', { kind: 'move', move: { to: 'event', by: 1 } }],
    ['<', { kind: 'move', move: { to: 'later', by: -10 } }],
    ['>', { kind: 'move', move: { to: 'later', by: 10 } }],
    ['{', { kind: 'move', move: { to: 'failure', by: -1 } }],
    ['}', { kind: 'move', move: { to: 'failure', by: 1 } }],
    ['+', { kind: 'move', move: { to: 'speed', by: 1 } }],
    ['-', { kind: 'move', move: { to: 'speed', by: -1 } }],
    ['f', { kind: 'move', move: { to: 'end' } }],
  ])('%s moves in time on every screen', (key, effect) => {
    for (const { id } of screens) {
      const tops = id === 'task' || id === 'worker' ? [] : [topFrame(id)];
      for (const frame of tops) {
        expect(press(world(), { ...replay, stack: [frame] }, key).effects).toEqual([effect]);
        expect(press(world(), { ...rewind, stack: [frame] }, key).effects).toEqual([effect]);
      }
    }
    const detail = press(world(), replay, 'enter').view;
    expect(frameOf(detail).screen).toBe('task');
    expect(press(world(), detail, key).effects).toEqual([effect]);
  });

  it('are all of their scope', () => {
    const keys = actions.filter(({ scope }) => scope === 'playback').flatMap((action) => action.keys);

    expect([...keys].sort()).toEqual([...'+,-.<>%fp{}'].sort());
  });

  it('mean what they mean elsewhere while the present is on screen', () => {
    const tasks = screenOf('tasks');

    expect(['p', 'f', '<', ','].map((key) => actionForKey(tasks, key)?.id)).toEqual([
      ...['pause', 'follow', 'rewind', 'rewind'],
    ]);
    expect(['.', '>', '{', '}', '%'].map((key) => actionForKey(tasks, key))).toEqual(
      Array(5).fill(undefined),
    );
  });

  it('leave nothing in help and menus of what they have taken the keys of', () => {
    const ids = actionsOf(screenHere(replay)).map(({ id }) => id);

    for (const id of ['pause', 'follow', 'rewind'] as const) expect(ids).not.toContain(id);
  });

  it('go to a percentage with each digit, and back with Backspace', () => {
    const shares = (...keys: readonly string[]): unknown[] =>
      press(world(), replay, '%', ...keys).effects.map(
        (effect) => effect.kind === 'move' && effect.move.to === 'share' && effect.move.share,
      );

    expect(shares('5', '0')).toEqual([0.05, 0.5]);
    expect(shares('5', '0', 'backspace')).toEqual([0.05, 0.5, 0.05]);
    expect(shares('5', 'backspace', 'backspace', '7')).toEqual([0.05, 0.07]);
    expect(shares('1', '0', '0')).toEqual([0.01, 0.1, 1]);
    expect(shares('0')).toEqual([0]);
  });

  it.each([['escape'], ['enter'], ['ctrl-c'], ['5', '0', 'enter'], ['1', '0', '0'], ['9', '9', '9'], ['x']])(
    'end the percentage with %s %s %s',
    (...keys) => {
      const { view: after, effects } = press(world(), replay, '%', ...keys);

      expect(after.overlay).toBeUndefined();
      expect(effects.every(({ kind }) => kind === 'move')).toBe(true);
      expect(frameOf(after)).toEqual(frameOf(replay));
    },
  );
});

describe('a list that is held', () => {
  const held = press(world(), replay, 'j').view;

  it.each([',', '.', '<', '>', '{', '}', 'f'])('is let go by %s', (key) => {
    expect(frameOf(held)).toMatchObject({ held: expect.anything() });

    expect(frameOf(press(world(), held, key).view)).toMatchObject({ held: undefined });
  });

  it.each(['p', '+', '-'])('stays with %s, which goes to no other time', (key) => {
    expect(frameOf(press(world(), held, key).view)).toEqual(frameOf(held));
  });

  it('keeps its filter and its marks', () => {
    const filtered = command(press(world(), replay, 'space').view, 'filter app').view;
    const after = press(world(), filtered, '>').view;

    expect(frameOf(after)).toMatchObject({ filter: 'app', held: undefined });
    expect(frameOf(after)).toMatchObject({ list: { marks: expect.objectContaining({ size: 1 }) } });
  });
});

describe(':at', () => {
  // What is on screen is of 22:30:00.
  const there = world();
  const now = there.nowMs / 1000;

  it('takes the time of the clock of the replay for now', () => {
    expect([start + 1_000, new Date(now * 1000).toISOString()]).toEqual([now, '2023-11-14T22:30:00.000Z']);
  });

  it.each([
    ['13:45', '2023-11-14T13:45:00Z'],
    ['22:31:05', '2023-11-14T22:31:05Z'],
    // The nearest of that name.
    ['00:10', '2023-11-15T00:10:00Z'],
    ['2023-11-13T01:02', '2023-11-13T01:02:00Z'],
    ['2023-11-13T01:02:03+01:00', '2023-11-13T00:02:03Z'],
    ['-5m', '2023-11-14T22:25:00Z'],
    ['+90s', '2023-11-14T22:31:30Z'],
    ['now', '2023-11-14T22:30:00Z'],
  ])('%s goes to %s in UTC', (text, iso) => {
    expect(command(replay, `at ${text}`, there).effects).toEqual([
      { kind: 'move', move: { to: 'time', at: Date.parse(iso) / 1000 } },
    ]);
  });

  it.each([
    ['50%', 0.5],
    ['0%', 0],
    ['100%', 1],
    ['12.5%', 0.125],
  ])('%s goes to that part', (text, share) => {
    expect(command(replay, `at ${text}`, there).effects).toEqual([
      { kind: 'move', move: { to: 'share', share } },
    ]);
  });

  it.each([
    ['nonsense', 'at: "nonsense" is no time: write 14:03, 14:03:20, 2026-08-22T14:03 or -15m'],
    ['25:00', 'at: "25:00" is no time: write'],
    ['150%', 'at: "150%" is no time: write'],
    ['-5x', 'at: '],
    ['', 'at: '],
  ])('refuses %j in words, and stays', (text, words) => {
    const { view: after, effects } = command(replay, `at ${text}`, there);

    expect(effects).toEqual([]);
    expect(after.message).toMatchObject({ tone: 'warn', text: expect.stringContaining(words) });
  });

  it('is not for the present', () => {
    const { view: after, effects } = command(view(), 'at 13:45', there);

    expect(effects).toEqual([]);
    expect(after.message?.text).toBe('at: only in a replay; :rewind goes back from here');
  });

  it('lets a held list go', () => {
    const held = press(there, replay, 'j').view;

    expect(frameOf(command(held, 'at 50%', there).view)).toMatchObject({ held: undefined });
  });
});

describe('rewinding', () => {
  it.each(['<', ','])('begins with %s in the present', (key) => {
    expect(press(world(), view(), key).effects).toEqual([{ kind: 'rewind', seconds: 10 }]);
  });

  it.each([
    ['rewind', 10],
    ['rewind 5m', 300],
    ['rewind -90s', 90],
  ])(':%s goes back from the present, and further back from the past', (text, seconds) => {
    expect(command(view(), text).effects).toEqual([{ kind: 'rewind', seconds }]);
    for (const past of [replay, rewind]) {
      expect(command(past, text).effects).toEqual([{ kind: 'move', move: { to: 'later', by: -seconds } }]);
    }
  });

  it('says what is no span of time', () => {
    const { view: after, effects } = command(view(), 'rewind soon');

    expect(effects).toEqual([]);
    expect(after.message).toMatchObject({ tone: 'warn', text: expect.stringMatching(/^rewind: /) });
  });

  const toPresent: readonly Effect[] = [{ kind: 'move', move: { to: 'end' } }];

  it.each(['escape', 'q', 'f'])('ends with %s at the top', (key) => {
    expect(press(world(), rewind, key).effects).toEqual(toPresent);
  });

  it('ends with Esc and q only when there is nothing else to leave', () => {
    const filtered = command(rewind, 'filter app').view;
    const afterEscape = press(world(), filtered, 'escape');
    const detail = press(world(), rewind, 'enter').view;

    expect(afterEscape.effects).toEqual([]);
    expect(frameOf(afterEscape.view)).toMatchObject({ filter: '' });
    expect(press(world(), afterEscape.view, 'escape').effects).toEqual(toPresent);
    for (const key of ['q', 'escape']) {
      const back = press(world(), detail, key);
      expect(back.effects).toEqual([]);
      expect(back.view.stack).toHaveLength(1);
    }
    expect(press(world(), detail, 'f').effects).toEqual(toPresent);
  });

  it('is no matter of a recording: q quits it, and Esc stays', () => {
    expect(press(world(), replay, 'q').effects).toEqual([{ kind: 'quit' }]);
    const escaped = press(world(), replay, 'escape');
    expect(escaped.effects).toEqual([]);
    expect(escaped.view.message?.text).toBe('top level, q quits');
  });
});
