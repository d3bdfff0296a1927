import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { scratchFolder } from '../support/lease.ts';
import { freshRedisDb } from '../support/servers.ts';
import { openTerminal, type Terminal } from '../support/tmux.ts';

const demo = ['shell', '-b', 'demo://?seed=7&workers=2'];
const terminals: Terminal[] = [];

afterEach(async () => {
  for (const terminal of terminals.splice(0)) await terminal.close();
});

async function open(env: Record<string, string> = {}): Promise<{ terminal: Terminal; stty: string }> {
  const terminal = await openTerminal({ columns: 100, rows: 40, env });
  terminals.push(terminal);
  return { terminal, stty: await terminal.stty() };
}

describe('stalk shell', () => {
  async function shell(terminal: Terminal, ...args: readonly string[]): Promise<void> {
    await terminal.runStalk(...demo, ...args);
    await terminal.waitFor(/^stalk>$/m);
  }

  async function typed(terminal: Terminal, line: string): Promise<void> {
    await terminal.type(line);
    await terminal.keys('Enter');
  }

  it('has the cluster at hand, with await, and gives the terminal back', async () => {
    const { terminal, stty } = await open();
    await shell(terminal);
    const banner = await terminal.screen();
    expect(banner.join('\n')).toMatch(
      /stalk \S+ on demo:\/\/\nbroker, control, inspect, state and receiver are at hand/,
    );

    await typed(terminal, 'Object.keys(await inspect.ping())');
    await terminal.waitFor(/\[ 'celery@[\w-]+', 'celery@[\w-]+' \]/);
    await typed(terminal, '(await control.rateLimit("app.mail.send_email", "5/m")).replies.length');
    await terminal.waitFor(/^2$/m);
    await typed(terminal, 'state.workers.size + receiver.eventCount > 0');
    await terminal.waitFor(/^true$/m);
    await typed(terminal, 'broker.status.kind');
    await terminal.waitFor(/^'ready'$/m);

    await terminal.keys('C-d');
    expect(await terminal.exitStatus()).toBe(0);
    expect(await terminal.stty()).toBe(stty);
    expect(await terminal.facts()).toMatchObject({ foreground: 'bash', cursorVisible: true });
  });

  it('outlives what is typed wrongly, and ends a wait at Ctrl-C', async () => {
    const { terminal } = await open();
    await shell(terminal);

    await typed(terminal, 'nonsense()');
    await terminal.waitFor(/ReferenceError: nonsense is not defined/);
    await typed(terminal, 'inspect.ping({ timeout: -1 })');
    await terminal.waitFor(
      /Uncaught:?\s+The timeout of a request is a number of seconds above 0, at most 3600\.\nstalk>/m,
    );
    await typed(terminal, 'await new Promise(() => {})');
    await terminal.keys('C-c');
    await terminal.waitFor(/interrupted/i);
    await terminal.keys('C-l');
    await terminal.waitUntilGone(/interrupted/i);
    await typed(terminal, 'for (;;) {}');
    await terminal.keys('C-c');
    await terminal.waitFor(/interrupted/i);
    await typed(terminal, '6 * 7');
    await terminal.waitFor(/^42$/m);
    await typed(terminal, '.exit');

    expect(await terminal.exitStatus()).toBe(0);
  });

  it('takes a Ctrl-C at any moment after Enter for the end of a wait', async () => {
    const { terminal } = await open();
    await shell(terminal);

    // Shorter and longer than code takes before it awaits: the Ctrl-C comes before, in and after it.
    for (const ms of [0, 1, 2, 4, 8, 16, 32]) {
      const line = `for (const t = Date.now(); Date.now() - t < ${ms};); await new Promise(() => {})`;
      await terminal.type(line);
      await terminal.waitFor((rows) => rows.join('\n').includes(line));
      await terminal.keys('Enter', 'C-c');
      await terminal.waitFor(/interrupted[^>]*\nstalk>$/im);
      await terminal.keys('C-l');
      await terminal.waitUntilGone(/interrupted/i);
    }
    await typed(terminal, '6 * 7');
    await terminal.waitFor(/^42$/m);
  });

  it('writes what it sends to the audit log', async () => {
    const state = await scratchFolder();
    const { terminal } = await open({ XDG_STATE_HOME: state });
    await terminal.runStalk('shell', '-b', await freshRedisDb());
    await terminal.waitFor(/^stalk>$/m);
    await typed(terminal, '(await control.rateLimit("app.add", "5/m")).replies.length');
    await terminal.waitFor(/^0$/m);
    await terminal.keys('C-d');
    expect(await terminal.exitStatus()).toBe(0);

    const lines = (await readFile(join(state, 'stalk', 'audit.jsonl'), 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      {
        source: 'shell',
        broker: expect.stringMatching(/^redis:/),
        method: 'rate_limit',
        arguments: { task_name: 'app.add', rate_limit: '5/m' },
        replies: {},
      },
    ]);
  });

  it('remembers what was typed, for its owner only', async () => {
    const state = await scratchFolder();
    const { terminal } = await open({ XDG_STATE_HOME: state });
    await shell(terminal);
    await typed(terminal, '"remembered" + 1');
    await terminal.waitFor(/^'remembered1'$/m);
    await terminal.keys('C-d');
    await terminal.exitStatus();

    expect((await stat(join(state, 'stalk', 'shell_history'))).mode & 0o777).toBe(0o600);
    await terminal.type('clear');
    await terminal.keys('Enter');
    await terminal.waitUntilGone(/remembered/);
    await shell(terminal);
    await terminal.keys('Up');
    await terminal.waitFor(/^stalk> "remembered" \+ 1/m);
  });

  it('gives the terminal back when it is killed', async () => {
    const { terminal, stty } = await open();
    await shell(terminal);
    await terminal.type('half a li');
    await terminal.waitFor(/half a li$/m);

    process.kill(await terminal.pid(), 'SIGTERM');

    expect(await terminal.exitStatus()).toBe(143);
    expect(await terminal.stty()).toBe(stty);
  });

  it('refuses under --readonly what would change something', async () => {
    const { terminal } = await open();
    await shell(terminal, '--readonly');

    await typed(terminal, 'await control.shutdown()');
    await terminal.waitFor(/shutdown was not sent: it would change something, which --readonly\s*refuses/);
    await typed(terminal, 'Object.keys(await inspect.ping()).length');
    await terminal.waitFor(/^2$/m);
  });
});

