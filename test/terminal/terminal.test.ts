import { afterEach, describe, expect, it } from 'vitest';
import { openTerminal, type Terminal } from '../support/tmux.ts';

/** What the other terminal tests take for granted about their tool. */
describe('the terminal of the tests', () => {
  const terminals: Terminal[] = [];

  afterEach(async () => {
    for (const terminal of terminals.splice(0)) await terminal.close();
  });

  async function open(command: string, size: { columns?: number; rows?: number } = {}): Promise<Terminal> {
    const terminal = await openTerminal({ ...size, command });
    terminals.push(terminal);
    return terminal;
  }

  it('tells the exit status of the command, and of a signal', async () => {
    const terminal = await open('sh -c "exit 3"');
    expect(await terminal.exitStatus()).toBe(3);

    await terminal.runCommand("sh -c 'kill -TERM $$'");

    expect(await terminal.exitStatus()).toBe(143);
  });

  it('does not take a stopped command for an ended one', async () => {
    const terminal = await open("sh -c 'echo at work; read line; exit 5'");
    await terminal.waitFor(/^at work$/m);

    await terminal.keys('C-z');
    await terminal.waitFor('Stopped');
    await expect(terminal.exitStatus({ timeoutMs: 1 })).rejects.toThrow('to end');
    await terminal.type('fg\r');
    await terminal.type('\r');

    expect(await terminal.exitStatus()).toBe(5);
  });

  it('shows as many rows as it is tall, also after a change of size', async () => {
    const terminal = await open('clear; stty size', { columns: 80, rows: 24 });
    expect(await terminal.waitFor('24 80')).toHaveLength(24);

    await terminal.resize(132, 43);
    await terminal.runCommand('clear; stty size');

    expect(await terminal.waitFor('43 132')).toHaveLength(43);
  });

  it('keeps wide and combining characters, colours, and the alternate screen apart', async () => {
    const terminal = await open(String.raw`printf '\e[?1049h\e[H\e[31m绿 é 🙂\e[0m|'; sleep 60`);

    await terminal.waitFor('绿 é 🙂|');

    expect((await terminal.styled())[0]).toContain('\x1b[31m绿');
    expect(await terminal.facts()).toMatchObject({ alternateScreen: true, cursorVisible: true });
  });

  it('passes any byte on, and records what comes out', async () => {
    const terminal = await open("stty raw -echo; printf 'ready\\r\\n'; head -c 7 | od -An -tx1");
    await terminal.waitFor(/^ready/m);
    const record = await terminal.recordOutput();

    await terminal.send('\x1b[1;5A\x00');

    await terminal.waitFor('1b 5b 31 3b 35 41 00');
    expect(await record.bytes()).toBeGreaterThan(20);
    expect(await record.text()).toContain('1b 5b');
  });

  it('fails with the screen when what it waits for does not come', async () => {
    const terminal = await open('echo something else');
    await terminal.waitFor(/^something else$/m);

    await expect(terminal.waitFor('nothing', { timeoutMs: 1 })).rejects.toThrow(/nothing.*│something else/s);
  });
});
