import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { messageOf, modeRule, rowWidth, selectedUuid, taskLines } from '../support/task-table.ts';
import { openTerminal, type Terminal } from '../support/tmux.ts';

const demo = ['events', '-b', 'demo://?seed=7'];

describe('every view', () => {
  let terminal: Terminal;

  beforeAll(async () => {
    terminal = await openTerminal({ columns: 80, rows: 24, args: demo });
    await terminal.waitFor(/LIVE[\s\S]*FOLLOW/);
  });
  afterAll(() => terminal?.close());

  /** Opens each view in turn, from the Tasks list and back to it. */
  async function eachView(columns: number, check: (screen: string[], view: string) => void): Promise<void> {
    await terminal.keys('2');
    check(await terminal.waitFor(/FOLLOW|HOLD/), 'Tasks');
    await terminal.keys('i');
    check(await terminal.waitFor('[Info]'), 'Info');
    for (const tab of ['Args', 'Result', 'Traceback', 'Raw']) {
      await terminal.keys('Tab');
      check(await terminal.waitFor(`[${tab}]`), tab);
    }
    await terminal.keys('Escape', '3');
    check(await terminal.waitFor((rows) => rows.some((row) => /STATUS\S? +NODE/.test(row))), 'Workers');
    await terminal.keys('Enter');
    check(await terminal.waitFor(columns < 60 ? 'Summary' : /› celery@/), 'a worker');
    await terminal.keys('Escape', '4');
    check(await terminal.waitFor((rows) => rows.some((row) => /^ {3}TYPE +/.test(row))), 'Types');
    await terminal.keys('Enter');
    check(await terminal.waitFor(/^ type /m), 'the tasks of a type');
    await terminal.keys('Escape', '2');
    await terminal.waitFor(/FOLLOW|HOLD/);
  }

  for (const [columns, rows] of [
    [80, 24],
    [60, 20],
    [100, 30],
    [140, 40],
    [200, 60],
    [40, 10],
  ] as const) {
    it(`fits ${columns}x${rows}, leaves the last column free and ends in "? help"`, async () => {
      await terminal.resize(columns, rows);
      await terminal.waitFor((screen) => screen.length === rows && / \? help$/.test(screen.at(-1) ?? ''));

      await eachView(columns, (screen, view) => {
        expect(screen, view).toHaveLength(rows);
        const tooWide = screen.filter((row) => rowWidth(row) > columns - 1);
        expect(tooWide, `${view}: rows wider than ${columns - 1}`).toEqual([]);
        expect(screen[0], view).toMatch(/LIVE/);
        expect(screen.at(-1), view).toMatch(/ \? help$/);
      });
    });
  }

  it('marks the active tab with brackets, or says its number where there is no room for tabs', async () => {
    await terminal.resize(80, 24);
    await terminal.keys('2');
    expect((await terminal.waitFor('[2 Tasks] 3 Workers'))[1]).toBe('[2 Tasks] 3 Workers  4 Types');
    await terminal.keys('3');
    expect((await terminal.waitFor('[3 Workers]'))[1]).toBe(' 2 Tasks [3 Workers] 4 Types');

    await terminal.resize(50, 20);
    expect((await terminal.waitFor('/3 Workers'))[1]).toBe(' 2/3 Workers');
    await terminal.keys('2');
    await terminal.waitFor(' 1/3 Tasks');
  });

  it.each([
    [40, ['STATE', 'NAME', 'TIME▼']],
    [60, ['STATE', 'NAME', 'RUNTIME', 'TIME▼']],
    [80, ['STATE', 'UUID', 'NAME', 'WORKER', 'RUNTIME', 'RT', 'TIME▼']],
    [100, ['STATE', 'UUID', 'NAME', 'WORKER', 'QUEUE', 'RUNTIME', 'RT', 'TIME▼']],
    [
      120,
      ['STATE', 'UUID', 'NAME', 'WORKER', 'QUEUE', 'RUNTIME', 'RT', 'RESULT / EXCEPTION / ARGS', 'TIME▼'],
    ],
    [
      140,
      [
        'STATE',
        'UUID',
        'NAME',
        'WORKER',
        'QUEUE',
        'WAIT',
        'RUNTIME',
        'RT',
        'RESULT / EXCEPTION / ARGS',
        'TIME▼',
      ],
    ],
    [
      160,
      [
        'STATE',
        'UUID',
        'NAME',
        'WORKER',
        'QUEUE',
        'WAIT',
        'RUNTIME',
        'RT',
        'RESULT / EXCEPTION',
        'ARGS',
        'TIME▼',
      ],
    ],
  ])('shows the columns for a width of %i', async (columns, headers) => {
    await terminal.resize(columns, 24);
    await terminal.keys('2');

    const screen = await terminal.waitFor((rows) => columnsOf(rows).join() === headers.join());

    expect(columnsOf(screen)).toEqual(headers);
  });

  it('shows everything at 200 columns, the uuid in full', async () => {
    await terminal.resize(200, 30);

    const screen = await terminal.waitFor(/RECEIVED +STARTED +ETA +PARENT +ROOT +CLIENT +TIME▼/);

    expect(taskLines(screen)[0]?.uuid).toHaveLength(36);
  });

  it('still shows state, name and time at 40x10, and obeys j', async () => {
    await terminal.resize(40, 10);
    await terminal.keys('f');
    const row = /^> *(\S+) (\S+) +(\S+) +(\d\d:\d\d:\d\d)$/;
    const before = await terminal.waitFor((rows) => rows.length === 10 && row.test(rows[3] ?? ''));
    expect(before[2]).toMatch(/^ {3}STATE +NAME +TIME/);

    await terminal.keys('j');

    await terminal.waitFor((rows) => row.test(rows[4] ?? '') && /HOLD/.test(rows.join('\n')));
  });

  it('keeps task, filter, crumbs and rows through 80, 140, 60 and 80 columns', async () => {
    await terminal.resize(80, 24);
    await terminal.keys('2');
    await terminal.waitFor(/STATE +UUID/);
    await terminal.type('/app.\r');
    await terminal.keys('j', 'j', 'j', 'p');
    const before = await terminal.waitFor(/PAUSED, p to go on/);
    const uuid = selectedUuid(before);
    expect(before[2]).toMatch(/^ \/ app\./);

    await terminal.resize(140, 40);
    const wide = await terminal.waitFor((rows) => /QUEUE +WAIT/.test(rows.join('\n')) && rows.length === 40);
    expect(selectedUuid(wide)).toBe(uuid);
    expect(wide[2]).toMatch(/^ \/ app\./);
    await terminal.resize(60, 20);
    await terminal.waitFor((rows) => rows.length === 20 && /STATE +NAME +RUNTIME/.test(rows.join('\n')));
    await terminal.resize(80, 24);
    const after = await terminal.waitFor((rows) => rows.length === 24 && /STATE +UUID/.test(rows.join('\n')));

    expect(selectedUuid(after)).toBe(uuid);
    // The status line counts on, and the counts of the filter with it.
    expect(after.slice(3)).toEqual(before.slice(3));
    await terminal.keys('C-l');
    await terminal.keys('p');
    await terminal.waitUntilGone('PAUSED');
  });

  it('keeps the crumbs of a detail through a change of width', async () => {
    await terminal.keys('i');
    const [, crumbs = ''] = await terminal.waitFor('[Info]');
    const path = crumbs.split(/ {2,}/)[0];
    expect(path).toMatch(/2 Tasks › \S+ › \w{8} › Info/);

    await terminal.resize(60, 20);
    await terminal.waitFor((rows) => rows.length === 20 && rows.some((row) => row.includes('[Info]')));
    await terminal.resize(80, 24);

    const after = await terminal.waitFor((rows) => rows.length === 24 && / \? help$/.test(rows.at(-1) ?? ''));
    expect(after[1]?.split(/ {2,}/)[0]).toBe(path);
    await terminal.keys('Escape', 'Escape');
  });

  it('shows nothing of a frame that was there before: a redraw changes no row', async () => {
    await terminal.keys('2', 'p');
    await terminal.waitFor('PAUSED, p to go on');
    for (const columns of [139, 61, 97, 80]) await terminal.resize(columns, 24);
    const settled = await terminal.waitFor(
      (rows) =>
        rows.length === 24 && /^ \S.*\? help$/.test(rows.at(-1) ?? '') && /STATE +UUID/.test(rows.join()),
    );

    // The uuids are drawn anew after the redraw, and again: what the second frame shows has passed the first.
    await terminal.keys('C-l', 'u');
    await terminal.waitFor(/[0-9a-f-]{36}/);
    await terminal.keys('u');

    await terminal.waitFor((rows) => rows.slice(3, 22).join() === settled.slice(3, 22).join());
    await terminal.keys('p');
  });

  it('says what it needs when it has 30x8, recovers without a key', async () => {
    await terminal.resize(30, 8);
    const small = await terminal.waitFor('40x10 needed, have 30x8');
    expect(small.filter((row) => row !== '')).toHaveLength(1);

    await terminal.resize(80, 24);

    const screen = await terminal.waitFor(/FOLLOW|HOLD/);
    expect(screen.join('\n')).not.toContain('needed');
    expect(modeRule(screen)).not.toBe('');
    expect(messageOf(screen)).toBe('');
  });
});

