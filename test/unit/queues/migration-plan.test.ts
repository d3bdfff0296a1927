import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/errors.ts';
import { planMigration } from '../../../src/queues/migration-plan.ts';
import { MemoryTaskQueues } from '../../support/memory-task-queues.ts';

const one = { source: 'celery', destination: 'celery' };

describe('the plan of a migration', () => {
  it('says what there is, what is missing, and what would be created', async () => {
    const source = new MemoryTaskQueues('amqp://a', { celery: ['x', 'y'], mail: [] });
    const destination = new MemoryTaskQueues('amqp://b', { celery: [] });
    const mapping = [one, { source: 'nosuch', destination: 'n' }, { source: 'mail', destination: 'post' }];

    const plan = await planMigration(source, destination, mapping, 'mark');

    expect(plan.queues.map(({ count, ...rest }) => ({ ...rest, messages: count.messages }))).toEqual([
      { ...one, messages: 2, isNew: false },
      { source: 'mail', destination: 'post', messages: 0, isNew: true },
    ]);
    expect(plan).toMatchObject({ missing: ['nosuch'], total: 2 });
  });

  it('counts what a migration that was cut off holds', async () => {
    const source = new MemoryTaskQueues('redis://a', { celery: ['x'] });
    source.held = 3;

    expect((await planMigration(source, new MemoryTaskQueues('redis://b'), [one], 'mark')).total).toBe(4);
  });

  it.each([
    ['amqp://a', 'amqp://a'],
    ['amqp://localhost', 'amqp://other@127.0.0.1:5672//'],
    ['redis://[::1]:6379/2', 'redis://localhost/2'],
    ['redis+socket:///run/r.sock', 'redis+socket:///run/r.sock?virtual_host=0'],
  ])('refuses a queue that would go from %s to itself at %s', async (from, to) => {
    const source = new MemoryTaskQueues(from, { celery: [] });
    const destination = new MemoryTaskQueues(to, { celery: [] });

    await expect(planMigration(source, destination, [one], undefined)).rejects.toThrow(UsageError);
  });

  it('finds that two names are one broker by a mark, which it takes away', async () => {
    const both = new MemoryTaskQueues('amqp://a', { celery: [] });
    const alias = new MemoryTaskQueues('amqp://alias', { celery: [] });
    alias.hasMark = (name) => both.hasMark(name);

    await expect(planMigration(both, alias, [one], 'mark')).rejects.toThrow(
      '"celery" on amqp://guest:***@alias:5672// is source and destination at once',
    );
    expect(await both.hasMark('mark')).toBe(false);
    await expect(planMigration(both, alias, [one], undefined)).resolves.toBeDefined();
  });

  it.each([
    ['amqp://a', 'redis://a'],
    ['amqp://a/x', 'amqp://a/y'],
    ['redis://a/0', 'redis://a/1'],
  ])('allows the same name from %s to %s, which are two', async (from, to) => {
    const source = new MemoryTaskQueues(from, { celery: [] });

    await expect(planMigration(source, new MemoryTaskQueues(to), [one], 'mark')).resolves.toBeDefined();
  });

  it('allows another name on the same broker, but no queue that is a source itself', async () => {
    const both = new MemoryTaskQueues('amqp://a', { celery: [], mail: [] });
    const aside = [{ source: 'celery', destination: 'aside' }];
    const swap = [
      { source: 'celery', destination: 'mail' },
      { source: 'mail', destination: 'celery' },
    ];

    await expect(planMigration(both, both, aside, 'mark')).resolves.toMatchObject({ total: 0 });
    await expect(planMigration(both, both, swap, 'mark')).rejects.toThrow(UsageError);
  });
});
