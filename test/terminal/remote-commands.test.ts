import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTerminal, type Terminal } from '../support/tmux.ts';

const demo = ['-b', 'demo://?seed=7'];

describe('status, inspect and control at a terminal', () => {
  let terminal: Terminal;

  beforeEach(async () => {
    terminal = await openTerminal({ columns: 140, rows: 40 });
  });

  afterEach(async () => {
    await terminal.close();
  });

  it('print a sheet for a person', async () => {
    await terminal.runStalk('status', ...demo);
    const screen = await terminal.waitFor('5 nodes online.');

    expect(screen).toContain('celery@web-1      OK');
    expect(screen).toContain('celery@beat-solo  OK');
    expect(await terminal.exitStatus()).toBe(0);
  });

  it('ask before they stop work, and send nothing without a yes', async () => {
    await terminal.runStalk('control', 'shutdown', ...demo);
    const screen = await terminal.waitFor(/Shut down 5 workers.*\[y\/N\]/);
    expect(screen.join('\n')).toMatch(
      /These workers stop after the tasks that they run:\n {2}celery@beat-solo {2}/,
    );

    await terminal.keys('n', 'Enter');

    await terminal.waitFor('stalk: nothing was sent');
    expect(await terminal.exitStatus()).toBe(1);
  });

  it('take Ctrl-C at the question for a no', async () => {
    await terminal.runStalk('control', 'shutdown', '-d', 'celery@web-1', ...demo);
    await terminal.waitFor(/Shut down 1 worker\? \[y\/N\]/);

    await terminal.keys('C-c');

    await terminal.waitFor('stalk: nothing was sent');
    expect(await terminal.exitStatus()).toBe(1);
  });

  it('stop a worker after a yes, and see that it is gone', async () => {
    await terminal.runStalk('control', 'shutdown', '-d', 'celery@beat-solo', ...demo);
    await terminal.waitFor('[y/N]');

    await terminal.keys('y', 'Enter');

    await terminal.waitFor(/celery@beat-solo {2}OK {2}/);
    expect(await terminal.exitStatus()).toBe(0);
  });
});
