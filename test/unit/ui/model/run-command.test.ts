import { describe, expect, it } from 'vitest';
import { runCommand } from '../../../../src/ui/model/run-command.ts';
import { frameOf } from '../../../../src/ui/model/view-state.ts';
import { contextOf, press, view, world } from '../../../support/view-context.ts';

function run(text: string, there = world()): ReturnType<typeof runCommand> {
  return runCommand(view(), text, contextOf(there));
}

describe('a typed command', () => {
  it('opens views, tasks and workers', () => {
    expect(frameOf(run('view workers').view).screen).toBe('workers');
    expect(frameOf(run('task t1').view)).toMatchObject({ screen: 'task', uuid: 't1' });
    expect(frameOf(run('worker w2').view)).toMatchObject({ screen: 'worker', hostname: 'celery@w2' });
  });

  it('goes through the same dialog as the key', () => {
    const there = world();
    const asked = run('rate_limit app.other 10/m', there).view;

    expect(press(there, asked, 'enter').effects).toMatchObject([
      { request: { args: { task_name: 'app.other', rate_limit: '10/m' } } },
    ]);
    expect(run('shutdown w1').view.overlay).toMatchObject({
      kind: 'dialog',
      dialog: { operation: 'shutdown' },
    });
  });

  it('revokes a task that was never seen, by its uuid', () => {
    const there = world();
    const asked = run('revoke 7f3a-unseen', there).view;

    expect(press(there, asked, 'y').effects).toMatchObject([
      { request: { args: { task_id: ['7f3a-unseen'] } } },
    ]);
  });

  it.each([
    ['nonsense', 'no command is called nonsense'],
    ['view graphs', 'view tasks|workers'],
    ['task zzz', 'no task in memory'],
    ['worker nobody', 'no worker is called nobody'],
    ['sort colour', 'sort: one of time, runtime'],
    ['time swatch', 'time utc|local|relative'],
    ['revoke', 'revoke: name what it is for'],
    ['rate 100', 'rate: 0.2 to 10'],
    ['shutdown gone@host', 'offline'],
  ])('says what is wrong with "%s"', (text, message) => {
    const step = run(text);

    expect(step.effects).toEqual([]);
    expect(step.view.message?.text).toContain(message);
  });

  it('switches read-only on and off', () => {
    const locked = run('readonly on').view;
    expect(locked.readonly).toBe(true);
    expect(runCommand(locked, 'revoke t1', contextOf(world())).view.message?.text).toContain('read-only');
    expect(runCommand(locked, 'readonly off', contextOf(world())).view.readonly).toBe(false);
  });
});
