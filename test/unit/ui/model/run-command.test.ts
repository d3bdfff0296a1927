import { describe, expect, it } from 'vitest';
import { runCommand } from '../../../../src/ui/model/run-command.ts';
import { frameOf } from '../../../../src/ui/model/view-state.ts';
import { addTask, contextOf, press, view, worker, world } from '../../../support/view-context.ts';

function run(text: string, there = world()): ReturnType<typeof runCommand> {
  return runCommand(view(), text, contextOf(there));
}

const unseen = '7f3a0000-1111-2222-3333-444455556666';

describe('a typed command', () => {
  it.each([
    ['record on', { kind: 'record', on: true, path: undefined }],
    ['record on my night.gz', { kind: 'record', on: true, path: 'my night.gz' }],
    ['record off', { kind: 'record', on: false, path: undefined }],
  ])('begins and ends a recording: %s', (typed, effect) => {
    expect(run(typed).effects).toEqual([effect]);
  });

  it('says how a recording is begun when it is not told on or off', () => {
    expect(run('record').view.message?.text).toBe('record on|off [path]');
  });

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

  it('revokes a task that was never seen, by its whole uuid', () => {
    const there = world();
    const asked = run(`revoke ${unseen}`, there).view;

    expect(press(there, asked, 'y').effects).toMatchObject([{ request: { args: { task_id: [unseen] } } }]);
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
    ['shutdown gone@host', 'no worker is called gone@host'],
    ['shutdown w', 'no worker is called w, there is celery@w1, celery@w2'],
    ['shutdown celery', 'several workers are called celery: celery@w1, celery@w2'],
    ['grow w1x', 'no worker is called w1x'],
    ['ping nobody', 'no worker is called nobody'],
    ['enable_events nobody', 'no worker is called nobody'],
    ['revoke 7f3a-unseen', 'no task in memory has the uuid 7f3a-unseen'],
    ['terminate 7f3a-unseen', 'no task in memory has the uuid 7f3a-unseen'],
  ])('says what is wrong with "%s"', (text, message) => {
    const step = run(text);

    expect(step.effects).toEqual([]);
    expect(step.view.message?.text).toContain(message);
  });

  it('means the one worker of that name, not the first whose name holds it', () => {
    const there = world();
    there.workers.clear();
    for (const name of ['celery@w10', 'celery@w1']) there.workers.set(name, worker);

    expect(run('shutdown w1', there).view.overlay).toMatchObject({
      dialog: { target: { hostnames: ['celery@w1'] } },
    });
  });

  it.each(['task', 'revoke', 'terminate'])('tells several tasks from none: %s', (word) => {
    const there = world([]);
    for (const uuid of ['aaaa1', 'aaaa2']) addTask(there.state, uuid, 'started', 1);

    const step = run(`${word} aaaa`, there);

    expect(step.view.overlay).toBeUndefined();
    expect(step.view.message?.text).toBe('several tasks begin with aaaa: type more of the uuid');
  });

  it.each(['enable_events', 'disable_events'])('says that nobody is there for %s', (word) => {
    const there = world();
    there.workers.clear();

    expect(run(word, there).view.message?.text).toBe('no worker is online');
  });

  it('switches read-only on and off', () => {
    const locked = run('readonly on').view;
    expect(locked.readonly).toBe(true);
    expect(runCommand(locked, 'revoke t1', contextOf(world())).view.message?.text).toContain('read-only');
    expect(runCommand(locked, 'readonly off', contextOf(world())).view.readonly).toBe(false);
  });
});
