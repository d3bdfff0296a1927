import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { connect } from 'amqplib';
import { Redis } from 'ioredis';
import { beforeAll, describe, expect, it } from 'vitest';
import { callTask, celeryCli, runPython, startWorker, taskResult } from '../support/celery-worker.ts';
import { lease } from '../support/lease.ts';
import { until } from '../support/process-group.ts';
import { freshBroker, ownQueues, redis } from '../support/servers.ts';
import { stalkCli } from '../support/stalk-cli.ts';
import { type StoredTask, storedTasks } from '../support/task-messages.ts';

const program = fileURLToPath(new URL('../../dist/stalk.js', import.meta.url));
const queues = ['celery', 'mail', 'post'];

/** One task with everything that a message can carry, as Celery's own library sends it. */
const richTasks = `
import proj
from datetime import datetime, timedelta, timezone
far = datetime.now(timezone.utc) + timedelta(days=30)
proj.add.apply_async((1, 2), priority=7, eta=far, expires=far, time_limit=300, soft_time_limit=30.0)
proj.echo.apply_async(('z' * 5000,), compression='gzip')
proj.echo.apply_async(('ü',), headers={'deep': {'list': [1, 2.5, None, True]}}, stamped_headers=['tier'], tier='gold')
proj.echo.apply_async((b'\\x00\\xff raw',), serializer='json', queue='mail')
(proj.add.s(1, 2) | proj.mul.s(3)).apply_async()
`;

function essence({ body, headers, properties }: StoredTask): unknown {
  const { delivery_mode: _m, deliveryMode: _d, ...rest } = properties;
  const named = Object.entries(rest).map(([key, value]) => [
    key.replaceAll('-', '_').replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    value,
  ]);
  return { body: body.toString('base64'), headers, properties: Object.fromEntries(named.sort()) };
}

async function stored(broker: string, queue: string): Promise<unknown[]> {
  const tasks = await storedTasks(broker, queue).catch(() => []);
  return tasks.map(essence);
}

describe.each([
  ['amqp', 'redis'],
  ['redis', 'amqp'],
  ['amqp', 'amqp'],
  ['redis', 'redis'],
] as const)('stalk migrate from %s to %s', (from, to) => {
  let source: string;
  let destination: string;

  beforeAll(async () => {
    source = await freshBroker(from);
    destination = await freshBroker(to);
    await ownQueues(...queues);
  });

  it('copies, then moves, bodies, headers and properties unchanged', async () => {
    expect((await runPython(source, richTasks)).stderr).toBe('');
    const before = { celery: await stored(source, 'celery'), mail: await stored(source, 'mail') };
    expect(before.celery).toHaveLength(4);

    const copied = await stalkCli(['migrate', '-Q', 'celery,mail:post', source, destination]);
    expect(copied).toMatchObject({ status: 0, stderr: '' });
    expect(copied.stdout).toMatch(/^Migrating task 1\/5: proj\.\w+\[[\da-f-]{36}\]\n/);
    expect(copied.stdout).toContain('would run on both sides');
    expect(sorted(await stored(source, 'celery'))).toEqual(sorted(before.celery));
    expect(sorted(await stored(destination, 'celery'))).toEqual(sorted(before.celery));
    expect(await stored(destination, 'post')).toEqual(before.mail);
    await stalkCli(['purge', '-f', '-b', destination, '-Q', 'celery,post']);

    const moved = await stalkCli(['migrate', '-a', '--yes', '-j', '-Q', 'celery,mail', source, destination]);
    expect(JSON.parse(moved.stdout)).toMatchObject({
      migrated: 5,
      end: 'empty',
      perhaps_twice: 0,
      left_behind: [],
    });
    expect(await stored(source, 'celery')).toEqual([]);
    expect(await stored(source, 'mail')).toEqual([]);
    expect(sorted(await stored(destination, 'celery'))).toEqual(sorted(before.celery));
    expect(await stored(destination, 'mail')).toEqual(before.mail);
    expect(await keysOfOurs(source)).toEqual([]);
  });
});

function sorted(tasks: readonly unknown[]): string[] {
  return tasks.map((task) => JSON.stringify(task)).sort();
}

async function keysOfOurs(broker: string): Promise<string[]> {
  if (!broker.startsWith('redis')) return [];
  const redis = new Redis(broker);
  try {
    return await redis.keys('stalk*');
  } finally {
    redis.disconnect();
  }
}

