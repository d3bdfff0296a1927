import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { connect } from 'amqplib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  backendOf,
  type CliResult,
  callTask,
  celeryCli,
  startWorker,
  taskResult,
  type Worker,
} from '../support/celery-worker.ts';
import { until } from '../support/process-group.ts';
import { freshBroker, ownQueues } from '../support/servers.ts';
import { stalkCli } from '../support/stalk-cli.ts';
import { storedTasks } from '../support/task-messages.ts';

/** A queue with priorities has to be declared on RabbitMQ; on Redis every queue has some. */
async function declarePriorityQueue(broker: string, queue: string): Promise<void> {
  if (broker.startsWith('redis')) return;
  const model = await connect(broker);
  const channel = await model.createChannel();
  await channel.assertExchange(queue, 'direct', { durable: true });
  await channel.assertQueue(queue, { durable: true, maxPriority: 9 });
  await channel.bindQueue(queue, queue, queue);
  await model.close();
}

describe.each(['amqp', 'redis'] as const)('the queues of a cluster on %s', (name) => {
  const workers: Worker[] = [];
  let broker: string;

  beforeAll(async () => {
    broker = await freshBroker(name);
    await ownQueues('hipri', 'mail', 'steps', 'emptied');
  });

  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.kill()));
  });

  function stalk(...args: readonly string[]): Promise<CliResult> {
    const [command = '', ...rest] = args;
    return stalkCli([command, '-b', broker, ...rest]);
  }

  describe('stalk call', () => {
    let directory: string;

    beforeAll(() => {
      directory = mkdtempSync(join(tmpdir(), 'stalk-call-'));
    });

    afterAll(() => {
      rmSync(directory, { recursive: true, force: true });
    });

    it('says that there is no queue, sends nothing, and creates it when told to', async () => {
      const refused = await stalk('call', 'proj.add', '-Q', 'mail');
      expect(refused).toMatchObject({ status: 1, stdout: '' });
      expect(refused.stderr).toBe(
        'stalk: there is no queue "mail", and nothing was sent: start a worker that consumes it, or create it with --declare\n',
      );

      const declared = await stalk('call', 'proj.add', '-Q', 'mail', '--declare', '-a', '[1, 2]');
      expect(declared).toMatchObject({ status: 0, stderr: '' });
      expect((await storedTasks(broker, 'mail')).map(({ headers }) => headers['id'])).toEqual([
        declared.stdout.trim(),
      ]);
    });

    it.each([
      [
        'arguments of every kind, a countdown',
        [
          '-a',
          '[1, 2.0, {"a": [1, {"b": [1]}], "ü": 1e400}]',
          '-k',
          '{"x": null, "10": 1}',
          '--countdown',
          '60',
        ],
      ],
      [
        'no arguments, an eta without an offset, seconds to expire',
        ['--eta', '2099-01-01 10:00', '--expires', '100'],
      ],
      [
        'an eta with an offset, a time to expire',
        ['--eta', '2099-01-01T10:00:00.5+01:00', '--expires', '2034-01-01T00:00:00Z'],
      ],
    ])('puts the message there that celery call does: %s', async (_what, options) => {
      await stalk('purge', '-f', '-Q', 'mail');
      const celerys = await celeryCli(broker, 'call', 'proj.add', '--queue', 'mail', ...options);
      const ours = await stalk('call', 'proj.add', '--queue', 'mail', ...options);
      const [theirMessage, ourMessage] = await storedTasks(broker, 'mail');

      expect(celerys.status).toBe(0);
      expect(ours).toMatchObject({ status: 0, stderr: '' });
      expect(ours.stdout).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}\n$/);
      expect(ourMessage?.body.toString()).toBe(theirMessage?.body.toString());
      expect(Object.keys(ourMessage?.headers ?? {})).toEqual(Object.keys(theirMessage?.headers ?? {}));
      expect(comparable(ourMessage)).toEqual(comparable(theirMessage));
      // Of milliseconds from the sending: Celery's command and ours follow each other within seconds.
      expect(Math.abs(timeLeft(ourMessage) - timeLeft(theirMessage))).toBeLessThan(30_000);
      expect(ourMessage?.headers['id']).toBe(ours.stdout.trim());
    });

    describe('with a worker', () => {
      let worker: Worker;

      beforeAll(async () => {
        await stalk('purge', '-f', '-Q', 'mail');
        worker = await startWorker({ broker, hostname: 'w1@call', queues: ['celery', 'mail'] });
      });

      afterAll(async () => {
        await worker?.kill();
      });

      it('reaches a real worker: arguments, queue, eta and result', async () => {
        const { stdout } = await stalk(
          'call',
          'proj.echo',
          '-a',
          '["ü", 2.0]',
          '-k',
          '{"big": 12345678901234567890}',
        );
        const echoed = await taskResult(broker, stdout.trim());
        expect(echoed.state).toBe('SUCCESS');
        expect(JSON.stringify(echoed.result)).toContain('"ü",2');

        const path = join(directory, 'later');
        const before = Date.now();
        const later = await stalk(
          'call',
          'proj.mark',
          '-a',
          JSON.stringify([path]),
          '-Q',
          'mail',
          '--countdown',
          '3',
        );
        const scheduled = await stalk('inspect', 'scheduled', '-j');
        expect(scheduled.stdout).toContain(later.stdout.trim());
        expect((await taskResult(broker, later.stdout.trim())).state).toBe('SUCCESS');
        expect(readFileSync(path, 'utf8')).toBe('ran\n');
        expect(Date.now() - before).toBeGreaterThanOrEqual(3000);
      });

      it('waits for the result when told to', async () => {
        const backend = ['--result-backend', await backendOf(broker)];
        const good = await stalk('call', 'proj.add', '-a', '[20, 22]', '--wait', ...backend);
        const bad = await stalk('call', 'proj.fail', '--wait', ...backend);
        const late = await stalk(
          'call',
          'proj.sleep',
          '-a',
          '[30]',
          '--wait',
          '--timeout',
          '0.2',
          ...backend,
        );

        expect(good).toMatchObject({ status: 0, stdout: '42\n' });
        expect(good.stderr).toMatch(/^[\da-f-]{36}\n$/);
        expect(bad.status).toBe(1);
        expect(bad.stderr).toContain('OrderRefused');
        expect(late.status).toBe(75);
      });
    });

    it('has its priority respected', async () => {
      await declarePriorityQueue(broker, 'steps');
      const priorityOf = new Map<string, number>();
      for (const priority of [4, 9, 0]) {
        const options = ['-Q', 'steps', '--declare', '--priority', String(priority)];
        const { stdout } = await stalk('call', 'proj.add', '-a', '[1, 1]', ...options);
        priorityOf.set(stdout.trim(), priority);
      }
      const worker = await startWorker({
        ...{ broker, hostname: 'w3@call', pool: 'solo', queues: ['steps'] },
        args: ['--prefetch-multiplier', '1'],
        settings: name === 'amqp' ? { task_queue_max_priority: 9 } : {},
      });
      workers.push(worker);
      const ran = (): string[] =>
        [...worker.output().matchAll(/Task proj\.add\[([\da-f-]+)\] succeeded/g)].map(([, id = '']) => id);
      await until('all three to have run', () => (ran().length === 3 ? true : undefined));

      // Higher is sooner on RabbitMQ, lower on Redis.
      expect(ran().map((id) => priorityOf.get(id))).toEqual(name === 'amqp' ? [9, 4, 0] : [0, 4, 9]);
    });

    it('reaches a queue through an exchange, and says when none is there', async () => {
      await stalk('purge', '-f', '-Q', 'mail');
      const { status } = await stalk('call', 'proj.add', '--exchange', 'mail', '--routing-key', 'mail');
      const lost = await stalk('call', 'proj.add', '--exchange', 'mail', '--routing-key', 'nobody');
      const nowhere = await stalk('call', 'proj.add', '--exchange', 'nowhere', '--routing-key', 'x');

      expect(status).toBe(0);
      expect(await storedTasks(broker, 'mail')).toHaveLength(1);
      expect(lost).toMatchObject({ status: 1, stdout: '' });
      expect(lost.stderr).toMatch(/has no queue on the exchange "mail" for the routing key "nobody"\.\n$/);
      expect(nowhere.status).toBe(1);
      expect(nowhere.stderr).toMatch(/has no queue on the exchange "nowhere" for the routing key "x"\.\n$/);
    });
  });

  describe('stalk purge', () => {
    async function fill(): Promise<void> {
      await stalk('purge', '-f', '-Q', 'celery,hipri,mail');
      for (const priority of [0, 0, 3, 4, 9]) await callTask(broker, 'proj.add', [1, 2], { priority });
      await callTask(broker, 'proj.add', [1, 2], { queue: 'hipri' });
    }

    it.each([
      [['-Q', 'celery,hipri,nosuchq']],
      [['-Q', 'hipri,celery', '-X', 'celery']],
      [['-Q', 'celery', '-X', 'celery']],
      [[]],
    ])('deletes what celery purge does and says what it says: %j', async (options) => {
      await fill();
      const celerys = await celeryCli(broker, 'purge', '-f', ...options);
      const left = [await storedTasks(broker, 'celery'), await storedTasks(broker, 'hipri')].map(
        (tasks) => tasks.length,
      );
      await fill();
      const ours = await stalk('purge', '-f', ...options);

      expect(ours.stdout).toBe(celerys.stdout);
      expect(ours.status).toBe(celerys.status);
      const leftByUs = [await storedTasks(broker, 'celery'), await storedTasks(broker, 'hipri')];
      expect(leftByUs.map((tasks) => tasks.length)).toEqual(left);
      expect(ours.stderr.includes('has no queue "nosuchq"')).toBe(options.join().includes('nosuchq'));
    });

    it('leaves alone what a worker holds, and takes the queues of workers by itself', async () => {
      workers.push(
        await startWorker({ broker, hostname: 'w1@purge', pool: 'solo', queues: ['mail'], concurrency: 1 }),
      );
      const held = await callTask(broker, 'proj.add', [1, 2], { queue: 'mail', countdown: 4 });
      await until('the worker to hold it', async () => {
        const { stdout } = await stalk('inspect', 'scheduled', '-j');
        return stdout.includes(held) ? true : undefined;
      });
      await fill();
      const { stdout } = await stalk('purge', '-f', '-j');

      expect(JSON.parse(stdout)).toEqual({
        purged: 5,
        complete: true,
        queues: [
          { name: 'celery', messages: 5 },
          { name: 'mail', messages: 0 },
        ],
      });
      expect((await taskResult(broker, held)).state).toBe('SUCCESS');
    });

    it('is written down, as sending and migrating are', async () => {
      await fill();
      const log = join(mkdtempSync(join(tmpdir(), 'stalk-audit-')), 'audit.jsonl');
      await stalk('purge', '-f', '-Q', 'celery,nosuchq', '--audit', log);
      await stalk('call', 'proj.add', '-a', '["secret"]', '--audit', log);
      await stalk('call', 'proj.add', '--exchange', 'nowhere', '--routing-key', 'x', '--audit', log);
      const [purged, called, refused] = readFileSync(log, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      rmSync(dirname(log), { recursive: true });

      expect(purged).toMatchObject({ method: 'purge', arguments: { purged: { celery: 5, nosuchq: null } } });
      expect(called).toMatchObject({
        method: 'call',
        arguments: { task: 'proj.add', routing_key: 'celery' },
      });
      expect(JSON.stringify(called)).not.toContain('["secret"]');
      expect(refused.failure).toContain('has no queue on the exchange "nowhere"');
    });

    it('refuses where nobody can be asked, and under --readonly without a connection', async () => {
      await fill();
      const unasked = await stalk('purge', '-Q', 'celery');
      const readonly = await stalkCli(['purge', '-f', '--readonly', '-b', 'amqp://127.0.0.1:1//']);

      expect(unasked).toEqual({
        status: 1,
        stdout: '',
        stderr: 'stalk: there is no terminal to ask on, so nothing was purged: -f purges without asking\n',
      });
      expect(readonly).toMatchObject({ status: 2, stdout: '' });
      expect(await storedTasks(broker, 'celery')).toHaveLength(5);
    });
  });

  describe('stalk list bindings', () => {
    it('has what Celery lists, or what workers consume where Celery cannot list', async () => {
      workers.push(await startWorker({ broker, hostname: 'w1@list', queues: ['celery', 'mail'] }));
      const ours = await stalk('list', 'bindings');
      const json = await stalk('list', 'bindings', '-j');
      const celerys = await celeryCli(broker, 'list', 'bindings');
      const expected =
        name === 'redis'
          ? celerys.stdout
          : 'Queue                        Exchange                     Routing Key\n' +
            '----------------             ----------------             ----------------\n' +
            'celery                       celery                       celery\n';

      expect(ours.status).toBe(0);
      for (const line of expected.trim().split('\n')) expect(ours.stdout.split('\n')).toContain(line);
      expect(JSON.parse(json.stdout)).toContainEqual({
        destination: 'mail',
        source: 'mail',
        routing_key: 'mail',
      });
      expect(ours.stderr.includes('management plugin')).toBe(name === 'amqp');
    });

    if (name === 'amqp')
      it('ends with 69 where only workers could tell and none is there', async () => {
        const { status, stderr } = await stalkCli(['list', 'bindings', '-b', await freshBroker('amqp')]);

        expect(status).toBe(69);
        expect(stderr).toMatch(/^stalk: no worker told what it consumes/);
      });
  });
});

