import { afterEach, describe, expect, it } from 'vitest';
import { sendMany, startLoad, startWorker } from '../support/celery-worker.ts';
import { TcpProxy } from '../support/proxy.ts';
import { freshBroker } from '../support/servers.ts';
import { openTerminal } from '../support/tmux.ts';

const count = 50_000;
/** They take two minutes on two cores that have other work, too. */
const patience = { timeoutMs: 900_000 };

const soon = { timeoutMs: 60_000 };

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

describe.each(['amqp', 'redis'] as const)('50,000 tasks of real workers on %s', (name) => {
  it(
    'end in SUCCESS on the screen, every one of them, and the meter says 100 %',
    async () => {
      const broker = await freshBroker(name);
      const worker = await startWorker({
        broker,
        hostname: 'busy@intake',
        concurrency: 8,
        settings: { task_ignore_result: true },
      });
      cleanups.push(() => worker.kill());
      const args = ['events', '-b', broker, '--max-tasks', String(count + 10_000)];
      const terminal = await openTerminal({ columns: 140, rows: 40, args });
      cleanups.push(() => terminal.close());
      await terminal.waitFor(/workers 1\/1/);
      await sendMany(broker, count);

      await terminal.keys('/');
      await terminal.type('state:success');
      await terminal.keys('Enter');
      await terminal.waitFor(/\b50,000 of 50,000\b/, patience);
      const [status = ''] = await terminal.screen();
      expect(status).toMatch(/tasks 50,000 +\d\d:\d\d UTC$/);
      expect(status).not.toContain('complete');

      await terminal.keys('I');
      const panel = await terminal.waitFor(/Intake ─+ 100 % in the last 5m, 100 % since/);
      expect(panel.join('\n')).toMatch(/none known to be lost/);
      expect(panel.join('\n')).toMatch(/busy@intake .* 50,000 +50,000 +0 +0 .*all$/m);
      expect(panel.join('\n')).toContain('All tasks that its heartbeats count were seen to start.');
    },
    patience.timeoutMs,
  );
});

describe('what a cut connection took', () => {
  it('is in the status line in every width, and in the panel with the time and the worker', async () => {
    const broker = await freshBroker('amqp');
    const worker = await startWorker({ broker, hostname: 'cut@intake', queues: ['cut'] });
    cleanups.push(() => worker.kill());
    const proxy = await TcpProxy.before(broker);
    cleanups.push(() => proxy.close());
    const args = ['events', 'workers', '-b', proxy.url(broker), '--timeout', '10'];
    const terminal = await openTerminal({ columns: 140, rows: 40, args });
    cleanups.push(() => terminal.close());
    await terminal.waitFor(/workers 1\/1/);
    cleanups.push(await startLoad(broker, 60, ['cut']));
    await terminal.keys('I');
    await terminal.waitFor(/cut@intake +[\d,]{3,} .*all$/m, soon);

    await proxy.cut(5_000);
    await terminal.keys('Escape', 'C-r');
    await terminal.waitFor(
      (rows) => /LIVE .* \d\d\.\d % complete, [\d.]+ s behind/.test(rows[0] ?? ''),
      soon,
    );
    await terminal.keys('I');
    await terminal.waitFor(/about [\d,]+ lost \([\d,]+ starts for certain/, soon);
    const panel = await terminal.waitFor(/Starts that were lost: [1-9][\d,]* for certain\./, soon);
    expect(panel.join('\n')).toMatch(/deaf +1 time, \ds in all: [\d:]{8}-[\d:]{8} not connected/);

    await terminal.keys('Escape');
    for (const [columns, words] of [
      [80, / \d\d\.\d % complete/],
      [60, / \d\d\.\d % /],
    ] as const) {
      await terminal.resize(columns, 24);
      await terminal.waitFor((rows) => words.test(rows[0] ?? ''), soon);
    }
  });
});
