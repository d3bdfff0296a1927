import { describe, expect, it } from 'vitest';
import { readArguments, readCustomArguments, signatureOf } from '../../../src/control/command-words.ts';
import { findRemoteCommand, remoteCommands } from '../../../src/control/remote-commands.ts';
import { UsageError } from '../../../src/errors.ts';

function read(line: string, ...named: string[]): unknown {
  const [name = '', ...words] = line.split(' ');
  return readArguments(findRemoteCommand(name)!, words, named);
}

describe('the words of a command', () => {
  it.each([
    ['ping', {}],
    ['rate_limit proj.add 10/m', { task_name: 'proj.add', rate_limit: '10/m' }],
    // As text, to which workers answer as they answer Celery.
    ['rate_limit proj.add 0', { task_name: 'proj.add', rate_limit: '0' }],
    ['time_limit proj.add 60 120.5', { task_name: 'proj.add', soft: 60, hard: 120.5 }],
    ['time_limit proj.add 60', { task_name: 'proj.add', soft: 60 }],
    ['revoke id-a id-b', { task_id: ['id-a', 'id-b'] }],
    ['terminate KILL id-a id-b', { signal: 'KILL', task_id: ['id-a', 'id-b'] }],
    ['query_task 17', { ids: ['17'] }],
    ['registered', {}],
    ['registered max_retries serializer', { taskinfoitems: ['max_retries', 'serializer'] }],
    ['revoke_by_stamped_headers tier=1 a=b', { headers: ['tier=1', 'a=b'] }],
    ['pool_grow', {}],
    ['pool_grow 2', { n: 2 }],
    ['autoscale 4 2', { max: 4, min: 2 }],
    [
      'add_consumer q ex topic rk.#',
      { queue: 'q', exchange: 'ex', exchange_type: 'topic', routing_key: 'rk.#' },
    ],
    ['conf TRUE', { with_defaults: true }],
    ['conf off', { with_defaults: false }],
    ['memdump 5', { samples: 5 }],
    ['objgraph Request 5 3', { type: 'Request', num: 5, max_depth: 3 }],
    ['pool_restart', {}],
    ['dump_conf yes', { with_defaults: true }],
  ])('%s', (line, args) => {
    expect(read(line)).toEqual(args);
  });

  it.each([
    [
      'revoke id-a',
      ['terminate=true', 'signal=KILL'],
      { task_id: ['id-a'], terminate: true, signal: 'KILL' },
    ],
    ['revoke', ['task_id=["a", "b"]'], { task_id: ['a', 'b'] }],
    ['revoke', ['task_id=a'], { task_id: ['a'] }],
    ['rate_limit', ['task_name=1', 'rate_limit=5'], { task_name: '1', rate_limit: '5' }],
    ['revoke_by_stamped_headers', ['headers={"tier": ["1", "2"]}'], { headers: { tier: ['1', '2'] } }],
    ['shutdown', ['msg=night=over'], { msg: 'night=over' }],
  ])('%s with %j', (line, named, args) => {
    expect(read(line, ...named)).toEqual(args);
  });

  it.each([
    [
      'rate_limit proj.add 10/x',
      [],
      /rate_limit must be N, N\/s.*not "10\/x".*stalk control rate_limit <task_name> <rate_limit>$/,
    ],
    ['rate_limit proj.add', [], /needs rate_limit/],
    ['rate_limit proj.add 1 2', [], /"2" is one word too many/],
    ['ping now', [], /"now" is one word too many; the call is stalk inspect ping$/],
    ['pool_grow abc', [], /n must be a whole number from 1 to 256, not "abc"/],
    ['pool_grow -1', [], /n must be a whole number/],
    ['time_limit proj.add 1e3', [], /soft must be a number of seconds/],
    ['time_limit proj.add 10 5', [], /the soft limit must not be above the hard limit/],
    ['conf maybe', [], /with_defaults must be true or false/],
    ['terminate NOSIG id', [], /signal must be the name of a signal/],
    ['terminate', [], /needs signal.*<signal> <task_id>\.\.\.$/],
    ['terminate KILL', [], /needs task_id/],
    ['revoke', [], /needs task_id.*stalk control revoke <task_id>\.\.\. \[--arg terminate=\.\.\.\]/],
    ['query_task', [], /needs ids/],
    ['revoke_by_stamped_headers bad', [], /headers must be name=value/],
    ['add_consumer q ex headers', [], /exchange_type must be direct, topic or fanout/],
    ['revoke a', ['signla=KILL'], /no argument "signla"/],
    ['revoke a', ['terminate'], /--arg takes name=value, not "terminate"/],
    ['election', [], /^election is never sent: an election stops workers/],
  ])('refuses %s %j with the signature', (line, named, sentence) => {
    expect(() => read(line, ...named)).toThrow(UsageError);
    expect(() => read(line, ...named)).toThrow(sentence);
  });
});

describe("the arguments of a command of the workers' own", () => {
  it('are JSON where they are JSON, else text', () => {
    expect(readCustomArguments([], ['n=3', 'name=a b', 'on=true', 'list=[1, "x"]', 'empty='])).toEqual({
      n: 3,
      name: 'a b',
      on: true,
      list: [1, 'x'],
      empty: '',
    });
  });

  it('are given by name', () => {
    expect(() => readCustomArguments(['3'], [])).toThrow(/takes its arguments by name.*not "3"/);
  });
});

describe('the signature of a command', () => {
  it('tells what is needed, what is a list and what is given by name', () => {
    expect(signatureOf(findRemoteCommand('terminate')!)).toBe('terminate <signal> <task_id>...');
    expect(signatureOf(findRemoteCommand('registered')!)).toBe(
      'registered [taskinfoitems]... [--arg builtins=...]',
    );
  });

  it('names every argument of every command', () => {
    for (const command of remoteCommands) {
      for (const { name } of command.args) expect(signatureOf(command)).toContain(name);
    }
  });
});
