import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { scratchFolder } from '../support/lease.ts';
import { until } from '../support/process-group.ts';
import { openTerminal, type Terminal, type TerminalOptions } from '../support/tmux.ts';

const demo = ['events', '-b', 'demo://?seed=7'];

describe('leaving the program', () => {
  const terminals: Terminal[] = [];

  afterEach(async () => {
    for (const terminal of terminals.splice(0)) await terminal.close();
  });

  type Opened = { terminal: Terminal; pid: number; stty: string };

  /** At the Tasks list, with a line in the shell's screen from before. */
  async function open(options: Omit<TerminalOptions, 'args' | 'command'> = {}): Promise<Opened> {
    const terminal = await openTerminal({ columns: 80, rows: 24, ...options });
    terminals.push(terminal);
    await terminal.runCommand('echo what was here before');
    await terminal.exitStatus();
    const stty = await terminal.stty();
    await terminal.runStalk(...demo);
    await terminal.waitFor(/LIVE[\s\S]*FOLLOW/);
    expect(await terminal.facts()).toMatchObject({ alternateScreen: true, cursorVisible: false });
    return { terminal, pid: await terminal.pid(), stty };
  }

  /** The shell's own screen, with nothing of the program's on it but its last line. */
  async function expectWhole({ terminal, stty }: Opened): Promise<string[]> {
    const screen = await terminal.waitFor((rows) => rows.some((row) => row === 'what was here before'));
    expect(await terminal.facts()).toMatchObject({
      alternateScreen: false,
      cursorVisible: true,
      mouse: false,
      foreground: 'bash',
    });
    expect(await terminal.stty()).toBe(stty);
    expect(screen.join('\n')).not.toMatch(/LIVE|FOLLOW|\? help/);
    await terminal.paste('echo pasted');
    expect((await terminal.waitFor('echo pasted')).join('\n')).not.toContain('200~');
    return screen;
  }

  it('gives the terminal back for q, with one line about the session', async () => {
    const opened = await open();
    await opened.terminal.resize(140, 40);
    await opened.terminal.waitFor((rows) => rows.length === 40 && /QUEUE +WAIT/.test(rows.join('\n')));
    await opened.terminal.resize(80, 24);
    await opened.terminal.waitFor((rows) => rows.length === 24 && /STATE +UUID/.test(rows.join('\n')));

    await opened.terminal.keys('q');

    expect(await opened.terminal.exitStatus()).toBe(0);
    const screen = await expectWhole(opened);
    expect(screen.join('\n')).toMatch(/^stalk: \S+, [\d,]+ tasks, [\d,]+ failures, [\d,]+ events$/m);
  });

  it.each(['in the list', 'in a detail'])('leaves for Ctrl-C %s', async (where) => {
    const opened = await open();
    if (where === 'in a detail') {
      await opened.terminal.keys('i');
      await opened.terminal.waitFor('[Info]');
    }

    await opened.terminal.keys('C-c');

    expect([0, 130]).toContain(await opened.terminal.exitStatus());
    await expectWhole(opened);
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGINT', 130],
  ] as const)('gives the terminal back for %s', async (signal, status) => {
    const opened = await open();

    process.kill(opened.pid, signal);

    expect(await opened.terminal.exitStatus()).toBe(status);
    await expectWhole(opened);
  });

  it('stops for Ctrl-Z with the terminal whole, and fg brings the screen back', async () => {
    const opened = await open();
    await opened.terminal.keys('j', 'j');
    await opened.terminal.waitFor(/HOLD/);

    await opened.terminal.keys('C-z');
    await opened.terminal.waitFor('Stopped');
    await expectWhole(opened);
    await opened.terminal.keys('C-u');
    await opened.terminal.type('fg\r');

    await opened.terminal.waitFor(/LIVE[\s\S]*HOLD/);
    expect(await opened.terminal.facts()).toMatchObject({ alternateScreen: true, cursorVisible: false });
    await opened.terminal.keys('j');
    await opened.terminal.keys('C-c');
    await opened.terminal.exitStatus();
  });

  it('gives the terminal back before it reports an error of its own', async () => {
    const bomb = join(await scratchFolder(), 'bomb.mjs');
    await writeFile(bomb, "process.on('SIGUSR2', () => { throw new Error('a bug, for the test'); });");
    const opened = await open({ env: { NODE_OPTIONS: `--import=${bomb}` } });

    process.kill(opened.pid, 'SIGUSR2');

    expect(await opened.terminal.exitStatus()).toBe(70);
    const screen = await expectWhole(opened);
    expect(screen.join('\n')).toContain('a bug, for the test');
  });

  it('ends when its terminal is closed', async () => {
    const opened = await open();

    await opened.terminal.close();

    await until('the program to end', () => !isAlive(opened.pid) || undefined);
  });

  it('ends in order when SIGTERM and the end of its terminal come together', async () => {
    const status = join(await scratchFolder(), 'status');
    const terminal = await openTerminal({ columns: 80, rows: 24 });
    terminals.push(terminal);
    // A shell that outlives its terminal tells of what would be a crash: 139, or 134.
    await terminal.type(`trap '' HUP; stalk ${demo.join(' ')}; echo $? > ${status}\r`);
    await terminal.waitFor(/LIVE[\s\S]*FOLLOW/);
    const pid = await terminal.pid();

    process.kill(pid, 'SIGTERM');
    await terminal.close();

    await until(
      'the program to end',
      async () => (await readFile(status, 'utf8').catch(() => '')) || undefined,
    );
    expect(['143', '137']).toContain((await readFile(status, 'utf8')).trim());
  });

  it.each(['q', 'C-c'])('obeys %s in a terminal of 30x8', async (key) => {
    const opened = await open();
    await opened.terminal.resize(30, 8);
    await opened.terminal.waitFor('40x10 needed, have 30x8');

    await opened.terminal.keys(key);

    expect([0, 130]).toContain(await opened.terminal.exitStatus());
    expect(await opened.terminal.facts()).toMatchObject({ alternateScreen: false, cursorVisible: true });
  });

  it.each([
    ['stalk events -b demo:// | cat', {}, 'the output is not one'],
    ['stalk events -b demo:// < /dev/null', {}, 'the input is not one'],
    ['stalk events -b demo://', { TERM: 'dumb' }, 'TERM is dumb'],
  ] as const)('refuses to open for %s %j, in one line', async (command, env, reason) => {
    const terminal = await openTerminal({ columns: 200, env: { ...env } });
    terminals.push(terminal);

    await terminal.runCommand(`set -o pipefail; ${command}`);

    expect(await terminal.exitStatus()).toBe(2);
    const said = (await terminal.screen()).filter((row) => row.startsWith('stalk: '));
    expect(said.length).toBeGreaterThan(0);
    expect(said[0]).toContain(reason);
    expect(said[0]).toContain('--once');
    expect(said[0]).toContain('--dump');
    expect((await terminal.facts()).alternateScreen).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
