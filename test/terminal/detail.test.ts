import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scratchFolder } from '../support/lease.ts';
import {
  openStandingCluster,
  type StandingCluster,
  tracebackOf,
  uuidOf,
} from '../support/standing-cluster.ts';
import { rowWidth, selectedUuid } from '../support/task-table.ts';
import type { Terminal } from '../support/tmux.ts';

const short = (n: number): string => uuidOf(n).slice(0, 8);

describe('a task in detail', () => {
  let cluster: StandingCluster;
  let terminal: Terminal;
  let paged: string;

  beforeAll(async () => {
    paged = join(await scratchFolder(), 'paged');
    const pager = `cat > ${paged}; echo in the pager; head -n 1 < /dev/tty`;
    cluster = await openStandingCluster({ columns: 80, rows: 24, env: { PAGER: pager } });
    terminal = cluster.terminal;
  });
  afterAll(() => cluster?.close());

  /** `lines 12-30 of 298` on the scope line. */
  function position(screen: readonly string[]): { first: number; last: number; of: number } {
    const [, first, last, of] = /lines ([\d,]+)-([\d,]+) of ([\d,]+)/.exec(screen[2] ?? '') ?? [];
    return { first: Number(first), last: Number(last), of: Number(of) };
  }

  async function atLine(first: number): Promise<string[]> {
    return terminal.waitFor((screen) => position(screen).first === first);
  }

  it('opens the traceback of the task under the cursor, at its last own frame', async () => {
    await terminal.keys(...Array.from({ length: 10 }, () => 'j'), 't');

    const screen = await terminal.waitFor(/\[Traceback\][\s\S]*CardError: no 50/);

    expect(screen[1]).toMatch(/2 Tasks › app\.reports\.build › 00000032 › Traceback +11 of 60/);
    expect(screen.join('\n')).toMatch(/▸ ?\d+ +File "\/srv\/app\/orders\.py", line 6, in step_5/);
    expect(position(screen).of).toBeGreaterThanOrEqual(tracebackOf(50).split('\n').length);
  });

  it('scrolls it by lines, half pages and to both ends', async () => {
    await terminal.keys('g');
    await atLine(1);
    await terminal.type('jj');
    const { last } = position(await atLine(3));
    await terminal.keys('C-d');
    await atLine(3 + Math.ceil((last - 3 + 1) / 2));
    await terminal.keys('G');
    await terminal.waitFor((screen) => position(screen).last === position(screen).of);
    await terminal.keys('g');
    await atLine(1);
  });

  it('finds text in it, and goes from match to match', async () => {
    await terminal.type('/smtplib\r');
    const found = await terminal.waitFor((screen) => position(screen).first > 1);
    expect(found.slice(5).find((row) => row.includes('smtplib'))).toBeDefined();
    expect(found[2]).toContain('find: smtplib');

    await terminal.keys('n', 'n');
    const next = await terminal.waitFor((screen) => position(screen).first > position(found).first);
    await terminal.keys('N');
    await terminal.waitFor((screen) => position(screen).first < position(next).first);
    await terminal.keys('Escape');
    await terminal.waitUntilGone('find: smtplib');
  });

  it('folds the frames of libraries and unfolds them', async () => {
    const { of } = position(await terminal.screen());

    await terminal.keys('z');

    const folded = await terminal.waitFor((screen) => position(screen).of < of - 50);
    expect(folded).toHaveLength(24);
    await terminal.keys('g');
    await terminal.type('/line 40\r');
    await terminal.waitFor(/… 30 library frames/);
    await terminal.keys('Escape', 'z');
    await terminal.waitFor((screen) => position(screen).of === of);
  });

  it('cuts long lines or wraps them', async () => {
    await terminal.keys('G');
    await terminal.waitFor('that is all');

    await terminal.keys('w');

    await terminal.keys('G');
    const cut = await terminal.waitUntilGone('that is all');
    expect(cut.every((row) => rowWidth(row) <= 79)).toBe(true);
    await terminal.keys('w', 'G');
    await terminal.waitFor('that is all');
  });

  it('lends the terminal to the pager, and comes back to the same line', async () => {
    await terminal.keys('g', 'j', 'j', 'j');
    const before = await atLine(4);

    await terminal.keys('o');

    await terminal.waitFor('in the pager');
    expect(await terminal.facts()).toMatchObject({ alternateScreen: false });
    expect(await readFile(paged, 'utf8')).toContain('smtplib.py');
    await terminal.keys('Enter');
    const after = await atLine(4);
    expect(after.slice(3)).toEqual(before.slice(3));
    expect(await terminal.facts()).toMatchObject({ alternateScreen: true, cursorVisible: false });
  });

  it('steps through the list with J and K and keeps the tab', async () => {
    await terminal.keys('J');
    await terminal.waitFor(new RegExp(`${short(49)} › Traceback +12 of 60`));
    await terminal.keys('K', 'K');
    await terminal.waitFor(new RegExp(`${short(51)} › Traceback +10 of 60`));
    await terminal.keys('Escape');
    await terminal.waitFor('[2 Tasks]');
  });

  it('counts the position in the filtered list', async () => {
    await terminal.type('/billing\r');
    await terminal.waitFor('20 of 60');
    await terminal.keys('Home', 'j', 'j', 'r');
    await terminal.waitFor(/› Result +3 of 20 \(billing\)[\s\S]*\[Result\]/);
    await terminal.keys('J');
    await terminal.waitFor(/› Result +4 of 20 \(billing\)[\s\S]*\[Result\]/);
    await terminal.keys('Escape', 'Escape');
    await terminal.waitFor('(no filter)');
  });

  it('shows hostile arguments escaped, emoji whole, and all columns in their place', async () => {
    const args = `('\x1b[31mred', 'bell\x07', 'left\u202eright', '🙂绿')`;
    const uuid = uuidOf(500);
    const record = await terminal.recordOutput();
    await cluster.wire.event('task-received', {
      uuid,
      hostname: 'w1@still',
      name: 'app.hostile',
      args,
      kwargs: '{}',
    });
    await cluster.wire.event('task-succeeded', { uuid, hostname: 'w1@still', runtime: 1, result: args });
    await terminal.keys('f');
    await terminal.waitFor((rows) => selectedUuid(rows) === short(500));

    const list = await terminal.settled();
    for (const tab of ['i', 'Tab', 'Tab']) {
      await terminal.keys(tab);
      await terminal.waitFor(tab === 'i' ? '[Info]' : /\[(Args|Result)\]/);
      const screen = (await terminal.settled()).join('\n');
      expect(screen).toContain(String.raw`\x1b[31mred`);
      expect(screen).toContain(String.raw`bell\x07`);
      expect(screen).toContain(String.raw`\u202e`);
      expect(screen).toContain('🙂绿');
    }
    await terminal.resize(140, 40);
    const wide = await terminal.waitFor(
      (rows) => rows.length === 40 && rows.some((row) => row.includes('[Result]')),
    );
    expect(wide.every((row) => rowWidth(row) <= 139)).toBe(true);
    await terminal.keys('Escape');
    const rows = await terminal.waitFor(/QUEUE +WAIT/);
    const times = rows.filter((row) => /\d\d:\d\d:\d\d$/.test(row) && /app\./.test(row));
    expect(new Set(times.map(rowWidth))).toEqual(new Set([139]));
    expect(list.join('\n')).toContain('app.hostile');

    const written = await record.text();
    expect(written).not.toContain('\x1b[31mred');
    expect(written).not.toContain('bell\x07');
    expect(written).not.toContain('\u202e');
    await record.stop();
  });
});
