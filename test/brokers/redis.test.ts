import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BrokerRefusedError, BrokerUnreachableError } from '../../src/errors.ts';
import type { Message } from '../../src/protocol/message.ts';
import { connect, open } from '../../src/transport/connect.ts';
import type { Transport, TransportOptions } from '../../src/transport/transport.ts';
import { describeTransport, eventHeaders, type TransportHarness } from '../contract/transport-contract.ts';
import { freePort } from '../support/free-port.ts';
import { freshRedisDb, redisSocketPath, redis as server } from '../support/servers.ts';

const waiting = { timeout: 60_000, interval: 20 };

/** Runs `use` on a connection of its own, without our code. */
async function onRedis<T>(url: string, use: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url);
  try {
    return await use(client);
  } finally {
    client.disconnect();
  }
}

function databaseOf(url: string): string {
  return new URL(url).pathname.slice(1) || '0';
}

function envelope(routingKey: string, body: Uint8Array | string, headers: object): string {
  return JSON.stringify({
    body: Buffer.from(body).toString('base64'),
    'content-encoding': 'utf-8',
    'content-type': 'application/json',
    headers,
    properties: {
      delivery_mode: 1,
      delivery_info: { exchange: 'celeryev', routing_key: routingKey },
      priority: 0,
      body_encoding: 'base64',
      delivery_tag: randomUUID(),
    },
  });
}

async function createHarness(): Promise<TransportHarness> {
  const url = await freshRedisDb();
  const database = databaseOf(url);
  const workers: Redis[] = [];
  return {
    tellsReceivers: true,
    refusesDeclarations: false,
    declarePriorityQueue: async () => {},
    open: () => open(url),
    publishEvent: async (routingKey, body) => {
      const channel = `/${database}.celeryev/${routingKey}`;
      await onRedis(url, (client) => client.publish(channel, envelope(routingKey, body, eventHeaders)));
    },
    listenAsWorker: async (onRequest) => {
      const client = new Redis(url, { retryStrategy: null });
      client.on('error', () => {});
      workers.push(client);
      client.on('message', (_, text) => {
        const message = JSON.parse(text);
        onRequest({
          body: JSON.parse(Buffer.from(message.body, 'base64').toString()),
          headers: message.headers,
          contentType: message['content-type'],
          contentEncoding: message['content-encoding'],
          deliveryMode: message.properties.delivery_mode,
          priority: message.properties.priority,
          routingKey: message.properties.delivery_info.routing_key,
        });
      });
      await client.subscribe(`/${database}.celery.pidbox`);
    },
    reply: async (key, body) => {
      await onRedis(url, (client) => client.lpush(key, envelope(key, JSON.stringify(body), {})));
      return true;
    },
    queueExists: (key) => onRedis(url, async (client) => (await client.exists(key)) === 1),
    isClean: () =>
      onRedis(url, async (client) => {
        const listeners = await client.publish(`/${database}.celeryev/test.nobody`, envelope('', '[]', {}));
        return listeners === 0 && (await client.keys('*.reply.celery.pidbox')).length === 0;
      }),
    stopBroker: () => server.stop(),
    startBroker: () => server.start(),
    close: async () => {
      for (const client of workers) client.disconnect();
    },
  };
}

describeTransport('Redis', createHarness);

