import { describe, expect, it } from 'vitest';
import { checkNewConsumer } from '../../../src/control/consumer-check.ts';
import type { Reply } from '../../../src/control/reply.ts';
import { UsageError } from '../../../src/errors.ts';
import type { QueueDeclaration } from '../../../src/transport/transport.ts';

type Cluster = {
  addressed?: string[];
  isComplete?: boolean;
  /** Replies to active_queues and to conf, by node name. */
  queues?: Record<string, unknown>;
  conf?: Record<string, unknown>;
  /** What the broker says to a declaration. */
  broker?: (queue: QueueDeclaration) => string | undefined;
};

function repliesOf(values: Record<string, unknown>): Reply[] {
  return Object.entries(values).map(([hostname, value]) => ({
    hostname,
    value,
    latencyMs: 1,
    expected: true,
  }));
}

/** Checks add_consumer on a cluster; resolves with what was declared and who was asked for settings. */
async function check(
  { addressed = ['w1@x'], isComplete = true, queues = {}, conf = {}, broker = () => undefined }: Cluster,
  args: Record<string, unknown> = { queue: 'q' },
): Promise<{ declared: QueueDeclaration[]; asked: string[] }> {
  const declared: QueueDeclaration[] = [];
  const asked: string[] = [];
  await checkNewConsumer(args, {
    addressed,
    isComplete,
    activeQueues: async () => repliesOf(queues),
    settings: async (hostnames) => {
      asked.push(...hostnames);
      return repliesOf(conf).filter(({ hostname }) => hostnames.includes(hostname));
    },
    conflict: async (queue) => {
      declared.push(queue);
      return broker(queue);
    },
  });
  return { declared, asked };
}

const isQuorum = (): string => "PRECONDITION_FAILED - inequivalent arg 'x-queue-type' for queue 'q'";
const consumes = (name: string, queueArguments: unknown = null): unknown => ({
  name,
  exchange: { name, type: 'direct' },
  queue_arguments: queueArguments,
});

describe('a new consumer', () => {
  it.each([
    [{ queue: 'q' }, { name: 'q', exchange: 'q', exchangeType: 'direct' }],
    [
      { queue: 'q', exchange: null, exchange_type: null },
      { name: 'q', exchange: 'q', exchangeType: 'direct' },
    ],
    [
      { queue: 'q', exchange: 'e', exchange_type: 'topic', routing_key: 'k' },
      { name: 'q', exchange: 'e', exchangeType: 'topic' },
    ],
  ])('is tried on the broker as the worker declares %j', async (args, declaration) => {
    expect(await check({}, args)).toEqual({ declared: [declaration], asked: [] });
  });

  it('is refused in one sentence with the words of the broker', async () => {
    const refused = check({ broker: isQuorum });

    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(
      `add_consumer was not sent: a worker that declares the queue q stops, because the broker refuses that (${isQuorum()}); name it in task_queues of the worker instead.`,
    );
  });

  it('is no question for a worker that consumes the queue already', async () => {
    const queues = { 'w1@x': [consumes('q')] };

    expect(await check({ queues, broker: isQuorum })).toEqual({ declared: [], asked: [] });
  });

  it('is refused when one of several workers does not consume the queue', async () => {
    const queues = { 'w1@x': [consumes('q')], 'w2@x': [consumes('other')] };

    await expect(check({ addressed: ['w1@x', 'w2@x'], queues, broker: isQuorum })).rejects.toThrow(
      UsageError,
    );
  });

  it('is refused for everyone when one who answers does not know the queue', async () => {
    const queues = { 'w1@x': [consumes('q')], 'w2@x': [consumes('other')] };

    await expect(check({ addressed: [], isComplete: false, queues, broker: isQuorum })).rejects.toThrow(
      UsageError,
    );
  });

  it('is refused when nobody answers and nobody is named', async () => {
    await expect(check({ addressed: [], isComplete: false, broker: isQuorum })).rejects.toThrow(UsageError);
  });
});

