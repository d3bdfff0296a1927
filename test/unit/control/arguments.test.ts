import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkArguments, parseRateLimit, parseTimeLimit } from '../../../src/control/arguments.ts';
import { UsageError } from '../../../src/errors.ts';

type Args = Record<string, unknown>;

describe('checkArguments', () => {
  it.each<[string, Args]>([
    ['ping', {}],
    ['rate_limit', { task_name: 'proj.add', rate_limit: '10/m' }],
    ['rate_limit', { task_name: 'proj.add', rate_limit: 0 }],
    ['rate_limit', { task_name: 'proj.add', rate_limit: '0.5/s' }],
    ['rate_limit', { task_name: 'proj.add', rate_limit: 1e-6 }],
    ['rate_limit', { task_name: 'proj.add', rate_limit: null }],
    ['time_limit', { task_name: 'proj.add', soft: 1.5, hard: null }],
    ['time_limit', { task_name: 'proj.add', soft: 5, hard: 5 }],
    ['time_limit', { task_name: 'proj.add', soft: 5, hard: 0 }],
    ['time_limit', { task_name: 'proj.add' }],
    ['revoke', { task_id: 'one' }],
    ['revoke', { task_id: ['one', 'two'], terminate: true, signal: 'SIGKILL' }],
    ['terminate', { task_id: ['one'], signal: 'KILL' }],
    ['pool_grow', {}],
    ['pool_shrink', { n: 256 }],
    ['autoscale', { max: 10, min: 0 }],
    ['autoscale', { max: 5, min: null }],
    ['add_consumer', { queue: 'hipri', exchange: 'ex', exchange_type: 'topic', routing_key: 'a.#' }],
    ['add_consumer', { queue: 'größe', exchange: null, exchange_type: null, routing_key: null }],
    ['cancel_consumer', { queue: 'hipri' }],
    ['registered', { taskinfoitems: [], builtins: true }],
    ['dump_tasks', { taskinfoitems: ['rate_limit'] }],
    ['query_task', { ids: ['one'] }],
    ['revoke_by_stamped_headers', { headers: ['tier=1'] }],
    ['revoke_by_stamped_headers', { headers: { tier: ['1', '2'], monitor: 'x' } }],
    ['objgraph', { type: 'Request', num: 200, max_depth: 10 }],
    ['shutdown', { msg: 'over' }],
    ['a_custom_command', { anything: [1] }],
  ])('lets %s %j pass', (method, args) => {
    expect(() => checkArguments(method, args)).not.toThrow();
  });

  it.each<[string, Args, string]>([
    ['ping', { bogus: 1 }, 'it has no argument "bogus", it takes no arguments'],
    ['rate_limit', { task_name: 'a', rate_limit: '10/x' }, 'rate_limit must be N, N/s, N/m or N/h'],
    ['rate_limit', { task_name: 'a' }, 'it needs rate_limit'],
    ['rate_limit', { task_name: 'a', rate_limit: -1 }, 'not -1'],
    ['rate_limit', { task_name: 'a', rate_limit: 5e-324 }, 'not 5e-324'],
    ['rate_limit', { task_name: 'a', rate_limit: 'inf' }, 'not "inf"'],
    ['rate_limit', { task_name: '', rate_limit: '1' }, 'task_name must be the name of a task type'],
    ['time_limit', { task_name: 'a', soft: 60, hard: 30 }, 'the soft limit must not be above the hard limit'],
    ['time_limit', { task_name: 'a', soft: '60' }, 'soft must be a number of seconds'],
    ['time_limit', { task_name: 'a', soft: -1 }, 'soft must be a number of seconds'],
    ['revoke', { task_id: [] }, 'task_id must be a task id or a list of them'],
    ['revoke', { task_id: [5] }, 'task_id must be a task id or a list of them'],
    ['revoke', { task_id: 'a', signal: 'sigkill' }, 'signal must be the name of a signal such as SIGTERM'],
    ['revoke', { task_id: 'a', signal: 9 }, 'signal must be the name of a signal'],
    ['revoke', { task_id: 'a', terminate: 'yes' }, 'terminate must be true or false'],
    ['terminate', { task_id: 'a' }, 'it needs signal'],
    ['pool_grow', { n: 0 }, 'n must be a whole number from 1 to 256'],
    ['pool_grow', { n: 1.5 }, 'not 1.5'],
    ['pool_shrink', { n: 1_000_000 }, 'not 1000000'],
    ['autoscale', { max: 1, min: 2 }, 'min must not be above max'],
    ['autoscale', { max: 0 }, 'max must be'],
    ['add_consumer', { queue: 'celeryev' }, 'queue must be the name of a task queue'],
    ['add_consumer', { queue: 'celeryev.1234' }, 'queue must be the name of a task queue'],
    ['add_consumer', { queue: 'w1@x.celery.pidbox' }, 'queue must be the name of a task queue'],
    ['add_consumer', { queue: 'amq.gen-1' }, 'queue must be the name of a task queue'],
    ['add_consumer', { queue: 'ü'.repeat(128) }, 'queue must be the name of a task queue, at most 255 bytes'],
    ['add_consumer', { queue: 'a\u0006\u0016b' }, 'queue must be the name of a task queue'],
    ['add_consumer', { queue: 'a', exchange: 'amq.topic' }, 'exchange must be the name of an exchange'],
    [
      'add_consumer',
      { queue: 'a', exchange_type: 'headers' },
      'exchange_type must be direct, topic or fanout',
    ],
    ['add_consumer', { queue: 'a', queue_arguments: {} }, 'it has no argument "queue_arguments"'],
    ['revoke_by_stamped_headers', { headers: ['bad'] }, 'headers must be name=value'],
    ['revoke_by_stamped_headers', { headers: { a: {} } }, 'headers must be name=value'],
    ['hello', { from_node: 'x', revoked: {} }, 'it has no argument "revoked"'],
    ['election', { id: 'a', topic: 'task' }, 'an election stops workers'],
  ])('refuses %s %j', (method, args, reason) => {
    expect(() => checkArguments(method, args)).toThrow(UsageError);
    expect(() => checkArguments(method, args)).toThrow(`${method} was not sent: `);
    expect(() => checkArguments(method, args)).toThrow(reason);
  });

  it('quotes a value briefly and in printable ASCII', () => {
    const args = { task_name: 'a', rate_limit: `\u001b]0;${'ü'.repeat(200)}` };

    expect(() => checkArguments('rate_limit', args)).toThrow(/not "[ -~]{1,70}…\.$/);
  });
});

describe('parseRateLimit', () => {
  it.each([
    ['10/m', '10/m'],
    [' 5 ', '5'],
    ['0.5/s', '0.5/s'],
    ['0', 0],
    ['0/m', 0],
    ['0.0', 0],
  ])('reads %j', (text, value) => {
    expect(parseRateLimit(text)).toEqual({ value, problem: undefined });
  });

  it.each(['', '10/x', '-1', '1e9', '10/mm', '/s', 'fast', '10 / m', '0x5', '1234567890', '0.0000001'])(
    'refuses %j',
    (text) => {
      expect(parseRateLimit(text).problem).toBe(
        'a rate is N, N/s, N/m or N/h such as 10/m, or 0 for no limit',
      );
    },
  );

  it('sends on what it accepts, and nothing else', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { value, problem } = parseRateLimit(text);
        const check = (): void => checkArguments('rate_limit', { task_name: 'a', rate_limit: value });
        if (problem === undefined) expect(check).not.toThrow();
        else expect(check).toThrow(UsageError);
      }),
    );
  });
});

describe('parseTimeLimit', () => {
  it.each([
    ['', '', undefined, undefined],
    ['60', '', 60, undefined],
    ['', ' 1.5 ', undefined, 1.5],
    ['60', '120', 60, 120],
    ['60', '0', 60, 0],
  ])('reads %j and %j', (soft, hard, softSeconds, hardSeconds) => {
    expect(parseTimeLimit(soft, hard)).toEqual({ soft: softSeconds, hard: hardSeconds, problem: undefined });
  });

  it.each([
    ['x', ''],
    ['-1', ''],
    ['', '1e3'],
    ['', '9999999999'],
  ])('refuses %j and %j', (soft, hard) => {
    expect(parseTimeLimit(soft, hard).problem).toBe('a limit is a number of seconds, 0 or more');
  });

  it('refuses a soft limit above the hard one', () => {
    expect(parseTimeLimit('60', '30').problem).toBe('the soft limit must not be above the hard limit');
  });
});