describe('Redis', () => {
  let url: string;
  let database: string;
  const transports: Transport[] = [];

  beforeEach(async () => {
    url = await freshRedisDb();
    database = databaseOf(url);
  });

  afterEach(async () => {
    await Promise.all(transports.splice(0).map((transport) => transport.close()));
  });

  async function listen(
    options: TransportOptions = {},
    target = url,
  ): Promise<{ transport: Transport; messages: Message[] }> {
    const messages: Message[] = [];
    const transport = await connect(target, options);
    transports.push(transport);
    await transport.subscribe({
      exchange: options.eventExchange ?? 'celeryev',
      type: 'topic',
      onMessage: (message) => messages.push(message),
    });
    return { transport, messages };
  }

  it.each<[string, TransportOptions, string, string]>([
    ['the defaults', {}, '/N.celeryev/task.sent', '/N.celery.pidbox'],
    ['fanout_prefix off', { fanoutPrefix: false }, 'celeryev/task.sent', 'celery.pidbox'],
    [
      'a fanout_prefix of its own',
      { fanoutPrefix: '/my{db}.' },
      '/myN.celeryev/task.sent',
      '/myN.celery.pidbox',
    ],
    ['fanout_patterns off', { fanoutPatterns: false }, '/N.celeryev', '/N.celery.pidbox'],
    ['a global_keyprefix', { globalKeyprefix: 'pfx:' }, 'pfx:/N.celeryev/task.sent', 'pfx:/N.celery.pidbox'],
    ['other exchanges', { eventExchange: 'evx' }, '/N.evx/task.sent', '/N.celery.pidbox'],
  ])('finds the channels of workers with %s', async (_, options, eventChannel, controlChannel) => {
    const { transport, messages } = await listen(options);
    const requests: string[] = [];
    const worker = new Redis(url);
    worker.on('message', (channel) => requests.push(channel));
    const control = controlChannel.replace('N', database);
    await worker.subscribe(control);

    await onRedis(url, (client) =>
      client.publish(eventChannel.replace('N', database), envelope('task.sent', '{}', {})),
    );
    await transport.broadcast('celery.pidbox', { body: { method: 'ping' }, headers: {}, deliveryMode: 2 });
    await vi.waitFor(() => expect([messages.length, requests.length]).toEqual([1, 1]), waiting);
    worker.disconnect();

    expect(messages[0]!.routingKey).toBe('task.sent');
    expect(requests).toEqual([control]);
  });

  it('waits for replies under the key prefix of the workers', async () => {
    const { transport } = await listen({ globalKeyprefix: 'pfx:' });
    const replies: Message[] = [];
    const queue = await transport.openReplyQueue((message) => replies.push(message));
    const key = `pfx:${queue.replyTo.routing_key}`;

    await onRedis(url, (client) => client.lpush(key, envelope('', '{"w1": 1}', {})));
    await vi.waitFor(() => expect(replies).toHaveLength(1), waiting);
    await onRedis(url, (client) => client.lpush(key, envelope('', '{"w2": 1}', {})));
    await queue.close();

    expect(await onRedis(url, (client) => client.exists(key))).toBe(0);
  });

  it('deletes the list again when a worker answers after the request is over', async () => {
    const { transport } = await listen();
    const queue = await transport.openReplyQueue(() => {});
    await queue.close();
    await onRedis(url, (client) => client.lpush(queue.replyTo.routing_key, envelope('', '{"w1": 1}', {})));

    await transport.close();

    expect(await onRedis(url, (client) => client.exists(queue.replyTo.routing_key))).toBe(0);
  });

  it('hands on what is no envelope at all, without a content type', async () => {
    const { messages } = await listen();
    const garbage = ['', 'not json', '[]', '{"body": {}}', '\u001b[2J', '{"body": "!", "properties": null}'];

    for (const each of garbage) {
      await onRedis(url, (client) => client.publish(`/${database}.celeryev/task.sent`, each));
    }
    await vi.waitFor(() => expect(messages).toHaveLength(garbage.length), waiting);

    expect(messages.map((message) => message.contentType)).toEqual(garbage.map(() => undefined));
    expect(messages.map((message) => message.routingKey)).toEqual(garbage.map(() => 'task.sent'));
  });

  it('connects through a unix socket', async () => {
    const path = redisSocketPath();
    const { messages } = await listen({}, `redis+socket://${path}?virtual_host=${database}`);

    await onRedis(url, (client) =>
      client.publish(`/${database}.celeryev/task.sent`, envelope('task.sent', '{}', {})),
    );

    await vi.waitFor(() => expect(messages).toHaveLength(1), waiting);
  });

  it('tells credentials, a database out of range and a closed port apart, and never shows a password', async () => {
    const closedPort = await freePort();
    const attempt = (change: (target: URL) => void): Promise<unknown> => {
      const target = new URL(url);
      change(target);
      return connect(target.href).catch((reason: unknown) => reason);
    };

    const credentials = await attempt((target) => {
      target.username = 'nobody';
      target.password = 'correct-horse';
    });
    const range = await attempt((target) => {
      target.pathname = '/999999';
    });
    const closed = await attempt((target) => {
      target.port = String(closedPort);
    });

    expect(credentials).toBeInstanceOf(BrokerRefusedError);
    expect(String(credentials)).toMatch(/WRONGPASS.*check user name and password\.$/);
    expect(String(credentials)).not.toContain('correct-horse');
    expect(range).toBeInstanceOf(BrokerRefusedError);
    expect(String(range)).toMatch(/DB index is out of range; check the database number in the URL\.$/);
    expect(closed).toBeInstanceOf(BrokerUnreachableError);
    expect(String(closed)).toMatch(/connection refused; is the broker running there\?$/);
  });

  it('authenticates as the user in the URL, who may be allowed less than everything', async () => {
    await onRedis(url, (client) =>
      client.call('ACL', 'SETUSER', 'watcher', 'on', '>p@ss/word', '+@all', '~*', 'resetchannels'),
    );
    const target = new URL(url);
    target.username = 'watcher';
    target.password = encodeURIComponent('p@ss/word');

    const transport = await connect(target.href);
    transports.push(transport);
    const refusal = await transport
      .subscribe({ exchange: 'celeryev', type: 'topic', onMessage: () => {} })
      .catch((reason: unknown) => reason);
    await onRedis(url, (client) => client.call('ACL', 'DELUSER', 'watcher'));

    expect(refusal).toBeInstanceOf(BrokerRefusedError);
    expect(String(refusal)).toMatch(/NOPERM.*check the user's permissions \(ACL\)\.$/);
  });

  it('notices that one of its connections was killed', async () => {
    const { transport } = await listen();
    const kinds: string[] = [];
    transport.onStatus((status) => kinds.push(status.kind));

    await onRedis(url, async (client) => {
      const list = String(await client.client('LIST'));
      const ours = list
        .split('\n')
        .find((line) => line.includes(` db=${database} `) && line.includes('psub=1'));
      await client.client('KILL', 'ID', Number(/id=(\d+)/.exec(ours!)![1]));
    });
    await vi.waitFor(() => expect(kinds).toContain('ready'), waiting);

    expect(kinds).toEqual(['retrying', 'ready']);
  });
});