/** What is not unlike in any two messages. */
function comparable(task: Awaited<ReturnType<typeof storedTasks>>[number] | undefined): unknown {
  if (task === undefined) return undefined;
  const { id, root_id, origin, eta, expires, ...headers } = task.headers;
  const { correlation_id, correlationId, reply_to, replyTo, expiration, ...properties } = task.properties;
  expect([correlation_id ?? correlationId, root_id]).toEqual([id, id]);
  expect([reply_to ?? replyTo, origin]).toEqual([
    expect.stringMatching(/^[\da-f-]{36}$/),
    expect.stringMatching(/^gen\d+@./),
  ]);
  return {
    ...{ headers, properties },
    eta: sameUnlessNow(eta),
    expires: sameUnlessNow(expires),
    expiration: typeof expiration === 'string' ? 'milliseconds' : expiration,
  };
}

/** Milliseconds from the sending until it expires; 0 for one that does not. */
function timeLeft(task: Awaited<ReturnType<typeof storedTasks>>[number] | undefined): number {
  return Number(task?.properties['expiration'] ?? 0);
}

/** A moment counted from now is told by its form alone. */
function sameUnlessNow(time: unknown): unknown {
  const isNear = typeof time === 'string' && Math.abs(Date.parse(time) - Date.now()) < 200_000;
  return isNear ? time.replace(/\d/g, '9').replace(/\.9+/, '') : time;
}