describe('a worker whose settings name the queue', () => {
  it.each<[string, unknown]>([
    [
      'in a list of Queue objects',
      { task_queues: ['<unbound Queue q -> <unbound Exchange q(direct)> -> q>'] },
    ],
    ['as the key of options', { task_queues: { q: { exchange: 'e' } } }],
    ['as a Queue object under any key', { task_queues: { any: '<unbound Queue q -> [<binding: …>]>' } }],
    ['in the settings of a Django project', { CELERY_TASK_QUEUES: { q: {} } }],
    ['under the old name', { CELERY_QUEUES: { q: {} } }],
    ['as its default queue', { task_default_queue: 'q', task_queues: null }],
  ])('may get it, %s', async (_, conf) => {
    expect(await check({ conf: { 'w1@x': conf }, broker: isQuorum })).toMatchObject({ asked: ['w1@x'] });
  });

  it('may get the queue named celery, which is the default', async () => {
    const { asked } = await check({ conf: { 'w1@x': {} }, broker: isQuorum }, { queue: 'celery' });

    expect(asked).toEqual(['w1@x']);
  });

  it('may have declared its exchange with another type', async () => {
    const exchange = { name: 'q', type: 'topic' };
    const queues = { 'w2@x': [{ name: 'q', exchange }] };
    const conf = { 'w1@x': { task_queues: { q: {} } } };

    expect(await check({ queues, conf })).toMatchObject({ asked: ['w1@x'] });
  });

  it.each<[string, unknown]>([
    ['another queue', { task_queues: ['<unbound Queue qq -> <unbound Exchange q(direct)> -> q>'] }],
    ['another default queue', { task_default_queue: 'other' }],
    ['queues besides the default', { task_queues: { other: {} }, task_default_queue: 'q' }],
    ['a list of names', { task_queues: ['q'] }],
    ['nothing', null],
    ['text', 'task_queues'],
    ['garbage', { task_queues: [null, 5, {}], task_queue_max_priority: {} }],
  ])('is not one that has %s', async (_, conf) => {
    await expect(check({ conf: { 'w1@x': conf }, broker: isQuorum })).rejects.toThrow(UsageError);
  });

  it('does not vouch for one that does not answer', async () => {
    const conf = { 'w1@x': { task_queues: { q: {} } } };

    await expect(check({ addressed: ['w1@x', 'w2@x'], conf, broker: isQuorum })).rejects.toThrow(UsageError);
  });
});

describe('a worker with task_queue_max_priority', () => {
  const priorities = { 'w1@x': [consumes('own', { 'x-max-priority': 10 })] };
  const isPlain = ({ maxPriority }: QueueDeclaration): string | undefined =>
    maxPriority === undefined ? undefined : 'PRECONDITION_FAILED - none but 10';
  const hasTen = ({ maxPriority }: QueueDeclaration): string | undefined =>
    maxPriority === 10 ? undefined : 'PRECONDITION_FAILED - 10 but none';

  it('declares with it, and may when the queue has it', async () => {
    const conf = { 'w1@x': { task_queue_max_priority: 10 } };

    const { declared } = await check({ queues: priorities, conf, broker: hasTen });

    expect(declared.map(({ maxPriority }) => maxPriority)).toEqual([undefined, 10]);
  });

  it('is refused a queue that has none', async () => {
    const conf = { 'w1@x': { CELERY_TASK_QUEUE_MAX_PRIORITY: 10 } };

    await expect(check({ queues: priorities, conf, broker: isPlain })).rejects.toThrow('none but 10');
  });

  it('is told from one whose queues have priorities of their own', async () => {
    expect(await check({ queues: priorities, conf: { 'w1@x': {} }, broker: isPlain })).toMatchObject({
      asked: ['w1@x'],
    });
  });

  it('is not suspected while it consumes from a queue without priorities', async () => {
    const queues = { 'w1@x': [consumes('own', { 'x-max-priority': 10 }), consumes('plain')] };

    expect(await check({ queues })).toMatchObject({ asked: [] });
  });
});
