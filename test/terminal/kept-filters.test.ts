import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { scratchFolder } from '../support/lease.ts';
import { openTerminal, type Terminal } from '../support/tmux.ts';

const demo = ['events', '-b', 'demo://?seed=7'];

describe('filters that are kept', () => {
  const terminals: Terminal[] = [];

  afterEach(async () => {
    for (const terminal of terminals.splice(0)) await terminal.close();
  });

  async function open(state: string, ...args: readonly string[]): Promise<Terminal> {
    const terminal = await openTerminal({ columns: 100, rows: 24, env: { XDG_STATE_HOME: state } });
    terminals.push(terminal);
    await terminal.runStalk(...demo, ...args);
    await terminal.waitFor(/LIVE[\s\S]*FOLLOW/);
    return terminal;
  }

  async function quit(terminal: Terminal): Promise<void> {
    await terminal.keys('q');
    expect(await terminal.exitStatus()).toBe(0);
  }

  it('are there in the next session, in a file of the operator alone', async () => {
    const state = await scratchFolder();
    const first = await open(state);
    await first.type('/state:success name:*.email');
    await first.keys('Enter');
    await first.waitFor(/ \/ state:success name:\*\.email/);
    await first.type(':filter save mails');
    await first.keys('Enter');
    await first.waitFor('saved as mails: state:success name:*.email');
    await quit(first);

    const file = join(state, 'stalk', 'filters.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(join(state, 'stalk'))).mode & 0o777).toBe(0o700);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
      saved: { tasks: { mails: 'state:success name:*.email' } },
      history: { tasks: ['state:success name:*.email'] },
    });

    const second = await open(state);
    await second.type(':filter ma');
    await second.waitFor('filter mails');
    await second.keys('Tab', 'Enter');
    await second.waitFor(/ \/ state:success name:\*\.email/);
    await second.keys('Escape');
    await second.waitFor(/\(no filter\)/);
    await second.keys('/', 'Up');
    await second.waitFor(/^ \/ state:success name:\*\.email/m);
    await second.keys('Escape');
    await quit(second);
  });

  it('are neither read nor written with --no-history', async () => {
    const state = await scratchFolder();
    const terminal = await open(state, '--no-history');
    await terminal.type('/state:success');
    await terminal.keys('Enter');
    await terminal.waitFor(/ \/ state:success/);
    await quit(terminal);

    expect(await readdir(state)).toEqual([]);
  });

  it('do without a file that is damaged, which is kept aside, and say so', async () => {
    const state = await scratchFolder();
    await mkdir(join(state, 'stalk'));
    await writeFile(join(state, 'stalk', 'filters.json'), '{"saved": {"tasks"');
    const terminal = await open(state);
    await terminal.waitFor(/filters\.json is damaged: it is kept as/);
    await quit(terminal);

    expect(await readdir(join(state, 'stalk'))).toEqual([
      expect.stringMatching(/^filters\.json\..*\.broken$/),
    ]);
  });
});
