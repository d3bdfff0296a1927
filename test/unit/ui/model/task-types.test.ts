import { describe, expect, it } from 'vitest';
import { createContext } from '../../../../src/presentation/context.ts';
import type { TypeRow } from '../../../../src/presentation/task-type-row.ts';
import { type ScopeFacts, scopeLine } from '../../../../src/ui/chrome/scope-line.ts';
import { tabsLine } from '../../../../src/ui/chrome/tabs-line.ts';
import { overlayKey } from '../../../../src/ui/model/overlay-keys.ts';
import { reduce, type Step } from '../../../../src/ui/model/reduce.ts';
import { runCommand } from '../../../../src/ui/model/run-command.ts';
import { targetOf } from '../../../../src/ui/model/target.ts';
import { TaskRows } from '../../../../src/ui/model/task-rows.ts';
import {
  frameOf,
  type TasksFrame,
  type TypesFrame,
  tasksFrame,
  type ViewState,
  withFrame,
} from '../../../../src/ui/model/view-state.ts';
import { ManualSlices } from '../../../support/manual-slices.ts';
import { sampleType } from '../../../support/sample-types.ts';
import { contextOf, press, start, stateWith, view, world } from '../../../support/view-context.ts';

const context = createContext({ now: start });
const rows: readonly TypeRow[] = ['app.add', 'app.mail', undefined].map((name) => sampleType(name));
const asked = { ...contextOf(world()), types: () => rows };
const types = view({ view: 'types' });

/** An action of a key, over the rows above. */
function act(before: ViewState, ...ids: readonly Parameters<typeof reduce>[1][]): ViewState {
  return ids.reduce((now, id) => reduce(now, id, asked).view, before);
}

function frame(state: ViewState): TypesFrame {
  return frameOf(state) as TypesFrame;
}

function text(line: ReturnType<typeof scopeLine>): string {
  return line.map((span) => span.text).join('');
}

describe('the Types list', () => {
  it('is opened by its digit and by its name, and is given back as it was left', () => {
    const opened = press(world(), view(), '4').view;
    expect(frameOf(opened)).toMatchObject({
      screen: 'types',
      window: '15m',
      sort: { column: 'fail', descending: true },
    });

    const away = press(world(), act(opened, 'window'), '2', '4').view;
    expect(frame(away).window).toBe('1h');
    expect(frameOf(runCommand(view(), 'view types', asked).view).screen).toBe('types');
  });

  it('is of one window after the other', () => {
    const seen = [1, 2, 3, 4].map(
      (times) => frame(act(types, ...Array.from({ length: times }, () => 'window' as const))).window,
    );

    expect(seen).toEqual(['1h', 'all', '5m', '15m']);
  });

  it('keeps the cursor on a type when its place changes', () => {
    const moved = act(types, 'move-down');
    expect(frame(moved).list.selected).toBe('app.mail');
    const turned = { ...asked, types: () => [...rows].reverse() };

    expect(targetOf(moved, 'rate-limit', turned).taskName).toBe('app.mail');
  });

  it('is sorted by figures from the largest, by names from the first, and turned by the same letter', () => {
    const by = (state: ViewState, column: string): ViewState =>
      overlayKey({ ...state, overlay: { kind: 'sort' } }, 'x', { ...asked, sortColumn: () => column }).view;

    expect(frame(by(types, 'p95')).sort).toEqual({ column: 'p95', descending: true });
    expect(frame(by(by(types, 'p95'), 'p95')).sort).toEqual({ column: 'p95', descending: false });
    expect(frame(by(types, 'type')).sort).toEqual({ column: 'type', descending: false });
    expect(frame(act(types, 'sort-reverse')).sort).toEqual({ column: 'fail', descending: false });
    const candidates = { ...asked, candidates: () => ['wait'] };
    expect(frame(runCommand(types, 'sort wait', candidates).view).sort).toEqual({
      column: 'wait',
      descending: true,
    });
  });

  it('is filtered with fields of its own', () => {
    const filtered = press(world(), types, '/', ...'p95:>1s', 'enter').view;
    expect(frame(filtered).filter).toBe('p95:>1s');
    const wrong = press(world(), types, '/', ...'uuid:7').view;
    expect(wrong.overlay).toMatchObject({ problem: { message: expect.stringContaining('no field') } });
  });

  it('stands still while paused, and says why keys that change it do nothing', () => {
    const paused = act(types, 'pause');

    for (const id of ['window', 'sort', 'sort-reverse'] as const) {
      expect(act(paused, id).message?.text).toBe('paused: press p to go on');
    }
  });
});

