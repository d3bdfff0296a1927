import { type Channel, type ChannelModel, connect as connectRaw } from 'amqplib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BrokerRefusedError, BrokerUnreachableError } from '../../src/errors.ts';
import { parseBrokerUrl } from '../../src/protocol/broker-url.ts';
import { amqpSessions } from '../../src/transport/amqp.ts';
import { connect, open } from '../../src/transport/connect.ts';
import { ReconnectingTransport } from '../../src/transport/reconnecting-transport.ts';
import type { Transport } from '../../src/transport/transport.ts';
import { describeTransport, eventHeaders, type TransportHarness } from '../contract/transport-contract.ts';
import { freePort } from '../support/free-port.ts';
import { amqp, amqpUrl, freshVhost, ownQueues } from '../support/servers.ts';

const waiting = { timeout: 60_000, interval: 50 };

/** Runs `use` on a connection and a channel of its own, without our code. */
async function onChannel<T>(url: string, use: (channel: Channel) => Promise<T>): Promise<T> {
  const model = await connectRaw(url);
  try {
    const channel = await model.createConfirmChannel();
    channel.on('error', () => {});
    const result = await use(channel);
    await channel.waitForConfirms();
    return result;
  } finally {
    await model.close();
  }
}

async function succeeds(operation: Promise<unknown>): Promise<boolean> {
  return await operation.then(
    () => true,
    () => false,
  );
}

async function createHarness(): Promise<TransportHarness> {
  const url = await freshVhost();
  const workers: ChannelModel[] = [];
  return {
    tellsReceivers: false,
    refusesDeclarations: true,
    declarePriorityQueue: async (name) => {
      await ownQueues(name);
      await onChannel(url, async (channel) => {
        await channel.assertExchange(name, 'direct');
        await channel.assertQueue(name, { maxPriority: 5 });
      });
    },
    open: () => open(url),
    publishEvent: (routingKey, body) =>
      onChannel(url, async (channel) => {
        await channel.assertExchange('celeryev', 'topic', { durable: true });
        channel.publish('celeryev', routingKey, Buffer.from(body), {
          contentType: 'application/json',
          contentEncoding: 'utf-8',
          headers: eventHeaders,
          deliveryMode: 1,
          priority: 0,
        });
      }),
    listenAsWorker: async (onRequest) => {
      const model = await connectRaw(url);
      model.on('error', () => {});
      workers.push(model);
      const channel = await model.createChannel();
      await channel.assertExchange('celery.pidbox', 'fanout', { durable: false });
      const { queue } = await channel.assertQueue('', { exclusive: true });
      await channel.bindQueue(queue, 'celery.pidbox', '');
      await channel.consume(
        queue,
        (message) => {
          const { properties, content, fields } = message!;
          onRequest({
            body: JSON.parse(content.toString()),
            headers: properties.headers,
            contentType: properties.contentType,
            contentEncoding: properties.contentEncoding,
            deliveryMode: properties.deliveryMode,
            priority: properties.priority,
            routingKey: fields.routingKey,
          });
        },
        { noAck: true },
      );
    },
    reply: (queue, body) =>
      onChannel(url, async (channel) =>
        channel.publish('', queue, Buffer.from(JSON.stringify(body)), { contentType: 'application/json' }),
      ),
    // An exclusive queue of another connection answers RESOURCE_LOCKED, a missing one NOT_FOUND.
    queueExists: (queue) =>
      onChannel(url, async (channel) =>
        channel.checkQueue(queue).then(
          () => true,
          (error) => error.code !== 404,
        ),
      ),
    isClean: () =>
      onChannel(url, (channel) => succeeds(channel.deleteExchange('celeryev', { ifUnused: true }))),
    stopBroker: () => amqp.stop(),
    startBroker: () => amqp.start(),
    close: async () => {
      await Promise.allSettled(workers.map((model) => model.close()));
    },
  };
}

describeTransport('AMQP', createHarness);

