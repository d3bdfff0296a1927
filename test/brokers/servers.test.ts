import { connect } from 'amqplib';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { amqp, freshRedisDb, freshVhost, ownQueues, redis, redisSocketPath } from '../support/servers.ts';

describe('the brokers of the test run', () => {
  const clients: Redis[] = [];

  afterEach(() => {
    for (const client of clients.splice(0)) client.disconnect();
  });

  function redisClient(address: string): Redis {
    const client = new Redis(address, { retryStrategy: () => null, maxRetriesPerRequest: 0 });
    client.on('error', () => {});
    clients.push(client);
    return client;
  }

  it.skipIf(process.env['STALK_TEST_AMQP_URL'])('gives each test its own virtual host', async () => {
    const first = await connect(await freshVhost());
    const second = await connect(await freshVhost());
    const channel = await first.createChannel();
    await channel.assertQueue('mine');

    const other = await second.createChannel();
    other.on('error', () => {});

    await expect(other.checkQueue('mine')).rejects.toThrow(/NOT_FOUND/);
    await first.close();
    await second.close();
  });

  it.skipIf(process.env['STALK_TEST_REDIS_URL'])('gives each test its own Redis database', async () => {
    const first = redisClient(await freshRedisDb());
    const second = redisClient(await freshRedisDb());

    await first.set('mine', '1');

    expect(await second.dbsize()).toBe(0);
  });

  it('answers on the unix socket of Redis as well', async () => {
    const client = redisClient(redisSocketPath());

    expect(await client.ping()).toBe('PONG');
  });

  it('takes Redis away and brings it back at the same address', async () => {
    const url = await freshRedisDb();

    await redis.stop();
    await expect(redisClient(url).ping()).rejects.toThrow();
    await redis.start();

    expect(await redisClient(url).ping()).toBe('PONG');
  });

  it('takes RabbitMQ away and brings it back at the same address with its queues', async () => {
    const url = await freshVhost();
    await ownQueues('kept');
    const before = await connect(url);
    before.on('error', () => {});
    await (await before.createChannel()).assertQueue('kept', { durable: true });

    await amqp.stop();
    await expect(connect(url)).rejects.toThrow(/ECONNREFUSED/);
    await amqp.start();

    const after = await connect(url);
    await expect((await after.createChannel()).checkQueue('kept')).resolves.toMatchObject({ queue: 'kept' });
    await after.close();
  });
});
