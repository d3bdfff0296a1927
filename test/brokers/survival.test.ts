import { type Channel, type ChannelModel, connect as connectRaw } from 'amqplib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Mailbox } from '../../src/control/mailbox.ts';
import {
  type RemoteArgument,
  type RemoteCommand,
  remoteCommands,
} from '../../src/control/remote-commands.ts';
import { UsageError } from '../../src/errors.ts';
import { connect, type Transport } from '../../src/index.ts';
import { callTask, startWorker, taskResult, type Worker } from '../support/celery-worker.ts';
import { freshBroker, ownQueues } from '../support/servers.ts';

type Args = Record<string, unknown>;

const hostnames = ['prefork@test', 'solo@test'];

/** Of every wrong type, empty, huge, nested, and every kind of text that is not plain. */
const worstValues: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  Number.NaN,
  Number.MAX_SAFE_INTEGER,
  '',
  ' ',
  '0',
  'NaN',
  'x'.repeat(255),
  'x'.repeat(100_000),
  'grün ✓ 🎉',
  'line\nbreak\u0000\u001b[31m',
  'half\ud800',
  `quote'"\\{}%s%(x)s`,
  '../../etc/passwd',
  '*',
  '#',
  '[z-a]',
  [],
  {},
  [[]],
  [null, 5],
  ['', 'a'],
  ['a', 'ü', 'x'.repeat(1_000)],
  { a: { b: [{ c: null }] } },
  { __type__: 'bytes', __value__: 'x' },
  ['k=v', 'ü=1'],
  { k: ['v'], ü: '1' },
];

/** What passes the types and is the worst of its kind: the names of what exists already, and extreme numbers. */
const worstValid: Readonly<Record<string, readonly unknown[]>> = {
  task_name: ['proj.add', 'celery.chord', 'nosuch'],
  rate_limit: ['0.000001/h', '999999999/s', '10/x', 'inf', 5, 0],
  soft: [0, 0.000001, 1e9],
  hard: [0, 0.000001, 1e9],
  signal: ['SIGKILL', 'STOP', 'SIGRTMAX', 'NOSIG', '__doc__'],
  n: [1, 12, 1_000_000],
  max: [1, 3, 1_000_000],
  min: [0, 1, 1_000_000],
  queue: ['celery', 'celeryev', 'celery.pidbox', 'solo@test.celery.pidbox', 'amq.direct', 'amq.x'],
  exchange: ['celery', 'celeryev', 'reply.celery.pidbox', 'amq.topic', ''],
  exchange_type: ['direct', 'topic', 'fanout', 'headers', 'nosuch'],
  taskinfoitems: [['__class__', 'request', 'backend', 'nosuch']],
  modules: [['nosuch', 'proj']],
};

const plain: Readonly<Record<string, unknown>> = {
  task_name: 'proj.add',
  rate_limit: '1000/s',
  task_id: ['no-such-task'],
  ids: ['no-such-task'],
  signal: 'SIGTERM',
  queue: 'survival',
  from_node: 'stalk@test',
  headers: ['tier=1'],
};

function plainArguments(args: readonly RemoteArgument[]): Args {
  return Object.fromEntries(args.filter(({ required }) => required).map(({ name }) => [name, plain[name]]));
}

/** Each argument with each of the worst values beside plain ones, each left out, and one that nobody knows. */
function variants({ args }: RemoteCommand): Args[] {
  const base = plainArguments(args);
  return [
    base,
    { ...base, bogus: 1 },
    { ...base, state: 'x' },
    { ...base, self: null },
    ...args.flatMap(({ name }) => [
      Object.fromEntries(Object.entries(base).filter(([key]) => key !== name)),
      ...[...worstValues, ...(worstValid[name] ?? [])].map((value) => ({ ...base, [name]: value })),
    ]),
    ...pairs(args, base),
  ];
}

/** An exchange matters together with its type. */
function pairs(args: readonly RemoteArgument[], base: Args): Args[] {
  if (!args.some(({ name }) => name === 'exchange_type')) return [];
  return ['celery', '*', 'survival'].flatMap((exchange) =>
    ['topic', 'fanout', 'direct'].map((exchange_type) => ({ ...base, exchange, exchange_type })),
  );
}

