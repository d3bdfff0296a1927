import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callTask, celeryCli, startWorker, type Worker } from '../support/celery-worker.ts';
import { until } from '../support/process-group.ts';
import { freshVhost } from '../support/servers.ts';
import { selectedTask, selectedUuid } from '../support/task-table.ts';
import { openTerminal, type Terminal } from '../support/tmux.ts';
import { heartbeat, openWire, type ReceivedCommand, type Wire } from '../support/wire.ts';

describe('commands to real workers', () => {
  let broker: string;
  let terminal: Terminal;
  let wire: Wire;
  const workers: Worker[] = [];

  beforeAll(async () => {
    broker = await freshVhost();
    wire = await openWire(broker);
    const [prefork, auto, solo] = ['prefork@real', 'auto@real', 'solo@real'];
    workers.push(
      ...(await Promise.all([
        startWorker({ broker, hostname: prefork!, concurrency: 2, queues: ['celery', 'slow'] }),
        startWorker({ broker, hostname: auto!, autoscale: [3, 1], queues: ['auto'] }),
        startWorker({ broker, hostname: solo!, pool: 'solo', queues: ['solo'] }),
      ])),
    );
    terminal = await openTerminal({
      columns: 120,
      rows: 40,
      args: ['events', '-b', broker, '--timeout', '3'],
    });
    await terminal.waitFor(/LIVE[\s\S]*workers 3\/3/);
  });
  afterAll(async () => {
    await terminal?.close();
    await wire?.close();
    await Promise.all(workers.map((worker) => worker.kill()));
  });

  /** The Workers view with the cursor on that worker, and what `inspect` told about it on the screen. */
  async function atWorker(hostname: string): Promise<void> {
    await terminal.keys('Escape', '3', 'Home');
    await terminal.waitFor(/\[3 Workers\]/);
    for (let row = 0; row < 8; row += 1) {
      const screen = await terminal.settled();
      if (screen.some((line) => line.startsWith('>') && line.includes(hostname))) return;
      await terminal.keys('j');
      await terminal.waitFor((rows) => rows.join() !== screen.join());
    }
    await terminal.waitFor((rows) => rows.some((line) => line.startsWith('>') && line.includes(hostname)));
  }

  /** The Tasks list held at the newest row, which is that task. */
  async function atTask(uuid: string, state: string): Promise<void> {
    await terminal.keys('Escape', '2', 'f');
    await terminal.waitFor(
      (rows) => selectedUuid(rows) === uuid.slice(0, 8) && selectedTask(rows)?.state === state,
    );
  }

  async function log(): Promise<string[]> {
    await terminal.keys('@');
    const screen = await terminal.waitFor('Command log');
    await terminal.keys('Escape');
    await terminal.waitUntilGone('Command log');
    return screen;
  }

  it('do not grow or shrink a pool that scales itself, and say why before anything is sent', async () => {
    await atWorker('auto@real');
    await terminal.waitFor(/autoscale +1/);
    for (const key of ['+', '-']) {
      await terminal.keys(key);
      await terminal.waitFor('auto@real autoscales: change its range with =');
      await terminal.keys('Escape');
    }
    await atWorker('solo@real');
    await terminal.keys('+');
    await terminal.waitFor(/solo@real runs a solo pool, which cannot grow or shrink/);
    await terminal.keys('=');
    await terminal.waitFor('solo@real does not autoscale');

    expect((await log()).join('\n')).toContain('Nothing was sent yet');
  });

  it('grow a prefork pool, and the worker says so itself', async () => {
    await atWorker('prefork@real');
    await terminal.keys('+');
    await terminal.waitFor(/Pool +2 now, 3 afterwards/);

    await terminal.keys('Enter');

    await terminal.waitFor(/pool_grow 1 process on prefork@real +1\/1 worker ok/);
    await terminal.waitFor(/prefork@real +0\/3 /);
    const stats = await celeryCli(broker, 'inspect', 'stats', '--json', '-d', 'prefork@real');
    expect(JSON.parse(stats.stdout)['prefork@real'].pool.processes).toHaveLength(3);
  });

  it('change the range of a worker that scales itself', async () => {
    await atWorker('auto@real');
    await terminal.keys('=');
    await terminal.waitFor(/Max +3/);
    await terminal.keys('BSpace', '5');
    await terminal.waitFor('autoscale(max=5, min=1) to auto@real');

    await terminal.keys('Enter');

    await terminal.waitFor(/autoscale 5,1 on auto@real +1\/1 worker ok/);
    await terminal.waitFor(/autoscale 1 to 5/);
  });

  it('add a queue to a worker, and take it away again only after a question', async () => {
    await atWorker('solo@real');
    await terminal.keys('b');
    await terminal.waitFor('Consume a queue');
    await terminal.type('extra\r');
    await terminal.waitFor(/add_consumer extra on solo@real +1\/1 worker ok/);
    await terminal.waitFor(/^ queues .*extra/m);

    await terminal.keys('B');
    await terminal.waitFor('Stop consuming a queue');
    await terminal.keys('Right');
    await terminal.waitFor(/\(\*\) extra[\s\S]*No online worker is left to consume this queue/);
    await terminal.type('cancel extra\r');

    await terminal.waitFor(/cancel_consumer extra on solo@real +1\/1 worker ok/);
  });

  it('revoke a task that runs only after saying that it will not stop, and it does not', async () => {
    const uuid = await callTask(broker, 'proj.sleep', [4]);
    await atTask(uuid, 'STARTED');

    await terminal.keys('c');
    await terminal.waitFor(/Revoke 1 task[\s\S]*is running: revoke will not stop it/);
    await terminal.keys('y');
    await terminal.waitFor(new RegExp(`revoke ${uuid.slice(0, 8)} +3/3 workers ok`));

    await terminal.waitFor((rows) => /⊘\?STARTED/.test(rows.find((row) => row.startsWith('>')) ?? ''));
    await terminal.waitFor((rows) => selectedTask(rows)?.state === 'SUCCESS');
  });

  it('refuse to terminate a task that has finished while the dialog was open', async () => {
    const uuid = await callTask(broker, 'proj.sleep', [3]);
    await atTask(uuid, 'STARTED');
    await terminal.keys('C');
    await terminal.waitFor('Terminate 1 task?');
    await terminal.waitFor(/terminate: the task is SUCCESS, only a running task can be killed/, {
      timeoutMs: 30_000,
    });

    await terminal.keys('y');

    await terminal.waitUntilGone('Terminate 1 task?');
    await terminal.waitFor('terminate: the task is SUCCESS, only a running task can be killed');
    expect((await log()).join('\n')).not.toContain(`terminate ${uuid.slice(0, 8)}`);
  });

  it('kill a task that runs, by the one worker that has it', async () => {
    const uuid = await callTask(broker, 'proj.sleep', [120]);
    await atTask(uuid, 'STARTED');

    await terminal.keys('C');
    await terminal.waitFor('Terminate 1 task?');
    await terminal.keys('y');

    await terminal.waitFor(new RegExp(`terminate ${uuid.slice(0, 8)} SIGTERM: done by prefork@real`));
    await terminal.waitFor((rows) => selectedTask(rows)?.state === 'REVOKED');
  });

  it('set a rate limit that the worker itself reports', async () => {
    const uuid = await callTask(broker, 'proj.add', [1, 2]);
    await atTask(uuid, 'SUCCESS');
    await terminal.keys('l');
    await terminal.waitFor(/Task type +proj\.add/);
    await terminal.type('10/s\r');
    await terminal.waitFor(/rate_limit proj\.add 10\/s +3\/3 workers ok/);

    const answer = await celeryCli(broker, 'inspect', 'registered', 'rate_limit', '--json');

    expect(answer.stdout).toContain('proj.add [rate_limit=10/s]');
  });

  it('give each worker a row of its own: an error, a silence and a stranger; R asks again only those that failed', async () => {
    const failing: ReceivedCommand[] = await wire.node('failing@fake', (command) =>
      command.method === 'rate_limit' ? { error: 'unknown task' } : undefined,
    );
    await wire.node('stranger@fake', (command) =>
      command.method === 'rate_limit' ? { ok: 'me too' } : undefined,
    );
    await heartbeat(wire, 'failing@fake');
    await terminal.waitFor(/workers 4\/4/);
    const silent = workers.find((worker) => worker.hostname === 'solo@real')!;
    process.kill(silent.pid, 'SIGSTOP');

    try {
      await terminal.keys('Escape', '2');
      await terminal.type(':rate_limit proj.mul 7/m\r');
      await terminal.waitFor(/New rate +7\/m/);
      await terminal.keys('Enter');
      await terminal.waitFor(/✗ rate_limit: 3 ok, 1 error \(unknown task\), 1 no reply +Enter details/, {
        timeoutMs: 30_000,
      });
      await terminal.keys('Enter');

      const replies = (await terminal.waitFor(/Replies \d of \d/)).join('\n');
      expect(replies).toMatch(/✓ prefork@real +new rate limit set successfully +\d+\.\d\ds/);
      expect(replies).toMatch(/✓ auto@real +new rate limit set successfully +\d+\.\d\ds/);
      expect(replies).toMatch(/✗ failing@fake +unknown task +\d+\.\d\ds/);
      expect(replies).toMatch(/\+ stranger@fake +me too +\d+\.\d\ds/);
      expect(replies).toMatch(/– solo@real +no reply within 3\.0s/);

      const before = failing.length;
      await terminal.keys('R');
      const again = await until('the repetition', () => {
        const more = failing.slice(before).filter((command) => command.method === 'rate_limit');
        return more.length > 0 ? more : undefined;
      });
      const repeated = await terminal.waitFor(
        /Replies 1 of 2[\s\S]*✗ rate_limit: 0 ok, 1 error \(unknown task\), 1 no reply/,
        { timeoutMs: 30_000 },
      );
      expect(repeated.join('\n')).not.toMatch(/│ .*prefork@real/);
      expect(again.map((command) => [...(command.destination ?? [])].sort())).toEqual([
        ['failing@fake', 'solo@real'],
      ]);
    } finally {
      process.kill(silent.pid, 'SIGCONT');
    }
    await terminal.keys('Escape', 'Escape');
  });

  it('shut a worker down for the exact words only, and tell when it has gone', async () => {
    await atWorker('solo@real');
    await terminal.keys('X');
    await terminal.waitFor(/Shut down 1 worker[\s\S]*Type +shutdown 1 +to confirm/);
    await terminal.keys('Enter');
    await terminal.type('shutdown 2\r');
    await terminal.waitFor(/to confirm: +shutdown 2/);
    await terminal.keys('Escape');
    await terminal.waitUntilGone('to confirm');
    expect((await log()).join('\n')).not.toContain('shutdown');
    expect(workers.find((worker) => worker.hostname === 'solo@real')!.alive()).toBe(true);

    await terminal.keys('X');
    await terminal.waitFor('to confirm');
    await terminal.type('shutdown 1\r');

    await terminal.waitFor(/solo@real offline after \d+\.\ds/, { timeoutMs: 30_000 });
    await workers.find((worker) => worker.hostname === 'solo@real')!.ended();
    expect((await log()).join('\n')).not.toMatch(/shutdown.*(no reply|No replies)/);
  });
});
