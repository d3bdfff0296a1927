import { connect } from 'amqplib';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BrokerUnreachableError, UnroutableError } from '../../src/errors.ts';
import { parseBrokerUrl } from '../../src/protocol/broker-url.ts';
import { ExactNumber } from '../../src/protocol/exact-json.ts';
import {
  defaultPrioritySteps,
  defaultSep,
  type RedisQueueNaming,
} from '../../src/protocol/redis-queue-naming.ts';
import { type TaskMessage, taskIdentity, taskMessage } from '../../src/protocol/task-message.ts';
import { openTaskQueues } from '../../src/transport/open-task-queues.ts';
import {
  NotCarriedError,
  type QueueReader,
  type ReadMessage,
  type TaskQueues,
} from '../../src/transport/task-queues.ts';
import { amqp, freshBroker, ownQueues, redis } from '../support/servers.ts';
import { storedTasks } from '../support/task-messages.ts';

const kombu: RedisQueueNaming = {
  globalKeyprefix: '',
  sep: defaultSep,
  prioritySteps: defaultPrioritySteps,
};
const never = new AbortController().signal;

function task(id: string, priority?: number): TaskMessage {
  return taskMessage({
    ...{ id, name: 'proj.add', args: [], kwargs: new Map(), origin: 'gen1@test', replyTo: 'r' },
    priority,
  });
}

function idOf({ message }: ReadMessage): string | undefined {
  return message && taskIdentity(message).id;
}

async function readAll(reader: QueueReader, settle: (read: ReadMessage) => unknown): Promise<unknown[]> {
  const ids: unknown[] = [];
  for (let read = await reader.next(never); read !== undefined; read = await reader.next(never)) {
    ids.push(idOf(read) ?? read.flaw);
    await settle(read);
  }
  return ids;
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `u${index}`);
const toCelery = { exchange: '', routingKey: 'celery' };

