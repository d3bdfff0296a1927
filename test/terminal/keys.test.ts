import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStandingCluster, type StandingCluster, uuidOf } from '../support/standing-cluster.ts';
import {
  messageOf,
  modeRule,
  selectedPlace,
  selectedTask,
  selectedUuid,
  taskLines,
} from '../support/task-table.ts';
import { openTerminal, type Terminal } from '../support/tmux.ts';

const run = promisify(execFile);
const program = fileURLToPath(new URL('../../dist/stalk.js', import.meta.url));

/** The newest task is the first row. */
function shortUuid(row: number): string {
  return uuidOf(60 - row).slice(0, 8);
}

describe('keys in the Tasks list', () => {
  let cluster: StandingCluster;
  let terminal: Terminal;

  beforeAll(async () => {
    cluster = await openStandingCluster({ columns: 80, rows: 24 });
    terminal = cluster.terminal;
  });
  afterAll(() => cluster?.close());

  async function atRow(row: number): Promise<string[]> {
    return terminal.waitFor((screen) => selectedUuid(screen) === shortUuid(row));
  }

  async function toTop(): Promise<void> {
    await terminal.keys('2', 'f');
    await terminal.waitFor((screen) => /FOLLOW/.test(modeRule(screen)) && selectedPlace(screen) === 0);
  }

  it('moves one row for each j of a burst, three or fifty', async () => {
    await terminal.type('jjj');
    await atRow(3);

    await terminal.type('j'.repeat(50));

    await atRow(53);
  });

  it('stays on the last row under j, and on the first under k', async () => {
    await terminal.keys('G');
    await atRow(59);
    await terminal.type('jjk');
    await atRow(58);

    await terminal.keys('Home');
    await atRow(0);
    await terminal.type('kkj');

    await atRow(1);
  });

  it('goes to both ends, by pages and by half pages', async () => {
    await toTop();
    const page = 24 - 3 - 2 - 3;
    await terminal.keys('j', 'End');
    await atRow(59);
    await terminal.keys('g');
    await atRow(0);
    await terminal.keys('C-f');
    await atRow(page);
    await terminal.keys('C-d');
    await atRow(page + page / 2);
    await terminal.keys('C-u');
    await atRow(page);
    await terminal.keys('NPage');
    await atRow(2 * page);
    await terminal.keys('PPage', 'C-b');
    await atRow(0);
    await terminal.keys('Down', 'Down', 'Up');
    await atRow(1);
  });

  it('follows again when g is pressed on the first row', async () => {
    await terminal.keys('g');
    await terminal.waitFor((screen) => /HOLD/.test(modeRule(screen)) && selectedPlace(screen) === 0);

    await terminal.keys('g');

    await terminal.waitFor((screen) => /FOLLOW/.test(modeRule(screen)));
  });

  it('keeps the filter of a burst that ends in Enter, with the keys back in the list', async () => {
    await toTop();
    await terminal.type('/billing\rj');

    const screen = await terminal.waitFor((rows) => selectedPlace(rows) === 1);
    expect(screen[2]).toMatch(/^ \/ billing .*20 of 60$/);
    expect(new Set(taskLines(screen).map((line) => line.name))).toEqual(new Set(['app.billing.charge']));
    await terminal.keys('Escape');
    await terminal.waitFor('(no filter)');
  });

  it('restores the filter before when a new one is left with Esc', async () => {
    await terminal.type('/mail\r');
    await terminal.waitFor('20 of 60');
    await terminal.type('/zzz');
    await terminal.waitFor('0 of 60');

    await terminal.keys('Escape');

    const screen = await terminal.waitFor('20 of 60');
    expect(screen[2]).toMatch(/^ \/ .*mail/);
    await terminal.keys('Escape');
    await terminal.waitFor('(no filter)');
  });

  it('takes Esc and j of one chunk for two keys', async () => {
    await toTop();
    await terminal.type('jji');
    await terminal.waitFor(`${shortUuid(2)} › Info`);

    await terminal.send('\x1bj');

    await atRow(3);
  });

  it('goes back with q, and three of them never quit from a detail', async () => {
    await terminal.keys('i');
    await terminal.waitFor('[Info]');

    await terminal.type('qqq');

    await terminal.waitFor('top level, q again to quit');
    await atRow(3);
  });

  it('does not quit for twenty Esc', async () => {
    await terminal.keys(...Array.from({ length: 20 }, () => 'Escape'));
    await terminal.waitFor('top level, q quits');

    await terminal.keys('j');

    await atRow(4);
  });

  it('cancels a prompt with Ctrl-C', async () => {
    await terminal.keys('l');
    await terminal.waitFor('Rate limit');

    await terminal.keys('C-c');

    await terminal.waitUntilGone('New rate');
    await atRow(4);
  });

  it('narrows the help to what is typed into it', async () => {
    await terminal.keys('?');
    await terminal.waitFor('Help: Tasks');
    await terminal.type('revoke');

    const screen = await terminal.waitUntilGone('task info');

    expect(screen.join('\n')).toMatch(/c +revoke \(asks\)/);
    await terminal.keys('Escape');
    await atRow(4);
  });

  it('runs the line of the help that Enter is pressed on', async () => {
    await terminal.type('?');
    await terminal.waitFor('Help: Tasks');
    await terminal.type('command log');
    await terminal.waitUntilGone('task info');

    await terminal.keys('Enter');

    await terminal.waitFor('Nothing was sent yet');
    await terminal.keys('Escape');
    await atRow(4);
  });

  it('goes to the workers with : wor Tab Enter, and Esc leaves the palette as if it had not been', async () => {
    // Two tasks run on meanwhile.
    const still = (screen: readonly string[]): string[] =>
      screen.slice(1).map((row) => row.replace(/ +[\d.]+[sm]\+/, ' running'));
    const before = await atRow(4);
    await terminal.type(':wor');
    await terminal.waitFor('Command');
    await terminal.keys('Escape');
    const after = await terminal.waitUntilGone('Command');
    expect(still(after)).toEqual(still(before));

    await terminal.type(':wor\t\r');

    await terminal.waitFor('[3 Workers]');
    await terminal.keys('2');
    await atRow(4);
  });

  it('takes a paste for text in the filter, with a blank for its line break, and for nothing in the list', async () => {
    await terminal.paste('cy');
    await terminal.type('/');
    await terminal.waitFor((rows) => / \/ ▏/.test(rows[2] ?? ''));

    await terminal.paste('app.\nbilling');
    await terminal.waitFor((rows) => (rows[2] ?? '').includes('app. billing'));
    await terminal.keys('Escape', '@');

    await terminal.waitFor('Nothing was sent yet');
    await terminal.keys('Escape');
  });

  it('does not answer yes to a question that opened in the same burst', async () => {
    await toTop();
    await terminal.type('cy');
    await terminal.waitFor('Revoke 1 task?');

    await terminal.paste('y');
    await terminal.keys('Enter');
    await terminal.waitUntilGone('Revoke 1 task?');

    await terminal.keys('@');
    await terminal.waitFor('Nothing was sent yet');
    await terminal.keys('Escape');
  });

  it('means by every key of the old monitor what it meant there', async () => {
    await toTop();
    await terminal.keys('j', 'Down', 'k', 'j', 'Up', 'Down');
    await atRow(2);
    for (const [key, shows] of [
      ['i', '[Info]'],
      ['Enter', '[Info]'],
      ['r', '[Result]'],
    ] as const) {
      await terminal.keys(key);
      await terminal.waitFor(shows);
      await terminal.keys('q');
      await atRow(2);
    }
    await terminal.type('j'.repeat(8));
    const screen = await atRow(10);
    expect(selectedTask(screen)).toMatchObject({ glyph: '✗', state: 'FAIL' });
    await terminal.keys('t');
    await terminal.waitFor(/\[Traceback\][\s\S]*CardError: no 50/);
    await terminal.keys('q');
    await atRow(10);
    await terminal.keys('l');
    await terminal.waitFor(/Rate limit[\s\S]*Task type {3}app\.reports\.build/);
    await terminal.keys('Escape');
    await terminal.keys('c');
    await terminal.waitFor(/Revoke 1 task[\s\S]*This one is finished/);
    await terminal.keys('Escape');
  });

  it('says why there is no traceback', async () => {
    await toTop();
    await terminal.keys('j');
    expect(selectedTask(await atRow(1))).toMatchObject({ glyph: '✓', state: 'OK' });

    await terminal.keys('t');

    const screen = await terminal.waitFor('No traceback: task is SUCCESS');
    expect(messageOf(screen)).toBe('No traceback: task is SUCCESS');
  });
});