describe.each(['amqp', 'redis'] as const)('stalk migrate out of %s', (from) => {
  let source: string;
  let destination: string;

  beforeAll(async () => {
    source = await freshBroker(from);
    destination = await freshBroker(from === 'amqp' ? 'redis' : 'amqp');
    await ownQueues(...queues);
  });

  async function fill(count: number): Promise<void> {
    await stalkCli(['purge', '-f', '-b', source, '-Q', 'celery']);
    await stalkCli(['purge', '-f', '-b', destination, '-Q', 'celery']);
    for (let i = 0; i < count; i += 1) await callTask(source, i % 2 === 0 ? 'proj.add' : 'proj.mul', [i, 1]);
  }

  it('takes as many as it is told, of the tasks it is told, the oldest first', async () => {
    await fill(8);
    const limited = await stalkCli([
      'migrate',
      '-a',
      '--yes',
      '-n',
      '2',
      '-Q',
      'celery',
      source,
      destination,
    ]);
    expect(limited.stdout).toMatch(
      /^Migrating task 1\/2: proj\.add.*\nMigrating task 2\/2: proj\.mul.*\nMoved 2 /,
    );
    const named = await stalkCli([
      'migrate',
      '-a',
      '--yes',
      '-T',
      'proj.mul',
      '-Q',
      'celery',
      source,
      destination,
    ]);

    expect(named.stdout).toContain('Moved 3 messages');
    expect(named.stdout).toContain('3 messages of other tasks stayed.');
    expect(
      (await storedTasks(source, 'celery')).map(({ body }) => JSON.parse(body.toString())[0][0]),
    ).toEqual([2, 4, 6]);
    expect(
      (await storedTasks(destination, 'celery')).map(({ body }) => JSON.parse(body.toString())[0][0]),
    ).toEqual([0, 1, 3, 5, 7]);
  });

  it('carries numbers of more than 32 bits in headers, which not every library reads', async () => {
    await fill(0);
    const headers = "{'at_ms': 1795324818825, 'deep': {'list': [-1795324818825, 2]}}";
    await runPython(source, `import proj\nproj.add.apply_async((1, 2), headers=${headers})`);
    const moved = await stalkCli(['migrate', '-a', '--yes', '-Q', 'celery', source, destination]);
    const read = await runPython(
      destination,
      'import json, proj\nwith proj.app.connection() as c: print(json.dumps(c.default_channel.basic_get("celery").headers))',
    );

    expect(moved.stdout).toContain('Moved 1 message ');
    expect(JSON.parse(read.stdout)).toMatchObject({
      at_ms: 1795324818825,
      deep: { list: [-1795324818825, 2] },
      task: 'proj.add',
    });
    await celeryCli(destination, 'purge', '-f');
  });

  it('is understood by workers at the destination', async () => {
    await fill(0);
    const id = await callTask(source, 'proj.add', [20, 22], { time_limit: 300, priority: 3 });
    await stalkCli(['migrate', '-a', '--yes', '-Q', 'celery', source, destination]);
    const worker = await startWorker({ broker: destination, hostname: 'w1@migrate' });

    expect(await taskResult(destination, id)).toMatchObject({ state: 'SUCCESS', result: 42 });
    await worker.kill();
  });

  it('leaves what cannot be carried where it is, and says why', async () => {
    await fill(1);
    await leaveSomethingUnreadable(source);
    const { status, stdout } = await stalkCli([
      'migrate',
      '-a',
      '--yes',
      '-Q',
      'celery',
      source,
      destination,
    ]);

    expect(status).toBe(0);
    expect(stdout).toContain('Moved 1 message ');
    expect(stdout).toMatch(
      /1 message stayed in "celery": (it is not what kombu writes|a number in its headers)/,
    );
    expect((await celeryCli(source, 'purge', '-f')).stdout).toBe(
      'Purged 1 message from 1 known task queue.\n',
    );
  });

  it('looks only with --dry-run, names what is missing, and refuses what nobody can be asked about', async () => {
    await fill(2);
    const dry = await stalkCli(['migrate', '--dry-run', '-a', '-Q', 'celery,nosuchq', source, destination]);
    const unasked = await stalkCli(['migrate', '-a', '-Q', 'celery', source, destination]);
    const missing = await stalkCli(['migrate', '-Q', 'nosuchq', source, destination]);
    const itself = await stalkCli([
      'migrate',
      '-a',
      '--yes',
      '-Q',
      'celery',
      source,
      source.replace('127.0.0.1', 'localhost'),
    ]);

    expect(dry.stdout).toMatch(/QUEUE +MESSAGES +TO\b.*\ncelery +2 +celery/);
    expect(dry.stderr).toMatch(/has no queue "nosuchq"\n$/);
    expect(unasked).toMatchObject({ status: 1, stdout: '' });
    expect(unasked.stderr).toContain('--yes moves without asking');
    expect(missing).toMatchObject({ status: 1, stdout: '' });
    expect(itself).toMatchObject({ status: 2, stdout: '' });
    expect(itself.stderr).toContain('is source and destination at once');
    expect(await storedTasks(source, 'celery')).toHaveLength(2);
  });

  it('goes on for ever with -F until it is interrupted', async () => {
    await fill(1);
    const child = spawn(process.execPath, [
      program,
      'migrate',
      '-a',
      '--yes',
      '-F',
      '-Q',
      'celery',
      source,
      destination,
    ]);
    const release = await lease(child.pid!);
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    await until('the first to be there', () => (output.includes('Migrating task 1/?') ? true : undefined));
    await callTask(source, 'proj.add', [1, 1]);
    await until('the second to be there', () => (output.includes('Migrating task 2/?') ? true : undefined));
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGINT');

    expect(await ended).toBe(0);
    expect(output).toContain('Moved 2 messages');
    await release();
  });
});