describe.each(['amqp', 'redis'] as const)('workers on %s', (name) => {
  let broker: string;
  let transport: Transport;
  let mailbox: Mailbox;
  let workers: Worker[];

  beforeAll(async () => {
    broker = await freshBroker(name);
    workers = await Promise.all(
      (['prefork', 'solo'] as const).map((pool) =>
        startWorker({
          broker,
          hostname: `${pool}@test`,
          pool,
          concurrency: 1,
          queues: ['celery', pool],
          settings: { worker_pool_restarts: true },
        }),
      ),
    );
    transport = await connect(broker);
    mailbox = new Mailbox(transport);
  });

  afterAll(async () => {
    await transport?.close();
    await Promise.all((workers ?? []).map((worker) => worker.kill('SIGKILL')));
  });

  async function expectAnswers(): Promise<void> {
    // A worker that has just begun to reconnect or to restart its pool answers a little later.
    const { silent } = await mailbox.request('ping', {}, { destination: hostnames, timeout: 10 });
    expect(silent).toEqual([]);
    expect(workers.map((worker) => worker.alive())).toEqual([true, true]);
  }

  /** The queue that a worker may have been told to leave, and a process that it may have lost. */
  async function consumeOwnQueue(hostname: string): Promise<void> {
    const pool = hostname.split('@')[0];
    await mailbox.request('pool_grow', { n: 1 }, { destination: [hostname] });
    await mailbox.request('add_consumer', { queue: pool }, { destination: [hostname] });
  }

  async function send(method: string, args: Args): Promise<'sent' | 'refused'> {
    try {
      // A shutdown that is obeyed stops a worker, as it should: it goes to nobody.
      const options =
        method === 'shutdown' ? { destination: ['nobody@test'], timeout: 0.1 } : { expected: hostnames };
      await mailbox.request(method, args, options);
      return 'sent';
    } catch (error) {
      expect(error).toBeInstanceOf(UsageError);
      return 'refused';
    }
  }

  it.each(remoteCommands)('answer ping after the worst of $name', async (command) => {
    const outcomes: string[] = [];
    for (const args of variants(command)) {
      if (typeof args['queue'] === 'string' && args['queue'].length < 256) await ownQueues(args['queue']);
      outcomes.push(await send(command.name, args));
      // Adding a queue answers before the worker has tried to declare it.
      if (command.name === 'add_consumer' && outcomes.at(-1) === 'sent') {
        await expectAnswers();
        await send('cancel_consumer', { queue: args['queue'] });
      }
    }

    await expectAnswers();
    expect(outcomes).toContain('refused');
    if (command.refused === undefined) expect(outcomes).toContain('sent');
  });

  it('answer ping after every command that nobody knows', async () => {
    const outcomes: string[] = [];
    for (const method of ['', 'nosuch', '__class__', 'ü', 'x'.repeat(200), 'ping ', 'on_message']) {
      for (const value of worstValues) outcomes.push(await send(method, { value, state: value }));
    }

    await expectAnswers();
    expect(outcomes).toContain('sent');
    expect(outcomes).toContain('refused');
  });

  it('answer ping after every pattern that we send', async () => {
    const outcomes: string[] = [];
    for (const matcher of ['glob', 'pcre', 'regex'] as ('glob' | 'pcre')[]) {
      for (const pattern of [
        '*@test',
        'prefork.*',
        '(',
        '[z-a]@',
        '(a+)+$',
        '\\d{9}',
        '[',
        '.*.*.*',
        '\u0000',
        '',
      ]) {
        try {
          await mailbox.request('ping', {}, { pattern, matcher, timeout: 0.2 });
          outcomes.push('sent');
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
          outcomes.push('refused');
        }
      }
    }

    await expectAnswers();
    expect(outcomes).toContain('sent');
    expect(outcomes).toContain('refused');
  });

  it.each([
    { soft: 0.000001, hard: 0.000001 },
    { soft: 1e9, hard: 1e9 },
    { soft: 0, hard: 0 },
  ])('answer ping while a task runs under the time limits %j', async (limits) => {
    await mailbox.request('rate_limit', { task_name: 'proj.sleep', rate_limit: 0 }, { expected: hostnames });
    await mailbox.request('time_limit', { task_name: 'proj.sleep', ...limits }, { expected: hostnames });
    await Promise.all(hostnames.map((hostname) => consumeOwnQueue(hostname)));

    const ids = await Promise.all(
      ['prefork', 'solo'].map((queue) => callTask(broker, 'proj.sleep', [0.2], { queue })),
    );
    for (const id of ids) expect((await taskResult(broker, id)).state).toMatch(/SUCCESS|FAILURE/);

    await expectAnswers();
  });

  it('answer ping while a task waits for the slowest of rates', async () => {
    const args = { task_name: 'proj.mul', rate_limit: '0.000001/h' };
    await mailbox.request('rate_limit', args, { expected: hostnames });
    await Promise.all(hostnames.map((hostname) => consumeOwnQueue(hostname)));

    for (const queue of ['prefork', 'solo', 'prefork', 'solo'])
      await callTask(broker, 'proj.mul', [1, 2], { queue });
    await expectAnswers();
    await mailbox.request('rate_limit', { ...args, rate_limit: '999999999/s' }, { expected: hostnames });

    await expectAnswers();
  });

  it('still run tasks', async () => {
    for (const pool of ['prefork', 'solo']) {
      await consumeOwnQueue(`${pool}@test`);
      const id = await callTask(broker, 'proj.echo', [pool], { queue: pool });
      expect(await taskResult(broker, id)).toMatchObject({ state: 'SUCCESS', result: { args: [pool] } });
    }
    await expectAnswers();
  });
});

