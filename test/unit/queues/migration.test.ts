import { describe, expect, it } from 'vitest';
import { BrokerRefusedError, BrokerUnreachableError, UnroutableError } from '../../../src/errors.ts';
import type { TaskMessage } from '../../../src/protocol/task-message.ts';
import { Migration, type MigrationOptions, type MigrationOutcome } from '../../../src/queues/migration.ts';
import { NotCarriedError } from '../../../src/transport/task-queues.ts';
import { MemoryTaskQueues } from '../../support/memory-task-queues.ts';

function task(id: string, name = 'proj.add', bytes = 2): TaskMessage {
  return {
    body: new Uint8Array(bytes),
    contentType: 'application/json',
    contentEncoding: 'utf-8',
    headers: new Map([
      ['task', name],
      ['id', id],
    ]),
    properties: new Map(),
  };
}

function tasks(count: number): TaskMessage[] {
  return Array.from({ length: count }, (_, index) => task(`u${index}`));
}

function ids(messages: readonly (TaskMessage | string)[]): unknown[] {
  return messages.map((message) => (typeof message === 'string' ? message : message.headers.get('id')));
}

interface Run {
  readonly outcome: MigrationOutcome;
  readonly source: MemoryTaskQueues;
  readonly destination: MemoryTaskQueues;
}

interface Given extends Partial<MigrationOptions> {
  readonly messages?: readonly (TaskMessage | string)[];
  readonly prepare?: (source: MemoryTaskQueues, destination: MemoryTaskQueues) => void;
}

async function run({ messages = tasks(5), prepare, ...options }: Given = {}): Promise<Run> {
  const source = new MemoryTaskQueues('amqp://a', { celery: messages });
  const destination = new MemoryTaskQueues('amqp://b', { celery: [] });
  prepare?.(source, destination);
  const outcome = await new Migration({
    source,
    destination,
    mapping: [{ source: 'celery', destination: 'celery' }],
    moves: true,
    patience: 0,
    owner: 'gen1@test',
    signal: new AbortController().signal,
    now: () => 0,
    ...options,
  }).run();
  return { outcome, source, destination };
}

/** Publishing fails from the nth message on. */
function failingFrom(nth: number, error: () => Error): NonNullable<Given['prepare']> {
  return (_source, destination) => {
    let published = 0;
    destination.onPublish = async () => {
      published += 1;
      if (published >= nth) throw error();
    };
  };
}