describe('stalk forget on a terminal', () => {
  const meta = JSON.stringify({ status: 'SUCCESS', result: 1, traceback: null, children: [] });
  const key = 'celery-task-meta-some-id';

  it.each([
    ['n', 1, 1, 'Nothing was forgotten.'],
    ['y', 0, 0, 'some-id: 1 result forgotten'],
  ])('says what would go, asks, and takes %s for an answer', async (answer, status, left, sentence) => {
    const url = await freshRedisDb();
    const client = new Redis(url);
    try {
      await client.set(key, meta);
      const { terminal } = await open();
      await terminal.runStalk('forget', '--result-backend', url, 'some-id', 'other-id');
      const asked = await terminal.waitFor(/Forget this in redis:\S+\? \[y\/N\]$/m);
      expect(asked.join('\n')).toContain('other-id: nothing is stored\nsome-id: SUCCESS, kept for ever\n');
      expect(await client.exists(key)).toBe(1);

      await terminal.type(answer);
      await terminal.keys('Enter');

      expect(await terminal.exitStatus()).toBe(status);
      await terminal.waitFor(sentence);
      expect(await client.exists(key)).toBe(left);
    } finally {
      client.disconnect();
    }
  });

  it('takes Ctrl-C for a no', async () => {
    const url = await freshRedisDb();
    const client = new Redis(url);
    try {
      await client.set(key, meta);
      const { terminal } = await open();
      await terminal.runStalk('forget', '--result-backend', url, 'some-id');
      await terminal.waitFor(/\[y\/N\]$/m);
      await terminal.keys('C-c');

      expect(await terminal.exitStatus()).toBe(1);
      expect(await client.exists(key)).toBe(1);
    } finally {
      client.disconnect();
    }
  });
});