describe('the keys that the help lists', () => {
  let cluster: StandingCluster;
  let terminal: Terminal;
  let table: { scope: string; keys: string; title: string }[];

  beforeAll(async () => {
    cluster = await openStandingCluster({ columns: 140, rows: 60, env: { TZ: 'Asia/Kolkata' } });
    terminal = cluster.terminal;
    const { stdout } = await run(process.execPath, [program, 'events', '--print-keys']);
    table = stdout
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((row) => ({
        scope: row.slice(0, 12).trim(),
        keys: row.slice(12, 34).trim(),
        title: row.slice(34),
      }));
  });
  afterAll(() => cluster?.close());

  // The task of the tenth row has failed.
  const tenDown = Array.from({ length: 10 }, () => 'j');
  const screens = [
    { title: 'Tasks', scopes: ['tasks', 'list', 'everywhere'], go: ['2', 'Home', ...tenDown] },
    {
      title: 'Task',
      scopes: ['task', 'text', 'everywhere'],
      go: ['2', 'Home', ...tenDown, 't'],
    },
    { title: 'Workers', scopes: ['workers', 'list', 'everywhere'], go: ['3', 'Home'] },
    { title: 'Worker', scopes: ['worker', 'text', 'everywhere'], go: ['3', 'Home', 'Enter'] },
    { title: 'Types', scopes: ['types', 'list', 'everywhere'], go: ['4', 'Home'] },
  ];

  it.each(screens)('are those of --print-keys, in $title', async ({ title, scopes, go }) => {
    await terminal.keys('Escape', 'Escape', ...go, '?');
    await terminal.waitFor(`Help: ${title}  search`);
    const help = (await terminal.settled()).join('\n');
    await terminal.keys('Escape');
    await terminal.waitUntilGone('Help:');

    const working = table.filter((row) => scopes.includes(row.scope));
    expect(working.length).toBeGreaterThan(15);
    // A key that a nearer scope takes for itself is listed there alone.
    const missing = working.filter(
      (row) => !takenBefore(row, working, scopes) && !new RegExp(lineOf(row), 'm').test(help),
    );
    expect(missing).toEqual([]);
  });

  it.each(['Task', 'Workers', 'Types', 'Tasks'])('each do something in %s, or say why not', async (title) => {
    const { scopes, go } = screens.find((screen) => screen.title === title)!;
    const rows = table.filter((row) => scopes.includes(row.scope));
    const silent: string[] = [];
    for (const { keys, title: does } of rows) {
      for (const key of keys.split(' ')) {
        if (leaves.includes(key)) continue;
        await terminal.keys('Escape', 'Escape', ...go, ...(before[does] ?? []));
        const was = await terminal.settled();
        await terminal.keys(tmuxName(key));
        const changed = await terminal
          .waitFor((now) => differs(was, now), { timeoutMs: 3_000 })
          .catch(() => undefined);
        if (changed === undefined) silent.push(`${key} ${does}`);
        if (does.startsWith('pause')) await terminal.keys(key);
      }
    }
    expect(silent).toEqual([]);
  });
});

