import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStandingCluster, type StandingCluster, uuidOf } from '../support/standing-cluster.ts';
import { modeRule, newerTasks, selectedPlace, selectedUuid, taskLines } from '../support/task-table.ts';
import { openTerminal, type Terminal } from '../support/tmux.ts';

describe('the list while tasks arrive', () => {
  let terminal: Terminal;

  beforeAll(async () => {
    terminal = await openTerminal({
      columns: 100,
      rows: 30,
      args: ['events', '-b', 'demo://?seed=7&rate=60'],
    });
    await terminal.waitFor(/LIVE[\s\S]*FOLLOW, newest first/);
  });
  afterAll(() => terminal?.close());

  const order = (screen: readonly string[]): string =>
    taskLines(screen)
      .map((line) => line.uuid)
      .join();

  async function follow(): Promise<string[]> {
    await terminal.keys('2', 'f');
    return terminal.waitFor((rows) => /FOLLOW/.test(modeRule(rows)) && selectedPlace(rows) === 0);
  }

  it('shows new tasks on top without a key', async () => {
    const before = taskLines(await follow()).map((line) => line.uuid);

    const after = await terminal.waitFor((rows) => !before.includes(selectedUuid(rows)));

    expect(selectedPlace(after)).toBe(0);
  });

  it('stands still from j on, while the count of newer tasks grows', async () => {
    await follow();
    await terminal.keys('j');
    const held = await terminal.waitFor(/HOLD, list frozen at \d\d:\d\d:\d\d/);

    const later = await terminal.waitFor((rows) => newerTasks(rows) > newerTasks(held) + 20);

    expect(order(later)).toBe(order(held));
    expect(selectedUuid(later)).toBe(selectedUuid(held));
  });

  it('follows again with f', async () => {
    const held = await terminal.screen();
    expect(modeRule(held)).toContain('HOLD');

    await terminal.keys('f');

    const screen = await terminal.waitFor(/FOLLOW, newest first/);
    expect(order(screen)).not.toBe(order(held));
  });

  it('asks about the row that was under the cursor, and sends that one', async () => {
    await follow();
    await terminal.keys('j', 'j', 'j');
    const uuid = selectedUuid(await terminal.waitFor((rows) => selectedPlace(rows) === 3));
    await terminal.keys('c');
    const held = await terminal.waitFor('Revoke 1 task?');
    const named = (rows: readonly string[]): string =>
      /([0-9a-f]{8}) {2}\S/.exec(
        rows.find((row) => row.startsWith('     ') && /│ [0-9a-f]{8} {2}/.test(row)) ?? '',
      )?.[1] ?? '';
    expect(named(held)).toBe(uuid);

    await terminal.keys('y');

    await terminal.waitUntilGone('Revoke 1 task?');
    await terminal.keys('@');
    await terminal.waitFor(new RegExp(`> .*revoke ${uuid}`));
    await terminal.keys('Escape');
    expect(selectedUuid(await terminal.waitFor(/HOLD/))).toBe(uuid);
  });

  it('never changes the selection by itself under another sort', async () => {
    await follow();
    await terminal.keys('j', 's', 'r', 'Enter');
    const sorted = await terminal.waitFor(/HOLD[\s\S]*\? help$/);
    expect(sorted.join('\n')).toMatch(/RUNTIME[▲▼]/);
    const uuid = selectedUuid(sorted);

    const later = await terminal.waitFor((rows) => newerTasks(rows) > newerTasks(sorted) + 20);

    expect(selectedUuid(later)).toBe(uuid);
    await terminal.keys('s', 't', 'Enter');
    await terminal.waitFor(/TIME▼/);
  });

  it('changes nothing but the status line while it is paused, and catches up at once', async () => {
    await follow();
    await terminal.keys('p');
    const paused = await terminal.waitFor(/‖ PAUSED \+\d[\s\S]*PAUSED, p to go on/);

    const count = (rows: readonly string[]): number =>
      Number(/PAUSED \+([\d,]+)/.exec(rows[0] ?? '')?.[1]?.replaceAll(',', ''));
    const later = await terminal.waitFor((rows) => count(rows) > count(paused) + 100);

    // The scope line goes on counting the tasks.
    expect(later.slice(3)).toEqual(paused.slice(3));
    await terminal.keys('p');
    const live = await terminal.waitFor(/● LIVE[\s\S]*FOLLOW/);
    expect(taskLines(paused).map((line) => line.uuid)).not.toContain(selectedUuid(live));
  });
});