describe.each(['amqp', 'redis'] as const)('the queues of %s', (name) => {
  const opened: TaskQueues[] = [];
  let broker: string;
  let queues: TaskQueues;
  /** Redis itself; on RabbitMQ nobody uses it. */
  let direct: Redis;

  beforeEach(async () => {
    broker = await freshBroker(name);
    await ownQueues('mail', 'full');
    queues = await open();
    direct = new Redis(broker, { lazyConnect: true });
    await queues.declare('celery');
    await queues.purge('celery');
  });

  afterEach(async () => {
    direct.disconnect();
    await Promise.all(opened.splice(0).map((each) => each.close()));
  });

  async function open(naming = kombu, confirmWithinMs = 10_000): Promise<TaskQueues> {
    const each = await openTaskQueues(parseBrokerUrl(broker), { redis: naming, confirmWithinMs }, never);
    opened.push(each);
    return each;
  }

  async function fill(ids: readonly string[]): Promise<void> {
    await Promise.all(ids.map((id) => queues.publish(toCelery, task(id))));
  }

  function read(takes: boolean, owner = 'gen1@test', from = queues): Promise<QueueReader> {
    return from.read(['celery'], { takes, owner, signal: never });
  }

  async function left(): Promise<unknown[]> {
    return (await storedTasks(broker, 'celery')).map(({ headers }) => headers['id']);
  }

  it('are counted, and known when they are empty', async () => {
    expect(await queues.count('mail')).toBeUndefined();
    expect(await queues.count('celery')).toMatchObject({ messages: 0, held: 0 });
    await fill(['a', 'b']);
    await queues.publish(toCelery, task('c', 4));

    expect(await queues.count('celery')).toMatchObject({
      messages: 3,
      consumers: name === 'amqp' ? 0 : undefined,
      byPriority:
        name === 'amqp'
          ? undefined
          : [
              { step: 0, messages: 2 },
              { step: 3, messages: 1 },
            ],
    });
    expect(await queues.unacknowledged()).toBe(name === 'amqp' ? undefined : 0);
  });

  it('are purged, at every priority, and only those that exist', async () => {
    for (const priority of [0, 3, 9]) await queues.publish(toCelery, task(`p${priority}`, priority));

    expect(await queues.purge('celery')).toBe(3);
    expect(await queues.purge('celery')).toBe(0);
    expect(await queues.purge('mail')).toBeUndefined();
  });

  it('take no message for an exchange or a routing key that leads nowhere', async () => {
    const nowhere = queues.publish({ exchange: 'nowhere', routingKey: 'x' }, task('a'));
    await expect(nowhere).rejects.toBeInstanceOf(UnroutableError);
    await expect(queues.publish({ exchange: 'celery', routingKey: 'other' }, task('a'))).rejects.toThrow(
      'has no queue on the exchange "celery" for the routing key "other".',
    );

    // What was refused closes nothing: the next one arrives.
    await queues.publish({ exchange: 'celery', routingKey: 'celery' }, task('b'));
    expect(await left()).toEqual(['b']);
  });

  it('hand out messages in order, and delete what is acknowledged', async () => {
    await fill(numbered(250));
    const reader = await read(true);

    expect(await readAll(reader, (each) => each.acknowledge())).toEqual(numbered(250));
    await reader.close();
    expect(await left()).toEqual([]);
  });

  it('have everything that was not acknowledged back where it was', async () => {
    await fill(numbered(8));
    const reader = await read(true);
    for (const id of ['u0', 'u1', 'u2', 'u3']) {
      const each = await reader.next(never);
      expect(each && idOf(each)).toBe(id);
      if (id === 'u1' || id === 'u3') await each?.acknowledge();
      else each?.keep();
    }
    await reader.close();

    expect(await left()).toEqual(['u0', 'u2', 'u4', 'u5', 'u6', 'u7']);
    expect(await queues.count('celery')).toMatchObject({ messages: 6, held: 0 });
  });

  it('can be looked through, also when they are long, without a change', async () => {
    await fill(numbered(450));
    const reader = await read(false);

    expect(await readAll(reader, (each) => each.keep())).toEqual(numbered(450));
    await queues.publish(toCelery, task('more'));
    expect(await readAll(reader, (each) => each.keep())).toEqual(['more']);
    await reader.close();
    expect(await left()).toEqual([...numbered(450), 'more']);
  });

  it('give up nothing to a reader that dies', async () => {
    await fill(numbered(60));
    const dying = await open();
    const reader = await read(true, 'gen1@test', dying);
    for (const id of ['u0', 'u1']) {
      const each = await reader.next(never);
      expect(each && idOf(each)).toBe(id);
    }
    // As a SIGKILL leaves it: no goodbye, nothing given back.
    await dying.close();

    const waiting: unknown[] = [];
    const onWaiting = (queue: string, owner: string): number => waiting.push([queue, owner]);
    const next = await queues.read(['celery'], { takes: true, owner: 'gen2@test', signal: never, onWaiting });
    expect(await readAll(next, (each) => each.acknowledge())).toEqual(numbered(60));
    await next.close();
    if (name === 'redis') {
      expect(waiting).toEqual([['celery', 'gen1@test']]);
      expect(next.recovered).toBeGreaterThanOrEqual(2);
    }
    expect(await left()).toEqual([]);
  });

  it('tell whether two connections are to one broker', async () => {
    const other = await open();
    const remove = await queues.leaveMark('stalk.mark.1');
    expect(await other.hasMark('stalk.mark.1')).toBe(true);
    expect(await other.hasMark('stalk.mark.2')).toBe(false);
    await remove();

    expect(await other.hasMark('stalk.mark.1')).toBe(false);
  });

  it('are lost with their connection, in one sentence', async () => {
    await fill(numbered(3));
    const reader = await read(true);
    await reader.next(never);
    const server = name === 'amqp' ? amqp : redis;
    await server.stop();
    try {
      expect(await queues.lost).toBeInstanceOf(BrokerUnreachableError);
      await expect(queues.publish(toCelery, task('x'))).rejects.toThrow(/^Lost the connection to /);
      await expect(queues.count('celery')).rejects.toThrow(/^Lost the connection to /);
      await reader.close();
    } finally {
      await server.start();
    }
  });

  if (name === 'amqp')
    describe('on RabbitMQ alone', () => {
      async function declare(queue: string, args: Record<string, unknown>): Promise<void> {
        const model = await connect(broker);
        const channel = await model.createChannel();
        await channel.assertQueue(queue, { durable: true, arguments: args });
        await model.close();
      }

      it('say so when they are full', async () => {
        await declare('full', { 'x-max-length': 1, 'x-overflow': 'reject-publish' });
        const target = { exchange: '', routingKey: 'full' };
        await queues.publish(target, task('a'));

        await expect(queues.publish(target, task('b'))).rejects.toThrow(
          'did not take a message for queue "full": the queue may be full, or its node down.',
        );
      });

      it('do not take what AMQP has no room for, and stay open', async () => {
        const headers = new Map([['long', 'x'.repeat(200_000)]]);
        await expect(queues.publish(toCelery, { ...task('a'), headers })).rejects.toBeInstanceOf(
          NotCarriedError,
        );
        await queues.publish(toCelery, task('b'));

        expect(await left()).toEqual(['b']);
      });

      it('end a reader when they are deleted', async () => {
        const reader = await read(true);
        const model = await connect(broker);
        await (await model.createChannel()).deleteQueue('celery');
        await model.close();

        await expect(reader.next(never)).rejects.toThrow('The queue "celery" was deleted');
        await expect(read(true)).rejects.toThrow('has no queue "celery".');
      });
    });

  if (name === 'redis')
    describe('on Redis alone', () => {
      it('lie where the settings say', async () => {
        const custom = await open({ globalKeyprefix: 'p:', sep: ':', prioritySteps: [0, 5] });
        await custom.declare('mail');
        await custom.publish({ exchange: 'mail', routingKey: 'mail' }, task('a', 7));

        expect(await direct.keys('p:*')).toEqual(
          expect.arrayContaining(['p:mail:5', 'p:_kombu.binding.mail']),
        );
        expect(await direct.smembers('p:_kombu.binding.mail')).toEqual(['mail::mail']);
        expect(await custom.count('mail')).toMatchObject({ byPriority: [{ step: 5, messages: 1 }] });
        expect(await custom.bindings()).toEqual([{ queue: 'mail', exchange: 'mail', routingKey: 'mail' }]);
        expect(await queues.count('mail')).toBeUndefined();
      });

      it('are walked without skipping what workers leave', async () => {
        await fill(numbered(300));
        const reader = await read(false);
        const seen: unknown[] = [];
        for (let at = 0; at < 100; at += 1) {
          const each = await reader.next(never);
          seen.push(each && idOf(each));
          // A worker takes two for each that is looked at.
          if (at < 75) await direct.rpop('celery', 2);
        }
        seen.push(...(await readAll(reader, (each) => each.keep())));

        // 150 are gone; of those that are left none was missed, and none was seen twice.
        expect(new Set(seen).size).toBe(seen.length);
        expect(
          numbered(300)
            .slice(150)
            .filter((id) => !seen.includes(id)),
        ).toEqual([]);
      });

      it('are taken from by one reader at a time', async () => {
        const reader = await read(true, 'gen1@test');
        const waited = new AbortController();
        const second = queues.read(['celery'], {
          takes: true,
          owner: 'gen2@test',
          signal: waited.signal,
          onWaiting: () => waited.abort(),
        });

        await expect(second).rejects.toMatchObject({ name: 'AbortError' });
        await reader.close();
        const third = await read(true, 'gen3@test');
        await third.close();
        expect(await direct.keys('stalk*')).toEqual([]);
      });

      it('say who takes from them for longer than a dead reader could', async () => {
        const reader = await read(true, 'gen1@test');

        await expect(read(true, 'gen2@test', await open())).rejects.toThrow(
          /^gen1@test is taking messages from "celery" on redis:.*: try again when it is done\.$/,
        );
        await reader.close();
      });

      it('double a message rather than lose it when a reader had been given up and comes back', async () => {
        await fill(['u0']);
        const first = await read(true, 'gen1@test');
        const slow = await first.next(never);
        // What the end of a lease looks like.
        await direct.del('stalk.moving-lock.celery');
        const second = await read(true, 'gen2@test', await open());
        const again = await second.next(never);
        await slow?.acknowledge();
        await second.close();
        await first.close();

        expect([slow && idOf(slow), again && idOf(again)]).toEqual(['u0', 'u0']);
        expect(second.recovered).toBe(1);
        // The first had carried it over when it acknowledged it: it is not here any more, and nowhere lost.
        expect(await left()).toEqual([]);
      });

      it('keep what is no message, and what is of another kind is said', async () => {
        await direct.lpush('celery', '{"body": 5}', 'nonsense', Buffer.from([0xff, 0xfe]));
        const reader = await read(true);
        expect(await readAll(reader, (each) => each.keep())).toEqual(
          Array.from({ length: 3 }, () => 'it is not what kombu writes'),
        );
        await reader.close();
        expect(await direct.lrangeBuffer('celery', 0, 0)).toEqual([Buffer.from([0xff, 0xfe])]);
        expect(await direct.llen('celery')).toBe(3);

        await direct.set('mail', 'a text');
        await expect(queues.count('mail')).rejects.toThrow(/answers with an error: WRONGTYPE/);
      });

      it('are found by a topic exchange as kombu would', async () => {
        await direct.sadd('_kombu.binding.topics', 'a.#\x06\x16^a\\..*?$\x06\x16celery');
        await queues.publish({ exchange: 'topics', routingKey: 'a.b.c' }, task('a'));
        await expect(queues.publish({ exchange: 'topics', routingKey: 'b' }, task('b'))).rejects.toThrow(
          UnroutableError,
        );

        expect(await left()).toEqual(['a']);
      });

      it('keep the priority of what they were given', async () => {
        const message = task('a');
        const properties = new Map([...message.properties, ['priority', new ExactNumber('6')] as const]);
        await queues.publish(toCelery, { ...message, properties });

        expect(await direct.llen('celery\x06\x166')).toBe(1);
      });
    });
});
