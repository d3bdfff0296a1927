import { afterEach, describe, expect, it } from 'vitest';
import { openStandingCluster, type StandingCluster } from '../support/standing-cluster.ts';
import { selectedTask, taskLines } from '../support/task-table.ts';
import type { OutputRecord } from '../support/tmux.ts';

describe('colours and symbols', () => {
  const clusters: StandingCluster[] = [];

  afterEach(async () => {
    for (const cluster of clusters.splice(0)) await cluster.close();
  });

  async function open(env: Record<string, string>, args: string[] = []): Promise<StandingCluster> {
    const cluster = await openStandingCluster({ columns: 100, rows: 30, env, args });
    clusters.push(cluster);
    return cluster;
  }

  /** Everything that has a look of its own: list, marks, problems, a traceback, dialogs, help, workers, types. */
  async function tour({ terminal }: StandingCluster): Promise<OutputRecord> {
    const record = await terminal.recordOutput();
    await terminal.keys('C-l', 'Space', 'Space');
    await terminal.waitFor(/2 marked/);
    await terminal.keys('U', '!');
    await terminal.waitFor('problems only (!)');
    await terminal.keys('t');
    await terminal.waitFor('[Traceback]');
    await terminal.keys('g');
    await terminal.type('/smtplib\r');
    await terminal.waitFor('find: smtplib');
    for (const tab of ['Raw', 'Info', 'Args', 'Result']) {
      await terminal.keys('Tab');
      await terminal.waitFor(`[${tab}]`);
    }
    await terminal.keys('Escape', 'Escape', 'Escape', 'c');
    await terminal.waitFor(/Revoke 1 task/);
    await terminal.keys('Escape', 'l');
    await terminal.waitFor('New rate');
    await terminal.keys('Escape', '?');
    await terminal.waitFor('Help:');
    await terminal.keys('Escape', ':');
    await terminal.waitFor('Command');
    await terminal.keys('Escape', '3');
    await terminal.waitFor('[3 Workers]');
    await terminal.keys('Enter');
    await terminal.waitFor('Summary');
    await terminal.keys('Escape', '4');
    await terminal.waitFor(/\[4 Types\][\s\S]*wait in worker/);
    await terminal.keys('2', 'p');
    await terminal.waitFor(/PAUSED/);
    await terminal.keys('p', 'T', 'T', 'T', 'u');
    await terminal.settled();
    return record;
  }

  it('tells everything without any: state, selection, marks, tab, sort, mode and connection', async () => {
    const { terminal } = await open({});
    await terminal.keys('Space', 'j');
    const screen = await terminal.waitFor(/1 marked/);

    expect(screen[0]).toMatch(/celery {2}amqp {2}● LIVE .* wk 2\/2 .* UTC$/);
    expect(screen[1]).toContain('[2 Tasks]');
    expect(screen[3]).toMatch(/TIME▼$/);
    expect(screen.join('\n')).toMatch(/── HOLD, list frozen at/);
    expect(selectedTask(screen)).toMatchObject({ glyph: '✓', state: 'SUCCESS' });
    expect(taskLines(screen)[0]).toMatchObject({ marked: true, glyph: '✗', state: 'FAILURE' });
    const looks = new Set(taskLines(screen).map((line) => `${line.glyph} ${line.state}`));
    expect([...looks].sort()).toEqual(['○ RECEIVED', '▸ STARTED', '✓ SUCCESS', '✗ FAILURE'].sort());
  });

  it('uses the named colours of the palette, no black, white or grey, and no background', async () => {
    const record = await tour(await open({ COLORTERM: 'truecolor' }));

    const codes = sgrCodes(await record.text());
    expect([...codes].filter((code) => !allowed.has(code))).toEqual([]);
    for (const used of ['31', '1', '7']) expect(codes).toContain(used);
  });

  it.each(['screen', 'xterm-256color', 'linux'])('stays readable on TERM=%s', async (term) => {
    const cluster = await open({ TERM: term });
    const record = await tour(cluster);

    const text = await record.text();
    expect([...sgrCodes(text)].filter((code) => !allowed.has(code))).toEqual([]);
    expect(taskLines(await cluster.terminal.screen()).length).toBeGreaterThan(10);
  });

  it.each([
    ['NO_COLOR=1', { NO_COLOR: '1' }, []],
    ['--color never', {}, ['--color', 'never']],
  ] as const)('has weight and inverse but no colour under %s', async (_name, env, args) => {
    const record = await tour(await open({ ...env }, [...args]));

    const codes = sgrCodes(await record.text());
    expect([...codes].filter((code) => Number(code) >= 30)).toEqual([]);
    for (const used of ['1', '4', '7']) expect(codes).toContain(used);
  });

  it.each([
    ['--ascii', {}, ['--ascii']],
    ['LC_ALL=C', { LC_ALL: 'C' }, []],
  ] as const)('writes nothing but ASCII under %s, in straight columns', async (_name, env, args) => {
    const cluster = await open({ ...env }, [...args]);
    await cluster.wire.event('task-received', {
      uuid: 'ffffffff-0000-4000-8000-000000000000',
      hostname: 'w1@still',
      name: 'app.naïve.绿🙂',
      args: "('żółć 🙂',)",
      kwargs: '{}',
    });
    await cluster.terminal.waitFor(/ffffffff/);
    const record = await tour(cluster);

    expect([...(await record.text())].filter((character) => character > '\x7f')).toEqual([]);
    await cluster.terminal.keys('u', 'f');
    const screen = await cluster.terminal.waitFor((rows) => /ffffffff app/.test(rows[4] ?? ''));
    const rows = screen.filter((row) => /\d\d:\d\d:\d\d$/.test(row));
    expect(rows.length).toBeGreaterThan(10);
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([99]));
  });
});

/** SGR 1, 2, 4, 7, 31 to 36, and what ends them. */
const allowed: ReadonlySet<string> = new Set([
  '0',
  '1',
  '2',
  '4',
  '7',
  '22',
  '24',
  '27',
  '39',
  '31',
  '32',
  '33',
  '34',
  '35',
  '36',
]);

/** Each parameter of each SGR sequence; those of `38;5;n` and `48;2;r;g;b` come out as `38` and `48` among others. */
function sgrCodes(output: string): Set<string> {
  const codes = new Set<string>();
  for (const [, parameters = ''] of output.matchAll(/\x1b\[([\d;:]*)m/g)) {
    for (const code of parameters.split(/[;:]/)) codes.add(code === '' ? '0' : code);
  }
  return codes;
}
