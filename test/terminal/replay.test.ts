import { readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scratchFolder } from '../support/lease.ts';
import { selectedUuid, taskLines } from '../support/task-table.ts';
import { openTerminal, type Terminal } from '../support/tmux.ts';

const begin = Date.UTC(2026, 7, 22, 13, 40) / 1000;

function uuidOf(n: number): string {
  return `${n.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
}

/** Each ten seconds from 13:40:00 on a task, done a second later; each seventh fails. The last one is at 13:49:51. */
function tenMinutes(): string {
  return Array.from({ length: 60 }, (_, n) => {
    const task = { uuid: uuidOf(n), hostname: `w${n % 2}@then`, pid: 1, utcoffset: 0 };
    const stamps = (time: number, clock: number): object => ({
      timestamp: time,
      local_received: time,
      clock,
    });
    const [time, end] = [begin + n * 10, n % 7 === 6 ? 'task-failed' : 'task-succeeded'];
    return [
      { type: 'task-received', ...task, name: 'app.mail.send', ...stamps(time, 2 * n + 1) },
      { type: end, ...task, runtime: 0.5, ...stamps(time + 1, 2 * n + 2) },
    ].map((event) => `${JSON.stringify(event)}\n`);
  })
    .flat()
    .join('');
}

/** What is behind the file descriptors of a process that are sockets. */
async function sockets(pid: number): Promise<readonly string[]> {
  const folder = `/proc/${pid}/fd`;
  const targets = await Promise.all(
    (await readdir(folder)).map((fd) => readlink(join(folder, fd)).catch(() => '')),
  );
  return targets.filter((target) => target.startsWith('socket:'));
}

function tasksShown(rows: readonly string[]): number {
  return Number(/([\d,]+) tasks/.exec(rows.slice(1, 4).join('\n'))?.[1]?.replaceAll(',', '') ?? '-1');
}

describe('a recording on screen', () => {
  let terminal: Terminal;
  let folder: string;

  beforeAll(async () => {
    folder = await scratchFolder();
    const file = join(folder, 'night.jsonl');
    await writeFile(file, tenMinutes());
    terminal = await openTerminal({ columns: 100, rows: 30, args: ['events', '--replay', file] });
  });
  afterAll(() => terminal?.close());

  /** Resolves with the screen whose clock says so. */
  function at(clock: string): Promise<string[]> {
    return terminal.waitFor((rows) => (rows[0] ?? '').endsWith(`${clock} UTC`));
  }

  async function goTo(time: string, clock: string): Promise<string[]> {
    await terminal.type(`:at ${time}\r`);
    return at(clock);
  }

  it('says what it is, plays at once, and has no connection to anything', async () => {
    const [status] = await terminal.waitFor((rows) => /REPLAY night\.jsonl +▸ ×1/.test(rows[0] ?? ''));

    expect(status).not.toMatch(/LIVE|amqp|redis/);
    expect(await sockets(await terminal.pid())).toEqual([]);
    // Time goes by.
    await terminal.waitFor((rows) => / 13:4\d:(?!0[01])\d\d UTC$/.test(rows[0] ?? ''));
  });

  it('stops and goes on with p, faster with + and slower with -', async () => {
    await terminal.keys('p');
    await terminal.waitFor((rows) => /REPLAY night\.jsonl +‖/.test(rows[0] ?? ''));
    await terminal.keys('+');
    await terminal.keys('+');
    await terminal.keys('p');
    await terminal.waitFor((rows) => /▸ ×4/.test(rows[0] ?? ''));
    await terminal.keys('-');
    await terminal.waitFor((rows) => /▸ ×2/.test(rows[0] ?? ''));
    await terminal.keys('p');
    await terminal.waitFor((rows) => /‖/.test(rows[0] ?? ''));
  });

  it('goes to times, by events, by ten seconds, to failures, to shares and to the end', async () => {
    const [, , scope] = await goTo('13:45', '13:45:00');
    expect(scope).toMatch(/ 31 tasks$/);
    await terminal.keys('.');
    await at('13:45:01');
    await terminal.keys(',');
    await at('13:45:00');
    await terminal.keys('<');
    expect(selectedUuid(await at('13:44:50'))).toBe(uuidOf(29).slice(0, 8));
    await terminal.keys('>');
    await at('13:45:00');
    await terminal.keys('}');
    expect((await at('13:45:41')).join('\n')).toMatch(
      new RegExp(`^> +✗ FAILURE +${uuidOf(34).slice(0, 8)}`, 'm'),
    );
    await terminal.keys('{');
    await at('13:44:31');
    await terminal.type('%50');
    await at('13:44:55');
    await terminal.keys('Enter', 'f');
    expect((await at('13:49:51')).join('\n')).toMatch(/● +100 %/);
    await goTo('-5m', '13:44:51');
  });

  it('looks the very same after a step back and forward', async () => {
    await goTo('13:45:01', '13:45:01');
    const before = await terminal.settled();

    await terminal.keys(',');
    const back = await at('13:45:00');
    expect(back).not.toEqual(before);
    await terminal.keys('.');
    expect(await at('13:45:01')).toEqual(before);
    await terminal.keys('f');
    await at('13:49:51');
    await goTo('13:45:01', '13:45:01');
    expect(await terminal.settled()).toEqual(before);
    await terminal.keys(',');
    expect(await at('13:45:00')).toEqual(back);
  });

  it('sends nothing', async () => {
    for (const key of ['c', 'l', 'E', 'C-r']) {
      await terminal.keys(key);
      await terminal.waitFor('replay, nothing is sent');
      // Something else is said, so that the next refusal is a new one.
      await terminal.type(':at teatime\r');
      await terminal.waitFor('"teatime" is no time');
    }
    expect(await sockets(await terminal.pid())).toEqual([]);
  });

  it('closes the detail of a task that was not there yet, and says so', async () => {
    await goTo('13:45', '13:45:00');
    await terminal.keys('Enter');
    await terminal.waitFor('[Info]');

    await terminal.keys('<');

    const screen = await terminal.waitFor(`task ${uuidOf(30).slice(0, 8)} is not known at this time`);
    expect(taskLines(screen)).not.toEqual([]);
  });

  it('leaves as the live screen does', async () => {
    await terminal.keys('q');

    expect(await terminal.exitStatus()).toBe(0);
    await terminal.waitFor(/^stalk: \S+, \d+ tasks, \d+ failures, \d+ events$/m);
  });

  it('gives the terminal back for a file that is none', async () => {
    await terminal.runStalk('events', '--replay', join(folder, 'morning.jsonl'));

    expect(await terminal.exitStatus()).toBe(1);
    await terminal.waitFor(/there is no recording \S*morning\.jsonl/);
    expect(await terminal.facts()).toMatchObject({ alternateScreen: false, cursorVisible: true });
  });
});

describe('a live screen that is recorded', () => {
  let terminal: Terminal;
  let file: string;

  beforeAll(async () => {
    file = join(await scratchFolder(), 'live.jsonl.gz');
    const args = ['events', '-b', 'demo://?seed=7&rate=60', '--record', file];
    terminal = await openTerminal({ columns: 160, rows: 30, args });
  });
  afterAll(() => terminal?.close());

  it('says REC', async () => {
    await terminal.waitFor((rows) => /● LIVE .* REC /.test(rows[0] ?? ''));
  });

  it('goes back with <, while more comes in', async () => {
    const live = await terminal.waitFor((rows) => tasksShown(rows) > 150);

    await terminal.keys('<');

    const then = await terminal.waitFor((rows) => /○ REWIND \(-\d+s\) .* REC /.test(rows[0] ?? ''));
    const settled = await terminal.waitFor((rows) => !/seeking/.test(rows[0] ?? ''));
    expect(tasksShown(settled)).toBeLessThan(tasksShown(live));
    const age = (rows: readonly string[]): number => Number(/REWIND \(-(\d+)s\)/.exec(rows[0] ?? '')?.[1]);
    const later = await terminal.waitFor((rows) => age(rows) > age(then) + 1);
    expect(tasksShown(later)).toBe(tasksShown(settled));
    expect(taskLines(later)).toEqual(taskLines(settled));

    await terminal.keys('f');
    const present = await terminal.waitFor((rows) => /● LIVE/.test(rows[0] ?? ''));
    expect(tasksShown(present)).toBeGreaterThan(tasksShown(live));
  });

  it('returns with Esc, too', async () => {
    await terminal.keys(',');
    await terminal.waitFor(/REWIND/);
    await terminal.keys('Escape');
    await terminal.waitFor((rows) => /● LIVE/.test(rows[0] ?? ''));
  });

  it('names the file on the way out, and the file gives all that was seen', async () => {
    await terminal.keys('C-c');
    await terminal.exitStatus();
    const farewell = /^stalk: \S+ ([\d,]+ tasks, [\d,]+ failures, [\d,]+ events), recorded in (\S+)$/m;
    const [, counts = '', path] = farewell.exec((await terminal.waitFor(farewell)).join('\n')) ?? [];
    expect(path).toBe(file);

    await terminal.runCommand('clear');
    await terminal.exitStatus();
    await terminal.runStalk('events', '--replay', file, '--speed', 'max');
    await terminal.waitFor((rows) => /REPLAY live\.jsonl\.gz/.test(rows[0] ?? ''));
    await terminal.keys('f');
    await terminal.waitFor(/● +100 %/);
    await terminal.keys('q');
    expect(await terminal.exitStatus()).toBe(0);
    await terminal.waitFor(new RegExp(`^stalk: \\S+ ${counts}$`, 'm'));
  });

  it('says of a recording that is cut off what is missing, on the screen and at the end', async () => {
    const cut = join(await scratchFolder(), 'cut.jsonl.gz');
    const whole = await readFile(file);
    await writeFile(cut, whole.subarray(0, whole.length - 10));
    await terminal.runCommand('clear');
    await terminal.exitStatus();
    await terminal.runStalk('events', '--replay', cut);
    const missing = /the last block is cut off: [\d,]+ bytes? (was|were) left out/;
    await terminal.waitFor((rows) => /REPLAY cut/.test(rows[0] ?? '') && missing.test(rows.join('\n')));

    await terminal.keys('q');

    expect(await terminal.exitStatus()).toBe(0);
    await terminal.waitFor(new RegExp(`^-> ${missing.source}$`, 'm'));
  });
});