/** RabbitMQ: a number that amqplib would round. Redis: an element that is no message. */
async function leaveSomethingUnreadable(broker: string): Promise<void> {
  if (broker.startsWith('redis')) {
    const redis = new Redis(broker);
    await redis.lpush('celery', 'no message at all');
    redis.disconnect();
    return;
  }
  const model = await connect(broker);
  const channel = await model.createConfirmChannel();
  const headers = { snowflake: { '!': 'int64', value: '1795324818825123457' } };
  channel.publish('', 'celery', Buffer.from('[]'), { headers });
  await channel.waitForConfirms();
  await model.close();
}

describe('a migration whose destination is lost', () => {
  it('says how far it came, loses nothing, and can be run again', async () => {
    const source = await freshBroker('amqp');
    const destination = await freshBroker('redis');
    await publishMany(source, 3000);
    const child = spawn(process.execPath, [
      program,
      'migrate',
      '-a',
      '--yes',
      '-Q',
      'celery',
      source,
      destination,
    ]);
    const release = await lease(child.pid!);
    let out = '';
    let err = '';
    let stopping: Promise<void> | undefined;
    child.stdout.on('data', (chunk) => {
      out += chunk;
      if (out.length > 20_000) stopping ??= redis.stop('SIGKILL');
    });
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    const status = await new Promise((resolve) => child.once('exit', resolve));
    await release();
    await stopping;
    await redis.start();

    const [, moved = ''] = /^Moved (\d+) messages from /m.exec(out) ?? [];
    expect(status).toBe(69);
    expect(err).toMatch(/^stalk: Lost the connection to redis:/);
    expect(out).toContain('None is lost: run it again to migrate the rest.');
    expect(Number(moved)).toBeGreaterThan(100);
    expect(await storedTasks(source, 'celery')).toHaveLength(3000 - Number(moved));

    const again = await stalkCli(['migrate', '-a', '--yes', '-Q', 'celery', source, destination]);
    expect(again.stdout).toContain(`Moved ${3000 - Number(moved)} messages`);
  });
});

describe('10,000 messages that migrate while the program is killed again and again', () => {
  const count = 10_000;

  it('all arrive, with their bodies byte for byte, over Redis and back', async () => {
    const first = await freshBroker('amqp');
    const between = await freshBroker('redis');
    const last = await freshBroker('amqp');
    const bodies = await publishMany(first, count);

    const killed = [
      await moveKilling(first, between, [1500, 6000]),
      await moveKilling(between, last, [4000]),
    ];

    const arrived = await storedTasks(last, 'celery');
    const unique = new Set(arrived.map(({ body }) => body.toString('base64')));
    expect(killed).toEqual([2, 1]);
    expect(unique.size).toBe(count);
    expect(bodies.filter((body) => !unique.has(body))).toEqual([]);
    // What was under way at each of the three ends may be there twice.
    expect(arrived.length - count).toBeLessThanOrEqual(300);
    expect(await storedTasks(between, 'celery')).toEqual([]);
    expect(await keysOfOurs(between)).toEqual([]);
  });
});

/** Bodies of every byte there is, in base64. */
async function publishMany(broker: string, howMany: number): Promise<string[]> {
  const model = await connect(broker);
  const channel = await model.createConfirmChannel();
  await channel.assertQueue('celery', { durable: true });
  const bodies = Array.from({ length: howMany }, (_, index) => {
    const body = Buffer.alloc(40 + (index % 200), index % 256);
    body.writeUInt32BE(index);
    return body;
  });
  for (const [index, body] of bodies.entries()) {
    const headers = { task: 'proj.add', id: `id-${index}`, retries: { '!': 'int', value: index } };
    channel.publish('', 'celery', body, {
      headers,
      contentType: 'application/data',
      contentEncoding: 'binary',
    });
  }
  await channel.waitForConfirms();
  await model.close();
  return bodies.map((body) => body.toString('base64'));
}

/** Kills one run after the other when it has moved so many, and lets the last one end. Returns how many were killed. */
async function moveKilling(
  source: string,
  destination: string,
  killAfter: readonly number[],
): Promise<number> {
  let killed = 0;
  for (const after of [...killAfter, Number.POSITIVE_INFINITY]) {
    const args = [program, 'migrate', '-a', '--yes', '-Q', 'celery', source, destination];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const release = await lease(child.pid!);
    if ((await endOf(child, after)) === 'SIGKILL') killed += 1;
    await release();
  }
  return killed;
}

function endOf(child: ChildProcess, killAfter: number): Promise<string | number | null> {
  return new Promise((resolve) => {
    let lines = 0;
    child.stdout?.on('data', (chunk: Buffer) => {
      for (const byte of chunk) if (byte === 10) lines += 1;
      if (lines >= killAfter) child.kill('SIGKILL');
    });
    child.once('exit', (status, signal) => resolve(signal ?? status));
  });
}