describe('the held list', () => {
  let cluster: StandingCluster;
  let terminal: Terminal;

  beforeAll(async () => {
    cluster = await openStandingCluster({ columns: 100, rows: 30, args: ['--max-tasks', '60'] });
    terminal = cluster.terminal;
  });
  afterAll(() => cluster?.close());

  const marked = (screen: readonly string[]): number =>
    taskLines(screen).filter((line) => line.marked).length;
  const short = (n: number): string => uuidOf(n).slice(0, 8);

  it('updates a task in its place', async () => {
    // Task 56 runs.
    await terminal.keys('j');
    const before = await terminal.waitFor(/HOLD/);
    expect(taskLines(before)[4]).toMatchObject({ uuid: short(56), state: 'STARTED' });

    await cluster.wire.event('task-succeeded', {
      uuid: uuidOf(56),
      hostname: 'w1@still',
      runtime: 4.2,
      result: '56',
    });

    const after = await terminal.waitFor((rows) => taskLines(rows)[4]?.state === 'SUCCESS');
    expect(taskLines(after)[4]?.uuid).toBe(short(56));
    expect(modeRule(after)).toContain('HOLD');
  });

  it('counts the marks of Space, of a range and of all, and keeps them through a filter and a sort', async () => {
    await terminal.keys('Home', 'Space', 'Space');
    await terminal.waitFor((rows) => marked(rows) === 2 && /2 marked/.test(rows[2] ?? ''));
    await terminal.keys('j', 'v', 'j', 'j', 'v');
    await terminal.waitFor((rows) => marked(rows) === 5 && /5 marked/.test(rows[2] ?? ''));

    await terminal.type('/mail\r');
    const filtered = await terminal.waitFor((rows) => /20 of 60/.test(rows[2] ?? ''));
    expect(filtered[2]).toContain('5 marked');
    await terminal.keys('Escape', 's', 'n', 'Enter');
    await terminal.waitFor(/NAME[▲▼]/);
    await terminal.keys('s', 't', 'Enter', 'Home');
    const back = await terminal.waitFor((rows) => marked(rows) === 5);
    const uuids = taskLines(back).flatMap((line) => (line.marked ? [line.uuid] : []));
    expect(uuids.sort()).toEqual([55, 56, 57, 59, 60].map(short));

    await terminal.keys('*');
    await terminal.waitFor(/60 marked/);
    await terminal.keys('U');
    await terminal.waitFor((rows) => marked(rows) === 0 && !/marked/.test(rows[2] ?? ''));
  });

  it('keeps a task that memory has let go, says so, and acts on its uuid', async () => {
    await terminal.keys('U', 'G');
    await terminal.waitFor((rows) => selectedUuid(rows) === short(1) && !/marked/.test(rows[2] ?? ''));

    for (let n = 1001; n <= 1010; n += 1) {
      await cluster.wire.event('task-received', {
        uuid: uuidOf(n),
        hostname: 'w1@still',
        name: 'app.new',
        args: '()',
      });
    }

    const screen = await terminal.waitFor(
      (rows) => newerTasks(rows) === 10 && /evicted/.test(rows.join('\n')),
    );
    expect(selectedUuid(screen)).toBe(short(1));
    expect(screen.find((row) => row.startsWith('>'))).toContain('evicted');
    await terminal.keys('c');
    const asked = await terminal.waitFor(new RegExp(`Revoke 1 task[\\s\\S]*${short(1)}`));
    expect(asked.find((row) => row.startsWith('>'))).toContain('evicted');
    await terminal.keys('Escape');
  });
});
