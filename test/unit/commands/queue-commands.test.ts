import { describe, expect, it } from 'vitest';
import { runCall } from '../../../src/commands/call.ts';
import { runList } from '../../../src/commands/list.ts';
import { runMigrate } from '../../../src/commands/migrate.ts';
import { runPurge } from '../../../src/commands/purge.ts';
import { redisQueueNaming } from '../../../src/commands/task-queue-access.ts';
import { callOptions } from '../../../src/config/call-options.ts';
import { type Flags, loadConfig } from '../../../src/config/load-config.ts';
import { commonOptions } from '../../../src/config/options.ts';
import { listOptions, migrateOptions, purgeOptions } from '../../../src/config/queue-options.ts';
import { AbortedError, UsageError } from '../../../src/errors.ts';
import { commandFixture } from './command-fixture.ts';

/** Nothing listens there: whoever connects fails otherwise than the tests expect. */
const nowhere = { broker: 'redis://127.0.0.1:1/0' };

const runs = {
  purge: (flags: Flags, words: readonly string[]) => {
    const { context } = commandFixture();
    const config = { ...loadConfig(commonOptions, flags, {}), ...loadConfig(purgeOptions, flags, {}) };
    return runPurge({ ...context, words, config, stdin: Object.assign(context.stdin, { isTTY: false }) });
  },
  migrate: (flags: Flags, words: readonly string[]) => {
    const { context } = commandFixture();
    const config = { ...loadConfig(commonOptions, flags, {}), ...loadConfig(migrateOptions, flags, {}) };
    return runMigrate({ ...context, words, config });
  },
  call: (flags: Flags, words: readonly string[]) => {
    const { context } = commandFixture();
    const config = { ...loadConfig(commonOptions, flags, {}), ...loadConfig(callOptions, flags, {}) };
    return runCall({ ...context, words, config });
  },
  list: (flags: Flags, words: readonly string[]) => {
    const { context } = commandFixture();
    const config = { ...loadConfig(commonOptions, flags, {}), ...loadConfig(listOptions, flags, {}) };
    return runList({ ...context, words, config });
  },
};

const two = ['redis://127.0.0.1:1/0', 'redis://127.0.0.1:1/1'];

describe('a command that does something to queues says before it connects what is wrong', () => {
  it.each([
    [
      'purge',
      { force: true },
      ['celery'],
      'stalk purge takes no words, queues are named with -Q: stalk purge -Q celery',
    ],
    ['purge', { force: true, readonly: true }, [], 'stalk purge deletes messages, which --readonly refuses'],
    ['purge', { force: true, queues: 'a,,b' }, [], '-Q is a list of names, separated by commas, not "a,,b"'],
    [
      'purge',
      { force: true, broker: 'demo://' },
      [],
      'demo:// is a cluster inside the monitor: it has no queues that can be reached',
    ],
    [
      'migrate',
      {},
      [],
      'stalk migrate needs two broker URLs: stalk migrate amqp://rabbit-1 redis://cache-1:6379/0',
    ],
    [
      'migrate',
      {},
      ['redis://a'],
      'stalk migrate needs two broker URLs: stalk migrate amqp://rabbit-1 redis://cache-1:6379/0',
    ],
    [
      'migrate',
      {},
      ['nonsense', 'redis://a'],
      'SOURCE: The broker URL has no scheme; it is written like amqp://user:password@host:5672//.',
    ],
    ['migrate', {}, ['redis://a', 'sqs://b'], /^DESTINATION: Brokers at sqs:\/\/ are not supported/],
    [
      'migrate',
      {},
      ['demo://', 'redis://b'],
      'demo:// is a cluster inside the monitor: it has no queues that can be reached',
    ],
    [
      'migrate',
      { readonly: true },
      two,
      'stalk migrate puts messages into queues, which --readonly refuses; --dry-run does not',
    ],
    ['migrate', { queues: 'a:' }, two, '-Q is QUEUE or QUEUE:OTHER, separated by commas, not "a:"'],
    ['migrate', { tasks: ',' }, two, '-T is a list of names, separated by commas, not ","'],
    [
      'migrate',
      { tasks: 'x', forever: true, 'ack-messages': true },
      two,
      '-F with -T and -a would keep all other tasks of the queues from their workers for as long as it runs',
    ],
    ['call', { readonly: true }, ['x'], 'stalk call sends a task, which --readonly refuses'],
    ['call', { timeout: '5' }, ['x'], '--timeout goes with --wait'],
    [
      'call',
      { broker: 'demo://' },
      ['x'],
      'demo:// is a cluster inside the monitor: it has no queues that can be reached',
    ],
    ['list', {}, [], 'stalk list needs what to list: stalk list bindings'],
    ['list', {}, ['queues'], 'stalk list needs what to list: stalk list bindings'],
  ] as const)('%s %j %j', async (name, flags, words, reason) => {
    const running = runs[name]({ ...nowhere, ...flags }, words);

    await expect(running).rejects.toThrow(reason);
    await expect(running).rejects.toBeInstanceOf(UsageError);
  });

  it.each(['limit', 'timeout'])('a negative --%s', (flag) => {
    expect(() => loadConfig(migrateOptions, { [flag]: '-1' }, {})).toThrow(UsageError);
  });

  it('where nobody can be asked, with the exit status of Celery', async () => {
    const running = runs.purge(nowhere, []);

    await expect(running).rejects.toThrow(
      'there is no terminal to ask on, so nothing was purged: -f purges without asking',
    );
    await expect(running).rejects.toMatchObject({ exitStatus: 1 });
    await expect(running).rejects.toBeInstanceOf(AbortedError);
  });
});

describe('how queues lie in Redis', () => {
  const config = loadConfig([...commonOptions, ...listOptions], {}, {});

  it('is as kombu has it, or as the settings say', () => {
    expect(redisQueueNaming(config)).toEqual({
      globalKeyprefix: '',
      sep: '\x06\x16',
      prioritySteps: [0, 3, 6, 9],
    });
    expect(redisQueueNaming({ ...config, sep: ':', prioritySteps: '0, 5', globalKeyprefix: 'p:' })).toEqual({
      globalKeyprefix: 'p:',
      sep: ':',
      prioritySteps: [0, 5],
    });
  });

  it.each(['', '0,3,3', '3,0', '0,10', '0,x', '0,,3'])('is not %j', (prioritySteps) => {
    expect(() => redisQueueNaming({ ...config, prioritySteps })).toThrow(UsageError);
  });
});
