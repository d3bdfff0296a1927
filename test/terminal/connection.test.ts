import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { callTask, startWorker, type Worker } from '../support/celery-worker.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/process-group.ts';
import { amqp, amqpUrl, freshBroker, freshRedisDb, freshVhost, redis, redisUrl } from '../support/servers.ts';
import { selectedTask, selectedUuid, taskLines } from '../support/task-table.ts';
import { openTerminal, type Terminal } from '../support/tmux.ts';

describe.each([
  ['amqp', amqp],
  ['redis', redis],
] as const)('when %s goes away', (name, server) => {
  let broker: string;
  let terminal: Terminal;
  let worker: Worker;

  beforeAll(async () => {
    broker = await freshBroker(name);
    worker = await startWorker({ broker, hostname: 'w1@lost', concurrency: 2 });
    terminal = await openTerminal({ columns: 100, rows: 30, args: ['events', '-b', broker] });
    await terminal.waitFor(/LIVE[\s\S]*wk 1\/1/);
    const uuid = await callTask(broker, 'proj.add', [1, 2]);
    await terminal.waitFor(
      (rows) => selectedUuid(rows) === uuid.slice(0, 8) && selectedTask(rows)?.state === 'SUCCESS',
    );
  });
  afterAll(async () => {
    await server.start();
    await terminal?.close();
    await worker?.kill();
  });

  it('says so at once, keeps what it has and refuses to send', async () => {
    await server.stop();

    const screen = await terminal.waitFor(/DISCONNECTED/);
    expect(Number(/DISCONNECTED (\d+)s/.exec(screen[0] ?? '')?.[1])).toBeLessThanOrEqual(2);
    await terminal.waitFor(/✗ DISCONNECTED \d+s +retry \d+ in \d+s/);
    expect(taskLines(await terminal.waitFor(/✗ .*Data is .* old\./))).toHaveLength(1);
    for (const key of ['c', 'l', 'E']) {
      await terminal.keys(key);
      await terminal.waitFor('disconnected: nothing can be sent');
      await terminal.keys('Escape');
      await terminal.waitUntilGone('disconnected: nothing can be sent');
    }
    expect((await terminal.screen()).join('\n')).not.toMatch(/\bat .*\.js:\d+|Error:/);
  });

  it('comes back by itself, names the gap, and obeys again', async () => {
    await server.start();

    await terminal.waitFor(
      /reconnected after \S+; events from \d\d:\d\d:\d\d to \d\d:\d\d:\d\d were not seen/,
      { timeoutMs: 60_000 },
    );
    await terminal.waitFor(/● LIVE/);
    // Celery's worker takes its own time to come back.
    await until(
      'the worker to answer again',
      async () => {
        await terminal.type(':ping\r');
        const screen = await terminal.waitFor(/ping +1\/1 worker ok|No replies|1 no reply/);
        return screen.join('\n').includes('worker ok') || undefined;
      },
      60_000,
    );
    const uuid = await callTask(broker, 'proj.add', [3, 4]);
    await terminal.keys('Escape', 'f');
    await terminal.waitFor(
      (rows) => selectedUuid(rows) === uuid.slice(0, 8) && selectedTask(rows)?.state === 'SUCCESS',
      { timeoutMs: 60_000 },
    );
  });
});

describe('a broker that does not want us', () => {
  const terminals: Terminal[] = [];
  const secret = 'Xq7-s3cret-word';

  afterEach(async () => {
    for (const terminal of terminals.splice(0)) await terminal.close();
  });

  /** The URL comes from the environment, so that the shell does not echo it. */
  async function open(broker: string): Promise<Terminal> {
    const terminal = await openTerminal({ columns: 140, rows: 40, env: { STALK_BROKER_URL: broker } });
    terminals.push(terminal);
    return terminal;
  }

  function withSecret(url: string, user: string): string {
    const address = new URL(url);
    address.username = user;
    address.password = secret;
    return address.href;
  }

  it.each([
    ['amqp', () => withSecret(amqpUrl(), 'guest')],
    ['redis', () => withSecret(redisUrl(), 'nobody')],
  ] as const)('is told apart from one that is away: a wrong password on %s', async (_name, url) => {
    const terminal = await open(url());
    const record = await terminal.recordOutput();
    await terminal.runStalk('events');

    const screen = await terminal.waitFor(/✗ REFUSED +retry 1 in (2\d|30)s/);

    expect(screen.join('\n')).toMatch(/:\*\*\*@127\.0\.0\.1:\d+/);
    await terminal.keys('?');
    await terminal.waitFor('Help:');
    await terminal.keys('Escape', 'c', '3', '@', 'Escape', 'q');
    await terminal.exitStatus();
    expect(await record.text()).not.toContain(secret);
    expect(await record.text()).not.toContain(encodeURIComponent(secret));
  });

  it('says where nobody listens, without the password', async () => {
    const terminal = await open(`amqp://carl:${secret}@127.0.0.1:${await freePort()}//`);
    const record = await terminal.recordOutput();
    await terminal.runStalk('events');

    await terminal.waitFor(/✗ DISCONNECTED +retry \d+ in \d+s/);
    const screen = await terminal.waitFor(/Cannot reach amqp:\/\/carl:\*\*\*@127\.0\.0\.1:\d+/);

    expect(screen.join('\n')).toContain('connection refused');
    await terminal.keys('C-c');
    await terminal.exitStatus();
    expect(await record.text()).not.toContain(secret);
  });

  it('never shows the password of a connection that works', async () => {
    const admin = new Redis(redisUrl());
    await admin.call('ACL', 'SETUSER', 'carl', 'on', `>${secret}`, '~*', '&*', '+@all');
    try {
      const terminal = await open(withSecret(await freshRedisDb(), 'carl'));
      const record = await terminal.recordOutput();
      await terminal.runStalk('events');
      await terminal.waitFor(/redis:\/\/carl:\*\*\*@[\s\S]*● LIVE/);

      await terminal.keys('3');
      await terminal.waitFor('[3 Workers]');
      await terminal.keys('2', '?');
      await terminal.waitFor('Help:');
      await terminal.keys('Escape', 'C-r', 'q');
      await terminal.exitStatus();

      expect(await record.text()).not.toContain(secret);
    } finally {
      await admin.call('ACL', 'DELUSER', 'carl');
      admin.disconnect();
    }
  });
});

describe('workers that send no task events', () => {
  it('are explained, and E turns the events on', async () => {
    const broker = await freshVhost();
    const worker = await startWorker({
      broker,
      hostname: 'quiet@w',
      events: false,
      settings: { task_send_sent_event: false },
    });
    const terminal = await openTerminal({ columns: 80, rows: 24, args: ['events', '-b', broker] });
    try {
      await terminal.waitFor(/✓ workers 1 answered ping: quiet@w/);
      await terminal.waitFor(/– events +seen from 0 of 1 worker: off, or nothing has run yet/);
      await terminal.waitFor(/Press E to turn on task events on this worker/);

      await terminal.keys('E');
      await terminal.waitFor(/Will send +enable_events\(\) to quiet@w/);
      await terminal.keys('Enter');
      await terminal.waitFor(/enable_events on quiet@w +1\/1 worker ok/);
      const uuid = await callTask(broker, 'proj.add', [1, 1]);

      await terminal.waitFor((rows) => selectedUuid(rows) === uuid.slice(0, 8));
    } finally {
      await terminal.close();
      await worker.kill();
    }
  });
});