describe('a limit set from the Types list', () => {
  it('is that of the type under the cursor', () => {
    const step: Step = reduce(act(types, 'move-down'), 'rate-limit', asked);

    expect(step.view.overlay).toMatchObject({
      kind: 'dialog',
      dialog: { operation: 'rate-limit', target: { tasks: [], hostnames: [], taskName: 'app.mail' } },
    });
  });

  it('is that of the one marked type, and refused for several', () => {
    const one = act(types, 'mark');
    expect(targetOf(one, 'time-limit', asked).taskName).toBe('app.add');

    const two = act(one, 'mark');
    expect(reduce(two, 'time-limit', asked).view.message?.text).toBe(
      'several types are marked: a limit is set for one',
    );
  });

  it('is refused on the row of several types, where none is shown and where the selected one is not', () => {
    const last = act(types, 'move-last');
    expect(act(last, 'rate-limit').message?.text).toBe('this row is of several types');
    expect(act(act(last, 'mark'), 'rate-limit').message?.text).toBe('this row is of several types');

    const none = { ...asked, types: () => [] };
    expect(reduce(types, 'rate-limit', none).view.message?.text).toBe('nothing is selected');
    const selected = act(types, 'move-down');
    expect(reduce(selected, 'rate-limit', none).view.message?.text).toBe('the selected type is not shown');
  });
});

describe('the tasks of a type', () => {
  const opened = act(types, 'open');

  it('are opened from its row, under a filter of their own, and left again', () => {
    expect(frameOf(opened)).toMatchObject({ screen: 'tasks', type: 'app.add', filter: '' });
    const filtered = press(world(), opened, '/', 't', 'enter').view;

    expect(frameOf(press(world(), filtered, 'escape').view)).toMatchObject({ type: 'app.add', filter: '' });
    expect(frameOf(press(world(), filtered, 'escape', 'escape').view).screen).toBe('types');
    expect(frameOf(press(world(), opened, '2').view)).toMatchObject({ screen: 'tasks', type: undefined });
  });

  it('are not those of the row of several types', () => {
    expect(act(act(types, 'move-last'), 'open').message?.text).toBe('this row is of several types');
  });

  it('are named in the line of the filter and in the way back', () => {
    const facts: ScopeFacts = {
      connection: { kind: 'ready', sinceMs: 0 },
      ...{ brokerLabel: '', shown: { count: 2, isPartial: false }, total: 9, online: 1, overall: '' },
      ...{ captureFailure: undefined, gap: undefined, textPosition: '', sortChoices: '', nowMs: 0 },
    };

    expect(text(scopeLine(opened, facts, 79, context))).toMatch(/^ type app\.add › \(no filter\) .* 2 of 9$/);
    expect(text(tabsLine(opened, 79, context))).toMatch(/^ 4 Types › app\.add › Tasks *$/);
    expect(text(scopeLine(types, { ...facts, total: 1 }, 79, context))).toMatch(
      /^ \(no filter\) {3}window 15m, W to change .* 1 type$/,
    );
    const wide = { ...facts, overall: 'all types 3.1/s' };
    expect(text(scopeLine(types, wide, 99, context))).toMatch(/all types 3\.1\/s {3}9 types$/);
    expect(text(scopeLine(types, wide, 79, context))).not.toContain('all types');
  });

  it.each([
    ['app.add', '', ['t2', 't1', 't0']],
    ['app.add', 'state:fail', ['t1']],
    ['app.add', 't0 OR t2', ['t2', 't0']],
    ['app.other', '', []],
    ['a "quoted\\" OR (name', '', []],
  ])('of %j under %j are %j', (type, filter, expected) => {
    const session = {
      ...{ now: () => start + 1_000, zoneOffset: () => 0, marked: () => false, revoking: () => false },
      ...{ unknown: () => false, lateAfter: () => 10, p99: () => undefined, offline: () => false },
    };
    const rows = new TaskRows({
      state: stateWith(['succeeded', 'failed', 'started']),
      slices: new ManualSlices().slices,
      nowMs: () => 0,
      filterContext: () => session,
      onReady: () => undefined,
    });
    const found = rows.all({ ...tasksFrame(type), filter }, context);

    expect(found?.map((task) => task.uuid)).toEqual(expected);
  });

  it('keep their type when a narrowing is undone or changed', () => {
    const narrowed = withFrame(opened, { ...(frameOf(opened) as TasksFrame), problemsOnly: true });

    expect(frameOf(press(world(), narrowed, '!').view)).toMatchObject({
      problemsOnly: false,
      type: 'app.add',
    });
    expect(frameOf(press(world(), narrowed, 'f').view)).toMatchObject({ type: 'app.add' });
  });
});
