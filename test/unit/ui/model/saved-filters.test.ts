import { describe, expect, it } from 'vitest';
import type { Step } from '../../../../src/ui/model/reduce.ts';
import { runCommand } from '../../../../src/ui/model/run-command.ts';
import { frameOf, type TasksFrame, topFrame, type ViewState } from '../../../../src/ui/model/view-state.ts';
import { contextOf, press, view, world } from '../../../support/view-context.ts';

const there = world();

function run(before: ViewState, ...commands: readonly string[]): Step {
  let step: Step = { view: before, effects: [] };
  for (const command of commands) {
    const next = runCommand(step.view, command, contextOf(there));
    step = { view: next.view, effects: [...step.effects, ...next.effects] };
  }
  return step;
}

function filterOf(state: ViewState): string {
  const frame = frameOf(state);
  return 'filter' in frame ? frame.filter : '';
}

function keys(text: string): string[] {
  return [...text].map((letter) => (letter === ' ' ? 'space' : letter));
}

describe('a saved filter', () => {
  it('is recalled by its name, and both are kept for later sessions', () => {
    const { view: after, effects } = run(
      view(),
      'filter state:fail runtime:>2s',
      'filter save slow-fails',
      'filter',
      'filter slow-fails',
    );

    expect(filterOf(after)).toBe('state:fail runtime:>2s');
    const used = { kind: 'used', view: 'tasks', text: 'state:fail runtime:>2s' };
    expect(effects).toEqual(
      [used, { kind: 'saved', view: 'tasks', name: 'slow-fails', text: used.text }, used].map((change) => ({
        kind: 'keep-filter',
        change,
      })),
    );
  });

  it('is told when it is saved, replaced and dropped', () => {
    const saved = run(view(), 'filter t1', 'filter save one').view;
    expect(saved.message?.text).toBe('saved as one: t1');
    expect(run(saved, 'filter t2', 'filter save one', 'filter one').view.keptFilters.saved).toEqual({
      tasks: { one: 't2' },
    });

    const dropped = run(saved, 'filter drop one').view;
    expect(dropped.message?.text).toBe('dropped one');
    expect(filterOf(run(dropped, 'filter one').view)).toBe('one');
  });

  it('includes the problems toggle', () => {
    const problems = press(there, view(), '!').view;
    expect(run(problems, 'filter save p').view.keptFilters.saved['tasks']).toEqual({ p: 'is:problem' });
    expect(run(problems, 'filter t1 OR t2', 'filter save p').view.keptFilters.saved['tasks']).toEqual({
      p: '(t1 OR t2) is:problem',
    });
  });

  it('includes the type that the list is for', () => {
    const frame = { ...(topFrame('tasks') as TasksFrame), type: 'app.a b', filter: 't1' };
    const saved = run({ ...view(), stack: [frame] }, 'filter save p').view;

    expect(saved.keptFilters.saved['tasks']).toEqual({ p: '(t1) name="app.a b"' });
  });

  it('belongs to its view', () => {
    const saved = run(view(), 'filter t1', 'filter save one', 'view workers', 'filter name:w1').view;

    expect(filterOf(run(saved, 'filter save one', 'filter', 'filter one').view)).toBe('name:w1');
    expect(filterOf(run(saved, 'view tasks', 'filter', 'filter one').view)).toBe('t1');
  });

  it.each([
    ['filter save one', 'there is no filter to save'],
    ['filter drop one', 'no filter is saved as one'],
    ['filter drop', 'filter drop NAME'],
  ])('%s says why it does nothing', (command, expected) => {
    const { view: after, effects } = run(view(), command);

    expect(after.message).toMatchObject({ text: expected, tone: 'warn' });
    expect(effects).toEqual([]);
  });

  it.each(['save', 'drop', 'a/b', 'x'.repeat(41)])('cannot be called %s', (name) => {
    const after = run(view(), 'filter t1', `filter save ${name}`).view;

    expect(after.message?.text).toContain('filter save NAME');
    expect(after.keptFilters.saved).toEqual({});
  });

  it('is no more than one of two hundred', () => {
    const many = Array.from({ length: 200 }, (_, index) => `filter save n${index}`);
    const full = run(view(), 'filter t1', ...many).view;

    expect(run(full, 'filter save more').view.message?.text).toContain('200 filters are saved already');
    expect(run(full, 'filter save n7').view.message?.text).toBe('saved as n7: t1');
  });

  it('is completed by Tab and listed in the palette', () => {
    const saved = run(view(), 'filter state:fail', 'filter save failing').view;

    const recalled = press(there, saved, ':', ...keys('filter fa'), 'tab').view;
    expect(recalled.overlay).toMatchObject({ kind: 'palette', editor: { text: 'filter failing ' } });
    const dropping = press(there, saved, ':', ...keys('filter drop f'), 'tab').view;
    expect(dropping.overlay).toMatchObject({ editor: { text: 'filter drop failing ' } });
    const saving = press(there, saved, ':', ...keys('filter sa'), 'tab').view;
    expect(saving.overlay).toMatchObject({ editor: { text: 'filter save ' } });

    const chosen = press(there, saved, ':', ...keys('filter '), 'down', 'enter');
    expect(chosen.effects).toEqual([{ kind: 'command', text: 'filter failing' }]);
    expect(press(there, saved, ':', ...keys('failing'), 'enter').effects).toEqual(chosen.effects);
  });
});

describe('the history of filters', () => {
  it('has what was entered and what was commanded, each view its own', () => {
    const step = press(there, view(), '/', 't', '1', 'enter');
    expect(step.effects).toEqual([
      { kind: 'keep-filter', change: { kind: 'used', view: 'tasks', text: 't1' } },
    ]);

    const after = run(step.view, 'filter state:fail', 'view workers', 'filter w1').view;
    expect(after.keptFilters.history).toEqual({ tasks: ['t1', 'state:fail'], workers: ['w1'] });
    expect(filterOf(press(there, after, 'escape', '/', 'up').view)).toBe('w1');
  });

  it('has no empty filter and none that was given up', () => {
    expect(press(there, view(), '/', 'enter').effects).toEqual([]);
    expect(press(there, view(), '/', 't', 'escape').effects).toEqual([]);
    expect(run(view(), 'filter').effects).toEqual([]);
  });
});