describe('keys that send', () => {
  let terminal: Terminal;

  beforeAll(async () => {
    terminal = await openTerminal({ columns: 100, rows: 30, args: ['events', '-b', 'demo://?seed=7'] });
    await terminal.waitFor(/LIVE[\s\S]*wk 5\/5[\s\S]*FOLLOW/);
  });
  afterAll(() => terminal?.close());

  it('ask before a revoke: Enter is no, only y is yes', async () => {
    await terminal.keys('c');
    await terminal.waitFor('Revoke 1 task?');
    await terminal.keys('Enter');
    await terminal.waitUntilGone('Revoke 1 task?');
    await terminal.keys('@');
    await terminal.waitFor('Nothing was sent yet');
    await terminal.keys('Escape');
    const uuid = selectedUuid(await terminal.waitFor(/HOLD/));

    await terminal.keys('c');
    await terminal.waitFor('Revoke 1 task?');
    await terminal.keys('y');

    await terminal.waitFor(`revoke ${uuid}`);
    await terminal.keys('@');
    await terminal.waitFor(new RegExp(`1 this session[\\s\\S]*revoke ${uuid}`));
    await terminal.keys('Escape');
  });

  it('set a rate limit, and tell what each worker answered', async () => {
    const task = selectedTask(await terminal.waitFor((rows) => selectedTask(rows) !== undefined));
    await terminal.keys('l');
    await terminal.waitFor(`Task type   ${task?.name}`);
    await terminal.type('10/x');
    await terminal.keys('Enter');
    await terminal.waitFor(/New rate +10\/x/);
    await terminal.keys('BSpace', 's');

    await terminal.waitFor(`Will send   rate_limit("${task?.name}", "10/s") to 5`);
    await terminal.keys('Enter');
    await terminal.waitFor('Enter details');
    await terminal.keys('Enter');

    const replies = await terminal.waitFor('Replies 5 of 5');
    const rows = replies.filter((row) => /│ +[✓✗] celery@\S+ +.*\d\.\d\ds/.test(row));
    expect(rows).toHaveLength(5);
    expect(rows.some((row) => row.includes('new rate limit set successfully'))).toBe(true);
  });
});

