import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Control } from '../../../src/control/control.ts';
import { Inspect } from '../../../src/control/inspect.ts';
import { remoteCommands } from '../../../src/control/remote-commands.ts';
import { UsageError } from '../../../src/errors.ts';
import { FakeWorkers } from '../../support/fake-workers.ts';

let workers: FakeWorkers;
let control: Control;
let inspect: Inspect;

beforeEach(async () => {
  workers = new FakeWorkers();
  await workers.transport.ready();
  control = new Control(workers.transport);
  inspect = new Inspect(workers.transport);
  workers.answers = Object.fromEntries(remoteCommands.map(({ name }) => [name, { 'w1@x': { ok: name } }]));
});

afterEach(async () => {
  await workers.transport.close();
});

const camelCase = (name: string): string => name.replace(/_(.)/g, (_match, letter) => letter.toUpperCase());

it.each(remoteCommands.filter(({ refused }) => refused === undefined))(
  '$kind $name has a method',
  ({ kind, name }) => {
    const owner: object = kind === 'inspect' ? inspect : control;
    expect(Reflect.get(owner, camelCase(name))).toBeTypeOf('function');
  },
);

describe('Control', () => {
  it.each<[string, (control: Control) => Promise<unknown>, string, object]>([
    ['revoke', (to) => to.revoke('a'), 'revoke', { task_id: 'a' }],
    [
      'revoke with terminate',
      (to) => to.revoke(['a'], { terminate: true }),
      'revoke',
      { task_id: ['a'], terminate: true, signal: 'SIGTERM' },
    ],
    [
      'terminate',
      (to) => to.terminate(['a', 'b'], 'SIGKILL'),
      'revoke',
      { task_id: ['a', 'b'], terminate: true, signal: 'SIGKILL' },
    ],
    [
      'revokeByStampedHeaders',
      (to) => to.revokeByStampedHeaders({ tier: ['1'] }),
      'revoke_by_stamped_headers',
      { headers: { tier: ['1'] } },
    ],
    [
      'rateLimit',
      (to) => to.rateLimit('p.add', '10/m'),
      'rate_limit',
      { task_name: 'p.add', rate_limit: '10/m' },
    ],
    [
      'timeLimit',
      (to) => to.timeLimit('p.add', { soft: 5 }),
      'time_limit',
      { task_name: 'p.add', soft: 5, hard: null },
    ],
    ['enableEvents', (to) => to.enableEvents(), 'enable_events', {}],
    ['disableEvents', (to) => to.disableEvents(), 'disable_events', {}],
    ['poolGrow', (to) => to.poolGrow(), 'pool_grow', { n: 1 }],
    ['poolShrink', (to) => to.poolShrink(3), 'pool_shrink', { n: 3 }],
    ['poolRestart', (to) => to.poolRestart({ modules: ['proj'] }), 'pool_restart', { modules: ['proj'] }],
    ['autoscale', (to) => to.autoscale(10, 2), 'autoscale', { max: 10, min: 2 }],
    [
      'addConsumer',
      (to) => to.addConsumer('q', { exchange: 'e', exchangeType: 'topic', routingKey: 'k' }),
      'add_consumer',
      { queue: 'q', exchange: 'e', exchange_type: 'topic', routing_key: 'k' },
    ],
    ['cancelConsumer', (to) => to.cancelConsumer('q'), 'cancel_consumer', { queue: 'q' }],
    ['heartbeat', (to) => to.heartbeat(), 'heartbeat', {}],
    ['ping', (to) => to.ping(), 'ping', {}],
    ['broadcast', (to) => to.broadcast('mine', { a: 1 }, { timeout: 0.001 }), 'mine', { a: 1 }],
  ])("%s sends Celery's own arguments", async (_name, call, method, args) => {
    await call(control);

    expect(workers.requests.at(-1)).toMatchObject({ method, arguments: args, destination: null });
  });

  it('passes on to whom it speaks and what was answered', async () => {
    const { replies } = await control.rateLimit('p.add', '5', { destination: ['w1@x'] });

    expect(workers.requests[0]?.destination).toEqual(['w1@x']);
    expect(replies).toMatchObject([{ hostname: 'w1@x', value: { ok: 'rate_limit' } }]);
  });

  it('waits for no answer to a shutdown, because there is none', async () => {
    const result = await control.shutdown({ destination: ['w1@x'] });
    await Promise.resolve();

    expect(result).toEqual({ replies: [], silent: [], duplicates: [], unreadable: 0, receivers: 1 });
    expect(workers.requests).toEqual([
      { method: 'shutdown', arguments: {}, destination: ['w1@x'], pattern: null, matcher: null },
    ]);
  });

  it('sends nothing that it refuses', async () => {
    await expect(control.rateLimit('p.add', '10/x')).rejects.toThrow(UsageError);
    await expect(control.shutdown({ destination: [] })).rejects.toThrow(UsageError);
    await expect(control.broadcast('election', { id: 'a', topic: 'task' })).rejects.toThrow(UsageError);

    expect(workers.requests).toEqual([]);
  });
});

describe('Inspect', () => {
  it.each<[string, (inspect: Inspect) => Promise<unknown>, string, object]>([
    ['active', (from) => from.active({ safe: true }), 'active', { safe: true }],
    ['conf', (from) => from.conf({ withDefaults: true }), 'conf', { with_defaults: true }],
    ['registered', (from) => from.registered(), 'registered', { taskinfoitems: [] }],
    ['queryTask', (from) => from.queryTask('a'), 'query_task', { ids: ['a'] }],
    ['memdump', (from) => from.memdump(5), 'memdump', { samples: 5 }],
    ['objgraph', (from) => from.objgraph({ num: 5 }), 'objgraph', { type: 'Request', num: 5, max_depth: 10 }],
    ['hello', (from) => from.hello('me@x'), 'hello', { from_node: 'me@x' }],
    ['stats', (from) => from.stats({ destination: ['w1@x'] }), 'stats', {}],
  ])("%s sends Celery's own arguments", async (_name, call, method, args) => {
    await call(inspect);

    expect(workers.requests.at(-1)).toMatchObject({ method, arguments: args });
  });

  it('resolves with values by node name', async () => {
    workers.answers = { stats: { 'w1@x': { pid: 1 }, 'w2@x': { pid: 2 } } };

    const stats = await inspect.stats({ expected: ['w1@x', 'w2@x'] });

    expect(stats).toEqual({ 'w1@x': { pid: 1 }, 'w2@x': { pid: 2 } });
  });

  it('resolves with nothing when nobody answers', async () => {
    workers.answers = {};

    expect(await inspect.ping({ timeout: 0.001 })).toEqual({});
  });
});