describe('workers on amqp that are told to consume a queue which exists', () => {
  const plainNode = 'plain@test';
  const priorityNode = 'priority@test';
  let broker: string;
  let connection: ChannelModel;
  let transport: Transport;
  let mailbox: Mailbox;
  let workers: Worker[];

  beforeAll(async () => {
    broker = await freshBroker('amqp');
    connection = await connectRaw(broker);
    const kept = { exchange: 'kept', queue_arguments: { 'x-message-ttl': 600_000 } };
    const start = (hostname: string, queues: string[], settings: Args): Promise<Worker> =>
      startWorker({ broker, hostname, pool: 'solo', concurrency: 1, queues, settings });
    workers = await Promise.all([
      start(plainNode, ['plain', 'kept'], { task_queues: { plain: {}, kept } }),
      start(priorityNode, ['priority'], { task_queue_max_priority: 10 }),
    ]);
    transport = await connect(broker);
    mailbox = new Mailbox(transport);
  });

  afterAll(async () => {
    await transport?.close();
    await connection?.close();
    await Promise.all((workers ?? []).map((worker) => worker.kill('SIGKILL')));
  });

  async function declare(name: string, declaration: (channel: Channel) => Promise<unknown>): Promise<void> {
    await ownQueues(name);
    const channel = await connection.createChannel();
    await declaration(channel);
    await channel.close();
  }

  async function consumed(hostname: string): Promise<unknown[]> {
    const { replies } = await mailbox.request('active_queues', {}, { destination: [hostname], timeout: 10 });
    return (replies[0]!.value as { name: unknown }[]).map(({ name }) => name);
  }

  async function add(args: Args, hostname = plainNode): Promise<void> {
    await mailbox.request('add_consumer', args, { destination: [hostname] });
  }

  async function expectAnswers(): Promise<void> {
    const destination = [plainNode, priorityNode];
    expect((await mailbox.request('ping', {}, { destination, timeout: 10 })).silent).toEqual([]);
    expect(workers.map((worker) => worker.alive())).toEqual([true, true]);
  }

  it.each<[string, string, (channel: Channel, name: string) => Promise<unknown>]>([
    [
      'a quorum queue',
      'x-queue-type',
      (channel, name) => channel.assertQueue(name, { arguments: { 'x-queue-type': 'quorum' } }),
    ],
    ['a priority queue', 'x-max-priority', (channel, name) => channel.assertQueue(name, { maxPriority: 5 })],
    ['not durable', 'durable', (channel, name) => channel.assertQueue(name, { durable: false })],
    [
      'one whose messages expire',
      'x-message-ttl',
      (channel, name) => channel.assertQueue(name, { messageTtl: 60_000 }),
    ],
    ['an exchange of another type', 'type', (channel, name) => channel.assertExchange(name, 'topic')],
  ])('are not told when it is %s', async (_, property, declaration) => {
    const name = `there-${property}`;
    await declare(name, (channel) => declaration(channel, name));

    const refused = add({ queue: name });

    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(`inequivalent arg '${property}'`);
    await expect(mailbox.cast('add_consumer', { queue: name })).rejects.toThrow(UsageError);
    await expectAnswers();
  });

  it('consume it when it is what they declare', async () => {
    await declare('there-plain', (channel) => channel.assertQueue('there-plain'));

    await add({ queue: 'there-plain' });

    await expect.poll(() => consumed(plainNode)).toContain('there-plain');
    await expectAnswers();
  });

  it('consume what their settings name, whatever it is, also after having left it', async () => {
    await add({ queue: 'kept' });
    await mailbox.request('cancel_consumer', { queue: 'kept' }, { destination: [plainNode] });
    await expect.poll(() => consumed(plainNode)).not.toContain('kept');

    await expect(add({ queue: 'kept' }, priorityNode)).rejects.toThrow(UsageError);
    await add({ queue: 'kept' });

    await expect.poll(() => consumed(plainNode)).toContain('kept');
    await expectAnswers();
  });

  it('consume a queue that has their own priorities, and are not told of one without', async () => {
    await declare('there-ten', (channel) => channel.assertQueue('there-ten', { maxPriority: 10 }));
    await declare('there-none', (channel) => channel.assertQueue('there-none'));

    await expect(add({ queue: 'there-none' }, priorityNode)).rejects.toThrow("arg 'x-max-priority'");
    await add({ queue: 'there-ten' }, priorityNode);

    await expect.poll(() => consumed(priorityNode)).toContain('there-ten');
    await expectAnswers();
  });
});
