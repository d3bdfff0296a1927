import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStandingCluster, type StandingCluster } from '../support/standing-cluster.ts';
import { taskLines } from '../support/task-table.ts';
import { openTerminal, type Terminal } from '../support/tmux.ts';

/** The row of a type, column by column; a share that is marked is one word with its mark. */
function rowOf(rows: readonly string[], name: string): string[] | undefined {
  return rows
    .map((row) =>
      row
        .slice(3)
        .trim()
        .replace(/([!✗]) +/, '$1')
        .split(/ +/),
    )
    .find(([first]) => first === name);
}

describe('the Types view of tasks that stand still', () => {
  let cluster: StandingCluster;
  let terminal: Terminal;

  beforeAll(async () => {
    cluster = await openStandingCluster({ columns: 140, rows: 40 });
    terminal = cluster.terminal;
    await terminal.keys('4');
    await terminal.waitFor('[4 Types]');
  });
  afterAll(() => cluster?.close());

  it('counts every run that ended, what failed of them and what still runs', async () => {
    // As the cluster sends them: 20 tasks a type, some only received, some running, each fifth of the others failed.
    const ends = Array.from({ length: 60 }, (_, index) => index + 1).filter((n) => n % 11 !== 0);
    const expected = ['app.mail.send_email', 'app.billing.charge', 'app.reports.build'].map((name, rest) => {
      const started = ends.filter((n) => n % 3 === rest);
      const ended = started.filter((n) => n % 7 !== 0);
      const failed = ended.filter((n) => n % 5 === 0);
      const share = ((100 * failed.length) / ended.length).toFixed(1);
      return [name, String(started.length - ended.length), String(ended.length), `✗${share}`];
    });

    const screen = await terminal.waitFor((rows) => rowOf(rows, 'app.reports.build') !== undefined);
    const shown = expected.map(([name = '']) => {
      const [type, running, count, , share] = rowOf(screen, name) ?? [];
      return [type, running, count, share];
    });
    expect(shown).toEqual(expected);
  });

  it('says that waits in the queue are not known, and why', async () => {
    const screen = await terminal.waitFor(/in queue – needs task_send_sent_event/);

    expect(rowOf(screen, 'app.billing.charge')?.at(-2)).toBe('–');
  });

  it('is of another window after W, and says which', async () => {
    await terminal.waitFor('window 15m, W to change');
    for (const window of ['1h', 'all', '5m', '15m']) {
      await terminal.keys('W');
      await terminal.waitFor(`window ${window}, W to change`);
    }
  });

  it('is sorted and filtered by its figures', async () => {
    await terminal.keys('s', 'n', 'Enter');
    await terminal.waitFor(/TYPE▲[\s\S]*billing[\s\S]*mail[\s\S]*reports/);
    await terminal.type('/count:>=18\r');
    const screen = await terminal.waitFor(/\/ count:>=18 .* [012] of 3 types/);
    expect(screen.filter((row) => /^.{3}app\./.test(row)).every((row) => /(18|19|20) /.test(row))).toBe(true);
    await terminal.keys('Escape');
    await terminal.waitFor(/3 types/);
  });

  it('opens the tasks of a type, and comes back to its row', async () => {
    await terminal.keys('g', 'j', 'Enter');
    const screen = await terminal.waitFor(/ type app\.mail\.send_email › .* 20 of 60/);
    expect(screen[1]).toBe(' 4 Types › app.mail.send_email › Tasks');
    expect(taskLines(screen).length).toBeGreaterThan(10);
    expect(screen.join('\n')).not.toContain('app.billing');

    await terminal.type('/state:fail\r');
    await terminal.waitFor(/ type app\.mail\.send_email › \/ state:fail .* \d of 60/);
    await terminal.keys('Escape', 'Escape');
    await terminal.waitFor(/^> {2}app\.mail\.send_email/m);
  });
});

describe('the Types view of a cluster that works', () => {
  let terminal: Terminal;

  beforeAll(async () => {
    const args = ['events', '-b', 'demo://?seed=7&rate=40', '--view', 'types'];
    terminal = await openTerminal({ columns: 80, rows: 24, args });
    await terminal.waitFor(/LIVE[\s\S]*\[4 Types\]/);
  });
  afterAll(() => terminal?.close());

  it.each([
    [40, /^ {3}TYPE +RATE FAIL%▼ +P95$/],
    [60, /^ {3}TYPE +COUNT +RATE FAIL%▼ +P50 +P95$/],
    [80, /^ {3}TYPE +COUNT +RATE FAIL%▼ +P50 +P95 +P99$/],
    [100, /^ {3}TYPE +RUNNING +COUNT +RATE FAIL%▼ RETRY% +P50 +P95 +P99 WAIT P95$/],
    [140, /^ {3}TYPE +RUNNING +COUNT +RATE FAIL%▼ RETRY% +P50 +P95 +P99 WAIT P95 QUEUE P95 +LIMIT$/],
    [200, /^ {3}TYPE +RUNNING +COUNT +RATE FAIL%▼ RETRY% .* QUEUE P95 +LIMIT +LAST$/],
  ])('shows the columns for a width of %i', async (columns, header) => {
    await terminal.resize(columns, 24);

    await terminal.waitFor((rows) => rows.some((row) => header.test(row)));
  });

  it('limits the type under the cursor, and shows the limit from then on', async () => {
    await terminal.resize(140, 40);
    await terminal.type('/name=app.search.index_product\r');
    await terminal.waitFor(/^> {2}app\.search\.index_product/m);
    await terminal.keys('l');
    await terminal.waitFor(/Rate limit[\s\S]*Task type {3}app\.search\.index_product/);
    await terminal.type('30/s');
    await terminal.waitFor(/Will send {3}rate_limit\("app\.search\.index_product", "30\/s"\) to 5/);
    await terminal.keys('Enter');

    await terminal.waitFor('rate_limit app.search.index_product 30/s  5/5 workers ok');
    const screen = await terminal.waitFor(/rate limit 30\/s \(set \d\d:\d\d by you\)/);
    expect(rowOf(screen, 'app.search.index_product')?.at(-1)).toBe('30/s');
  });

  it('measures how long the runs of a type wait and take', async () => {
    const screen = await terminal.waitFor(
      (rows) => (rowOf(rows, 'app.search.index_product') ?? []).length === 12,
    );

    const figures = rowOf(screen, 'app.search.index_product')?.slice(6, 11) ?? [];
    expect(figures).toHaveLength(5);
    expect(figures.filter((figure) => !/^[\d.]+(ms|s)$/.test(figure))).toEqual([]);
  });

  it('stands still while paused', async () => {
    await terminal.keys('p');
    await terminal.waitFor('PAUSED');
    const before = (await terminal.settled()).slice(2, -2);
    await terminal.waitFor((rows) => /\+[1-9]\d/.test(rows[0] ?? ''));
    expect((await terminal.screen()).slice(2, -2)).toEqual(before);
    await terminal.keys('p');
    await terminal.waitUntilGone('PAUSED');
  });
});