it('tells which queues nobody reads, and which may be read as far as it can be known', async () => {
  const url = await freshVhost();
  await ownQueues('stalk-read', 'stalk-unread');
  const worker = await connectRaw(url);
  const channel = await worker.createChannel();
  for (const queue of ['stalk-read', 'stalk-unread']) await channel.assertQueue(queue);
  await channel.consume('stalk-read', () => {});
  const { queue: exclusive } = await channel.assertQueue('', { exclusive: true });
  const transport = await connect(url);

  const queues = ['stalk-read', 'stalk-unread', 'stalk-missing', exclusive];
  const unread = await transport.unreadQueues(queues);
  const many = await transport.unreadQueues(Array.from({ length: 120 }, (_, n) => `stalk-missing-${n}`));

  expect(unread).toEqual(['stalk-unread', 'stalk-missing']);
  expect(many).toHaveLength(120);
  expect(transport.status.kind).toBe('ready');
  await transport.close();
  await worker.close();
});

describe('AMQP', () => {
  let url: string;
  const transports: Transport[] = [];

  beforeEach(async () => {
    url = await freshVhost();
  });

  afterEach(async () => {
    await Promise.all(transports.splice(0).map((transport) => transport.close()));
  });

  function withUrl(change: (url: URL) => void): string {
    const changed = new URL(url);
    change(changed);
    return changed.href;
  }

  async function events(transport: Transport): Promise<string[]> {
    const keys: string[] = [];
    await transport.subscribe({
      exchange: 'celeryev',
      type: 'topic',
      onMessage: (message) => keys.push(message.routingKey),
    });
    return keys;
  }

  async function publish(routingKey: string): Promise<void> {
    await onChannel(url, async (channel) => {
      channel.publish('celeryev', routingKey, Buffer.from('{}'));
    });
  }

  it('tells a wrong password from everything else, and never shows it', async () => {
    const wrong = withUrl((changed) => {
      changed.password = 'correct-horse';
    });

    const error = await connect(wrong).catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(BrokerRefusedError);
    expect(String(error)).toMatch(/ACCESS_REFUSED.*check user name and password\.$/);
    expect(String(error)).not.toContain('correct-horse');
  });

  it('names a virtual host that does not exist', async () => {
    const wrong = withUrl((changed) => {
      changed.pathname = '/no-such-vhost';
    });

    const error = await connect(wrong).catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(BrokerRefusedError);
    expect(String(error)).toContain(
      'the virtual host "no-such-vhost" does not exist or is closed to this user',
    );
  });

  it('tells a refused connection, an unknown host and a foreign server apart', async () => {
    const closedPort = await freePort();
    const messageOf = (target: string): Promise<string> => connect(target).then(String, String);

    expect(await messageOf(`amqp://127.0.0.1:${closedPort}//`)).toMatch(
      /^BrokerUnreachableError: Cannot reach .*: connection refused; is the broker running there\?$/,
    );
    expect(await messageOf('amqp://no-such-host.invalid//')).toMatch(
      /^BrokerUnreachableError: Cannot reach .*: unknown host no-such-host\.invalid/,
    );
    expect(await messageOf(withUrl((changed) => (changed.protocol = 'amqps:')))).toMatch(
      /^BrokerRefusedError: .*TLS failed/,
    );
  });

  it('gives the reason that the broker gave when it closed the connection', async () => {
    const transport = await connect(url);
    transports.push(transport);
    const errors: string[] = [];
    transport.onStatus((status) => status.kind === 'retrying' && errors.push(status.error));

    await amqp.stop('SIGTERM');
    await vi.waitFor(() => expect(transport.status.kind).toBe('retrying'), waiting);
    await amqp.start();

    if (process.env['STALK_TEST_AMQP_URL']) expect(errors[0]).toContain('Lost the connection to');
    else expect(errors[0]).toContain('CONNECTION_FORCED');
  });

  it('uses an event exchange that exists with other flags', async () => {
    await onChannel(url, async (channel) => {
      await channel.deleteExchange('celeryev');
      await channel.assertExchange('celeryev', 'topic', { durable: false });
    });
    const transport = await connect(url);
    transports.push(transport);

    const keys = await events(transport);
    await publish('task.sent');
    await vi.waitFor(() => expect(keys).toEqual(['task.sent']), waiting);

    await onChannel(url, (channel) => channel.deleteExchange('celeryev'));
  });

  it('declares its queue again when someone deletes it, and keeps the other subscriptions', async () => {
    let id = 0;
    const address = parseBrokerUrl(url);
    const options = { eventQueueExclusive: false, eventQueuePrefix: 'deleted' };
    const sessions = amqpSessions(address, options, () => `${process.pid}-${id++}`);
    const transport = new ReconnectingTransport(address, sessions);
    transports.push(transport);
    await transport.ready();
    let ready = 0;
    const keys: string[] = [];
    await transport.subscribe({
      exchange: 'celeryev',
      type: 'topic',
      onMessage: (message) => keys.push(message.routingKey),
      onReady: () => {
        ready += 1;
      },
    });
    const others = await events(transport);

    await onChannel(url, (channel) => channel.deleteQueue(`deleted.${process.pid}-0`));
    await vi.waitFor(() => expect(ready).toBe(2), waiting);
    await publish('task.sent');

    await vi.waitFor(() => expect([keys, others]).toEqual([['task.sent'], ['task.sent']]), waiting);
    expect(transport.status.kind).toBe('ready');
  });

  it('declares the queue of events with the flags and arguments that the settings ask for', async () => {
    const address = parseBrokerUrl(url);
    const name = `settings.${process.pid}`;
    const options = {
      eventQueuePrefix: 'settings',
      eventQueueDurable: true,
      eventQueueTtl: null,
      eventQueueExpires: 7,
    };
    const transport = new ReconnectingTransport(
      address,
      amqpSessions(address, options, () => String(process.pid)),
    );
    transports.push(transport);
    await transport.ready();
    await events(transport);

    // Declaring again with the same settings succeeds only if they are the same.
    const declared = await onChannel(url, (channel) =>
      succeeds(channel.assertQueue(name, { durable: true, autoDelete: false, expires: 7000 })),
    );
    await onChannel(url, (channel) => channel.deleteQueue(name));

    expect(declared).toBe(true);
  });

  it.each<[string, (channel: Channel) => Promise<unknown>, RegExp | undefined]>([
    ['a queue as a worker declares it', (channel) => channel.assertQueue('there'), undefined],
    [
      'a queue as a worker declares it, with its exchange',
      async (channel) => {
        await channel.assertExchange('there', 'direct');
        await channel.assertQueue('there');
      },
      undefined,
    ],
    [
      'a quorum queue',
      (channel) => channel.assertQueue('there', { arguments: { 'x-queue-type': 'quorum' } }),
      /'x-queue-type' for queue 'there'/,
    ],
    [
      'a queue that is not durable',
      (channel) => channel.assertQueue('there', { durable: false }),
      /'durable' for queue 'there'/,
    ],
    [
      'a queue whose messages expire',
      (channel) => channel.assertQueue('there', { messageTtl: 60_000 }),
      /'x-message-ttl' for queue 'there'/,
    ],
    [
      'an exchange of another type',
      (channel) => channel.assertExchange('there', 'topic'),
      /'type' for exchange 'there'/,
    ],
    [
      'an exchange that is not durable',
      (channel) => channel.assertExchange('there', 'direct', { durable: false }),
      /'durable' for exchange 'there'/,
    ],
  ])('knows what would come of declaring %s', async (_, declare, reason) => {
    await ownQueues('there');
    await onChannel(url, declare);
    const transport = await connect(url);
    transports.push(transport);

    const conflict = await transport.queueConflict({
      name: 'there',
      exchange: 'there',
      exchangeType: 'direct',
    });

    expect(conflict).toEqual(reason && expect.stringMatching(reason));
    await onChannel(url, async (channel) => {
      await channel.deleteQueue('there');
      await channel.deleteExchange('there');
    });
  });

  it('knows that a queue belongs to another connection', async () => {
    const owner = await connectRaw(url);
    const { queue: name } = await (await owner.createChannel()).assertQueue('', { exclusive: true });
    const transport = await connect(url);
    transports.push(transport);

    const conflict = await transport.queueConflict({ name, exchange: name, exchangeType: 'direct' });
    await owner.close();

    expect(conflict).toContain('RESOURCE_LOCKED');
  });

  it('waits for a broker that is not there yet when told to', async () => {
    const abort = new AbortController();
    const closedPort = await freePort();

    const waitingFor = connect(`amqp://127.0.0.1:${closedPort}//`, { wait: true, signal: abort.signal });
    abort.abort();

    await expect(waitingFor).rejects.toThrow(BrokerUnreachableError);
  });

  it('connects to the default virtual host of the URL that the tests were given', async () => {
    const transport = await connect(amqpUrl());
    transports.push(transport);

    expect(transport.status.kind).toBe('ready');
  });
});