describe('a migration', () => {
  it('moves everything in order and ends when there is no more', async () => {
    const told: unknown[] = [];
    const { outcome, source, destination } = await run({
      onMigrated: (migrated, identity) => told.push([migrated, identity.id]),
    });

    expect(outcome).toEqual({
      ...{ end: 'empty', failure: undefined, migrated: 5, passedOver: 0, leftBehind: [], recovered: 0 },
      perhapsTwice: 0,
    });
    expect(ids(destination.all('celery'))).toEqual(['u0', 'u1', 'u2', 'u3', 'u4']);
    expect(source.all('celery')).toEqual([]);
    expect(told).toEqual([0, 1, 2, 3, 4].map((index) => [index + 1, `u${index}`]));
  });

  it('acknowledges no message before the destination has confirmed it', async () => {
    const events: string[] = [];
    await run({
      messages: tasks(3),
      prepare: (source, destination) => {
        destination.onPublish = async () => {
          await new Promise((resolve) => setImmediate(resolve));
          events.push('confirmed');
        };
        source.onAcknowledge = () => {
          events.push('acknowledged');
        };
      },
    });

    let confirmed = 0;
    for (const event of events) {
      confirmed += event === 'confirmed' ? 1 : -1;
      expect(confirmed).toBeGreaterThanOrEqual(0);
    }
    expect(events).toHaveLength(6);
  });

  it('copies when it does not move', async () => {
    const { outcome, source, destination } = await run({ moves: false });

    expect(outcome).toMatchObject({ end: 'empty', migrated: 5 });
    expect(ids(source.all('celery'))).toEqual(ids(destination.all('celery')));
  });

  it('puts messages into the queue of the mapping', async () => {
    const { destination } = await run({
      mapping: [{ source: 'celery', destination: 'other' }],
      prepare: (_source, to) => to.queues.set('other', []),
    });

    expect(destination.all('other')).toHaveLength(5);
  });

  it('stops at the limit, and gives back what it had taken beyond it', async () => {
    const { outcome, source, destination } = await run({ limit: 2 });

    expect(outcome).toMatchObject({ end: 'limit', migrated: 2 });
    expect(ids(destination.all('celery'))).toEqual(['u0', 'u1']);
    expect(ids(source.all('celery'))).toEqual(['u2', 'u3', 'u4']);
  });

  it('does not count towards the limit what could not be carried', async () => {
    const { outcome, destination } = await run({
      limit: 3,
      prepare: (_source, to) => {
        to.onPublish = async (_target, message) => {
          if (message.headers.get('id') === 'u1') throw new NotCarriedError('it is too odd');
        };
      },
    });

    expect(outcome).toMatchObject({
      migrated: 3,
      leftBehind: [{ queue: 'celery', reason: 'it is too odd', count: 1 }],
    });
    expect(ids(destination.all('celery'))).toEqual(['u0', 'u2', 'u3']);
  });

  it('takes only the tasks that it is told, and leaves the others in their order', async () => {
    const messages = [task('a', 'x'), task('b', 'y'), task('c', 'x'), task('d', 'z')];
    const { outcome, source, destination } = await run({ messages, tasks: new Set(['x', 'z']) });

    expect(outcome).toMatchObject({ migrated: 3, passedOver: 1 });
    expect(ids(destination.all('celery'))).toEqual(['a', 'c', 'd']);
    expect(ids(source.all('celery'))).toEqual(['b']);
  });

  it('leaves what cannot be read, and goes on', async () => {
    const { outcome, source } = await run({ messages: ['odd', task('u0'), 'odd', 'odder'] });

    expect(outcome).toMatchObject({
      migrated: 1,
      leftBehind: [
        { queue: 'celery', reason: 'odd', count: 2 },
        { queue: 'celery', reason: 'odder', count: 1 },
      ],
    });
    expect(source.all('celery')).toEqual(['odd', 'odd', 'odder']);
  });

  it.each([
    ['the destination is lost', () => new BrokerUnreachableError('gone.'), true],
    ['the destination refuses', () => new BrokerRefusedError('no.'), true],
    ['the queue was deleted', () => new UnroutableError('no queue.'), false],
  ])('gives back everything that was not confirmed when %s', async (_what, error, mayHaveArrived) => {
    const { outcome, source, destination } = await run({ prepare: failingFrom(3, error) });

    expect(outcome).toMatchObject({ end: 'failed', failure: error(), migrated: 2 });
    expect(outcome.perhapsTwice > 0).toBe(mayHaveArrived);
    expect(ids(destination.all('celery'))).toEqual(['u0', 'u1']);
    expect(ids(source.all('celery'))).toEqual(['u2', 'u3', 'u4']);
  });

  it('says that a message may be on both sides when it could not be acknowledged', async () => {
    const { outcome, source, destination } = await run({
      messages: tasks(1),
      prepare: (from) => {
        from.onAcknowledge = () => {
          throw new BrokerUnreachableError('gone.');
        };
      },
    });

    expect(outcome).toMatchObject({ end: 'failed', migrated: 0, perhapsTwice: 1 });
    expect([ids(source.all('celery')), ids(destination.all('celery'))]).toEqual([['u0'], ['u0']]);
  });

  it('ends when the destination is lost while there is nothing to do', async () => {
    let lose = (): void => {};
    const running = run({
      messages: [],
      patience: Number.POSITIVE_INFINITY,
      prepare: (_source, destination) => {
        lose = () => destination.loseConnection();
      },
    });
    lose();

    expect((await running).outcome).toMatchObject({
      end: 'failed',
      failure: new BrokerUnreachableError('Lost the connection to memory: pulled.'),
    });
  });

  it('ends in good order when it is interrupted', async () => {
    const controller = new AbortController();
    const { outcome, source, destination } = await run({
      messages: tasks(500),
      signal: controller.signal,
      onMigrated: (migrated) => {
        if (migrated === 10) controller.abort();
      },
    });

    expect(outcome.end).toBe('interrupted');
    expect(outcome.migrated).toBeGreaterThanOrEqual(10);
    expect(outcome.migrated).toBeLessThan(500);
    expect(destination.all('celery')).toHaveLength(outcome.migrated);
    expect(source.all('celery')).toHaveLength(500 - outcome.migrated);
  });

  it('does nothing when it was interrupted before', async () => {
    const { outcome, source } = await run({ signal: AbortSignal.abort() });

    expect(outcome).toMatchObject({ end: 'interrupted', migrated: 0 });
    expect(source.all('celery')).toHaveLength(5);
  });

  it('waits for more as long as it is told', async () => {
    let seconds = 0;
    const { outcome } = await run({
      messages: [],
      patience: 3,
      now: () => {
        seconds += 1;
        return seconds;
      },
      prepare: (source) => {
        setTimeout(() => source.queues.get('celery')?.unshift(task('late')), 50);
      },
    });

    expect(outcome).toMatchObject({ end: 'empty', migrated: 1 });
  });

  it('has a bounded number of messages and bytes under way', async () => {
    const observe = async (messages: readonly TaskMessage[]): Promise<number> => {
      let underWay = 0;
      let most = 0;
      await run({
        messages,
        prepare: (_source, destination) => {
          destination.onPublish = async () => {
            underWay += 1;
            most = Math.max(most, underWay);
            await new Promise((resolve) => setImmediate(resolve));
            underWay -= 1;
          };
        },
      });
      return most;
    };

    expect(await observe(tasks(500))).toBe(100);
    const large = Array.from({ length: 20 }, (_, index) => task(`u${index}`, 'x', 10 * 1024 * 1024));
    expect(await observe(large)).toBeLessThanOrEqual(4);
  });

  it('hands a fault of ours on', async () => {
    const { outcome } = await run({ prepare: failingFrom(1, () => new TypeError('a bug')) });

    expect(outcome).toMatchObject({ end: 'failed', failure: new TypeError('a bug') });
  });
});