describe('the Workers view', () => {
  let terminal: Terminal;

  beforeAll(async () => {
    terminal = await openTerminal({ columns: 80, rows: 24, args: [...demo, '--view', 'workers'] });
    await terminal.waitFor(/LIVE[\s\S]*\[3 Workers\]/);
  });
  afterAll(() => terminal?.close());

  it.each([
    [80, /STATUS▲ +NODE +ACTIVE POOL +LOAD +DONE\/M FAIL% QUEUES +BEAT$/],
    [100, /STATUS▲ +NODE +ACTIVE POOL +LOAD +DONE\/M FAIL% PREFETCH QUEUES +BEAT$/],
    [140, /STATUS▲ +NODE +ACTIVE POOL +LOAD +DONE\/M +FAIL% PROCESSED PREFETCH +RSS QUEUES +DRIFT +BEAT$/],
    [
      200,
      /STATUS▲ +NODE +ACTIVE POOL +LOAD +DONE\/M +FAIL\/M +FAIL% PROCESSED PREFETCH +RSS QUEUES +DRIFT +PID +UP VERSION +RSVD.* BEAT$/,
    ],
  ])('shows the columns for a width of %i', async (columns, header) => {
    await terminal.resize(columns, 24);

    await terminal.waitFor((rows) => rows.some((row) => header.test(row)));
  });

  it('shows the queues as a number at 80 columns and by name at 100', async () => {
    await terminal.resize(80, 24);
    await terminal.waitFor(/celery@web-1 .* 2 +\d+s/);

    await terminal.resize(100, 24);

    await terminal.waitFor(/celery@web-1 .* celery,email +\d+s/);
  });
});

function columnsOf(screen: readonly string[]): string[] {
  const header = screen.find((row) => /^ {3}STATE /.test(row)) ?? '';
  return header
    .trim()
    .split(/(?<=STATE|UUID|NAME|WORKER|QUEUE|WAIT|RUNTIME|RT|ARGS|EXCEPTION) +(?=[A-Z])/)
    .filter((name) => name !== '');
}
