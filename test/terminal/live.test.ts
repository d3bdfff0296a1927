import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callTask, celeryCli, startWorker, taskResult, type Worker } from '../support/celery-worker.ts';
import { scratchFolder } from '../support/lease.ts';
import { until } from '../support/process-group.ts';
import { amqp, freshBroker, redis } from '../support/servers.ts';
import { messageOf, rowWidth, selectedTask, taskLines } from '../support/task-table.ts';
import { openTerminal, type Terminal } from '../support/tmux.ts';

const patience = { timeoutMs: 60_000 };
const sizes = [
  { columns: 80, rows: 24 },
  { columns: 140, rows: 40 },
] as const;

describe.each(['amqp', 'redis'] as const)('the screen on real workers on %s', (name) => {
  const server = name === 'amqp' ? amqp : redis;
  const workers = new Map<string, Worker>();
  const terminals = new Map<number, Terminal>();
  let broker: string;
  let folder: string;

  beforeAll(async () => {
    broker = await freshBroker(name);
    folder = await scratchFolder();
    await Promise.all([
      start('steady@live', 'celery'),
      ...sizes.flatMap(({ columns }) => [
        start(`leaving${columns}@live`, 'other'),
        start(`mortal${columns}@live`, 'other'),
      ]),
    ]);
    for (const size of sizes) {
      const args = ['events', '-b', broker, '--timeout', '10'];
      terminals.set(size.columns, await openTerminal({ ...size, args }));
    }
  });

  afterAll(async () => {
    await Promise.all([...terminals.values()].map((terminal) => terminal.close()));
    await Promise.all([...workers.values()].map((worker) => worker.kill()));
  });

  async function start(hostname: string, queue: string): Promise<void> {
    const pool = queue === 'celery' ? 'prefork' : 'solo';
    workers.set(hostname, await startWorker({ broker, hostname, pool, queues: [queue] }));
  }

  /** Puts the cursor on a task by filtering for it. */
  async function goToTask(terminal: Terminal, uuid: string): Promise<string[]> {
    const short = uuid.slice(0, 8);
    await terminal.keys('2', '/', 'C-u');
    await terminal.type(short);
    await terminal.keys('Enter');
    return terminal.waitFor((rows) => selectedTask(rows)?.uuid.startsWith(short) === true, patience);
  }

  async function goToWorker(terminal: Terminal, hostname: string): Promise<void> {
    await terminal.keys('3', '/', 'C-u');
    await terminal.type(hostname);
    await terminal.keys('Enter');
    await terminal.waitFor(new RegExp(`^> .*${hostname}`, 'm'), patience);
  }

  function stateOf(rows: string[], uuid: string): string | undefined {
    return taskLines(rows).find((line) => line.uuid.startsWith(uuid.slice(0, 8)))?.state;
  }

  async function limitOnScreen(terminal: Terminal, rate: string): Promise<string[]> {
    await terminal.keys('l');
    await terminal.waitFor('Rate limit');
    await terminal.type(rate);
    await terminal.keys('Enter');
    return terminal.waitFor(
      (rows) => messageOf(rows).includes(`rate_limit proj.add ${rate}`) && / ok /.test(`${messageOf(rows)} `),
      patience,
    );
  }

  async function limits(): Promise<string> {
    const args = ['inspect', 'registered', '--timeout', '30', '-d', 'steady@live'];
    return (await celeryCli(broker, ...args)).stdout;
  }

  function onScreen(columns: number): Terminal {
    return terminals.get(columns)!;
  }

  describe.each(sizes)('at $columns x $rows', ({ columns, rows: height }) => {
    it('shows the tasks with their states', async () => {
      const terminal = onScreen(columns);
      await terminal.waitFor(/LIVE/, patience);
      const online = [...workers.values()].filter((worker) => worker.alive()).length;
      await terminal.waitFor(new RegExp(`(wk|workers) ${online}/`), patience);

      const sum = await callTask(broker, 'proj.add', [1, 2]);
      const failure = await callTask(broker, 'proj.fail', ['no card']);
      const hostile = await callTask(broker, 'proj.echo', [
        '\u001b[31mred\u001b]0;owned\u0007 绿🙂 \u202eback',
      ]);
      const end = join(folder, `end-${name}-${columns}`);
      const running = await callTask(broker, 'proj.wait_for_file', [end, 300]);

      const screen = await terminal.waitFor(
        (rows) =>
          /OK|SUCCESS/.test(stateOf(rows, sum) ?? '') &&
          /FAIL/.test(stateOf(rows, failure) ?? '') &&
          /OK|SUCCESS/.test(stateOf(rows, hostile) ?? '') &&
          /RUN|START/.test(stateOf(rows, running) ?? ''),
        patience,
      );
      writeFileSync(end, '');
      expect(screen).toHaveLength(height);
      expect(screen.filter((row) => rowWidth(row) > columns - 1)).toEqual([]);
      expect((await terminal.facts()).title).not.toContain('owned');

      await goToTask(terminal, failure);
      await terminal.keys('t');
      await terminal.waitFor(/OrderRefused: no card/, patience);
      await terminal.keys('g');
      await terminal.waitFor(/KeyError: 'card'/);
      await terminal.keys('Escape');
      await terminal.waitFor(/FOLLOW|HOLD/);
      await goToTask(terminal, running);
      await terminal.waitFor((rows) => /OK|SUCCESS/.test(stateOf(rows, running) ?? ''), patience);
      await goToTask(terminal, sum);
    });

    it('l sets a rate limit: one line per worker in the replies, confirmed by celery inspect registered', async () => {
      const terminal = onScreen(columns);
      const online = [...workers.values()].filter((worker) => worker.alive());
      const rate = `${columns}/m`;

      const sent = await limitOnScreen(terminal, rate);
      expect(messageOf(sent)).toContain(`${online.length}/${online.length} workers ok`);
      await terminal.keys('Enter');
      const replies = await terminal.waitFor(`Replies ${online.length} of ${online.length}`);

      for (const { hostname } of online) {
        const said = new RegExp(`✓ ${hostname} +new rate limit set successfully +[\\d.]+s`);
        expect(replies.filter((row) => said.test(row))).toHaveLength(1);
      }
      await terminal.keys('Escape');
      expect(await limits()).toContain(`proj.add [rate_limit=${rate}]`);
    });

    it('c and y revoke a waiting task, which then never runs', async () => {
      const terminal = onScreen(columns);
      const marks = join(folder, `marks-${name}-${columns}`);
      const id = await callTask(broker, 'proj.mark', [marks], { countdown: 6 });
      const waiting = await goToTask(terminal, id);
      expect(selectedTask(waiting)?.state).toMatch(/RECV|RECEIVED|ETA/);

      await terminal.keys('c');
      await terminal.waitFor('Revoke 1 task?');
      await terminal.keys('y');

      await terminal.waitFor((rows) => / workers ok/.test(messageOf(rows)), patience);
      await terminal.waitFor((rows) => /REVO|RVKD|REVOKED/.test(stateOf(rows, id) ?? ''), patience);
      expect((await taskResult(broker, id)).state).toBe('REVOKED');
      expect(existsSync(marks)).toBe(false);
    });

    it('X and the typed words shut a worker down; worker-offline is the answer', async () => {
      const terminal = onScreen(columns);
      const hostname = `leaving${columns}@live`;
      await goToWorker(terminal, hostname);

      await terminal.keys('X');
      await terminal.waitFor(/Type +shutdown 1 +to confirm/);
      await terminal.type('shutdown');
      await terminal.keys('Enter');
      await terminal.waitFor(/Type +shutdown 1 +to confirm/);
      expect(workers.get(hostname)?.alive()).toBe(true);
      await terminal.type(' 1');
      await terminal.keys('Enter');

      await terminal.waitFor((rows) => messageOf(rows).includes(`${hostname} offline after`), patience);
      await terminal.waitFor(new RegExp(`OFFLINE +${hostname}`), patience);
      await workers.get(hostname)?.ended();
    });

    it('shows a worker that was killed as OFFLINE', async () => {
      const terminal = onScreen(columns);
      const hostname = `mortal${columns}@live`;
      await goToWorker(terminal, hostname);
      await terminal.waitFor(new RegExp(`online +${hostname}`), patience);

      await workers.get(hostname)?.kill('SIGKILL');

      await terminal.waitFor(new RegExp(`OFFLINE +${hostname}`), patience);
    });
  });

  it('says that the broker is gone, returns by itself, names the gap, and obeys again', async () => {
    const both = [...terminals.values()];
    const before = await callTask(broker, 'proj.add', [1, 2]);
    for (const terminal of both) {
      await goToTask(terminal, before);
      await terminal.waitFor((rows) => /OK|SUCCESS/.test(stateOf(rows, before) ?? ''), patience);
    }

    await server.stop();
    for (const terminal of both) {
      const screen = await terminal.waitFor(/DISCONNECTED \d+s +retry \d+ in \d+s/, patience);
      expect(screen.join('\n')).toMatch(/Data is \d+s old|Lost the connection|Cannot reach/);
      expect(screen.join('\n')).not.toMatch(/guest:guest|at .*\.js:\d+/);
      expect(stateOf(screen, before)).toMatch(/OK|SUCCESS/);
    }
    await server.start();

    for (const terminal of both) {
      await terminal.waitFor(/LIVE/, patience);
      await terminal.waitFor(
        /reconnected after .*; events from \d\d:\d\d:\d\d to \d\d:\d\d:\d\d were not/,
        patience,
      );
    }
    await until(
      'the worker to find its broker again',
      async () => (await celeryCli(broker, 'inspect', 'ping', '-d', 'steady@live')).status === 0,
      120_000,
    );
    const after = await callTask(broker, 'proj.add', [3, 4]);
    for (const [index, terminal] of both.entries()) {
      await goToTask(terminal, after);
      await terminal.waitFor((rows) => /OK|SUCCESS/.test(stateOf(rows, after) ?? ''), patience);
      await limitOnScreen(terminal, `${index + 1}/h`);
      expect(await limits()).toContain(`proj.add [rate_limit=${index + 1}/h]`);
    }
  });
});