/** They have tests of their own: they end the program, stop it or leave nothing to see. */
const leaves = ['q', 'Ctrl-c', 'Ctrl-z', 'Ctrl-l', 'Esc', 'o'];

/** What has to be so for a key to have something to do. */
const before: Record<string, string[]> = {
  'pan left': ['w', 'Right', 'Right'],
  'pan right': ['w'],
  'unmark all': ['Space'],
  up: ['j'],
  first: ['j'],
  'half page up': ['G'],
  'page up': ['G'],
  'half page down': ['Home'],
  'page down': ['Home'],
  last: ['Home'],
  down: ['Home'],
  'traceback tab': ['i'],
  'scroll down': ['g'],
  'scroll up': ['G'],
  'first line': ['G'],
  'last line': ['g'],
};

function tmuxName(key: string): string {
  const names: Record<string, string> = {
    '↑': 'Up',
    '↓': 'Down',
    '←': 'Left',
    '→': 'Right',
    PgUp: 'PPage',
    PgDn: 'NPage',
    Esc: 'Escape',
    'Shift-Tab': 'BTab',
  };
  return names[key] ?? key.replace(/^Ctrl-/, 'C-');
}

/** The figures of the status line go on, and a message may fade: neither is the effect of a key. */
function differs(was: readonly string[], now: readonly string[]): boolean {
  const message = messageOf(now);
  if (message !== '' && message !== messageOf(was)) return true;
  const words = (row = ''): string => row.replace(/!quiet \S+/, '').replace(/[\d.,ms]+|\s+/g, '');
  if (words(was[0]) !== words(now[0])) return true;
  return was.some((row, index) => index > 0 && index !== was.length - 2 && row !== now[index]);
}

type KeyRow = { scope: string; keys: string; title: string };

function takenBefore(row: KeyRow, working: readonly KeyRow[], scopes: readonly string[]): boolean {
  const nearer = scopes.slice(0, scopes.indexOf(row.scope));
  const taken = working
    .filter((other) => nearer.includes(other.scope))
    .flatMap((other) => other.keys.split(' '));
  return row.keys.split(' ').every((key) => taken.includes(key));
}

function lineOf({ keys, title }: KeyRow): string {
  const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return `(^|\\s)${escaped(keys)} +${escaped(title)}`;
}
