import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { UnreadableResultError } from '../../../src/errors.ts';
import { ExactNumber } from '../../../src/protocol/exact-json.ts';
import { maxResultBytes, readStoredGroup, readTaskResult } from '../../../src/protocol/stored-result.ts';
import { isReady, memberIds } from '../../../src/protocol/task-result.ts';

interface Captured {
  readonly label: string;
  readonly key: string;
  readonly raw: string;
}

const captured = readFileSync(new URL('../../fixtures/results/redis.ndjson', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Captured);

function bytesOf(label: string): Uint8Array {
  const found = captured.find((each) => each.label === label);
  if (found === undefined) throw new Error(`no capture called ${label}`);
  return Buffer.from(found.raw);
}

const states: Readonly<Record<string, string>> = {
  ok: 'SUCCESS',
  fail: 'FAILURE',
  nope: 'FAILURE',
  rejected: 'STARTED',
  lost: 'FAILURE',
  overtime: 'FAILURE',
  revoked: 'REVOKED',
  expired: 'REVOKED',
  started: 'STARTED',
  chord: 'SUCCESS',
  terminated: 'REVOKED',
};

describe('readTaskResult', () => {
  it.each(Object.entries(states))('reads what Celery stored: %s is %s', (label, state) => {
    const result = readTaskResult('some-id', bytesOf(label), 60);

    expect(result).toMatchObject({ id: 'some-id', state, ttl: 60 });
    expect(isReady(result)).toBe(state !== 'STARTED');
  });

  it('keeps everything under its own name', () => {
    const { meta, result, traceback } = readTaskResult('c', bytesOf('chord'), undefined);

    expect(result).toEqual(new ExactNumber('6'));
    expect(traceback).toBeUndefined();
    expect(meta.get('group_id')).toBe('c0112d25-1f9b-4e57-bc40-6775bb0a1e8d');
    expect(meta.get('parent_id')).toBe('46534ce6-302b-4274-b954-3c66d85e600a');
    expect([...meta.keys()].slice(0, 4)).toEqual(['status', 'result', 'traceback', 'children']);
  });

  it('has the traceback of a failure', () => {
    expect(readTaskResult('f', bytesOf('fail'), undefined).traceback).toMatch(
      /^Traceback[\s\S]*ValueError: bøøm\n$/,
    );
  });

  it.each([
    [
      'pickle',
      Buffer.from([0x80, 4, 0x95, 1, 2]),
      'is written in pickle, which cannot be read here: result_serializer must be json for that.',
    ],
    [
      'msgpack',
      Buffer.from([0x86, 0xa6, 0x73]),
      'is written in msgpack, which cannot be read here: result_serializer must be json for that.',
    ],
    [
      'yaml',
      Buffer.from('children: []\nstatus: SUCCESS\n'),
      'is written in yaml, which cannot be read here: result_serializer must be json for that.',
    ],
    ['zlib', deflateSync('{}'), 'is compressed with zlib (result_compression), which cannot be read here.'],
    ['gzip', gzipSync('{}'), 'is compressed with gzip (result_compression), which cannot be read here.'],
    ['a torn value', Buffer.from('{"status": "SUC'), 'is not JSON: a text has no end.'],
    ['a list', Buffer.from('[1]'), 'is not what Celery stores.'],
    ['an object without a state', Buffer.from('{"status": 7}'), 'is not what Celery stores.'],
    ['binary', Buffer.from([0xff, 0xfe, 0]), 'is not JSON: "\\xef\\xbf\\xbd" at position 0.'],
    ['too much', Buffer.alloc(maxResultBytes + 1, 0x20), 'is larger than the 64 MB that are read here.'],
  ])('says of %s in one sentence why it cannot be read', (_what, bytes, sentence) => {
    const read = (): unknown => readTaskResult('the-id', bytes, undefined);

    expect(read).toThrow(UnreadableResultError);
    expect(read).toThrow(new UnreadableResultError(`The result of the-id ${sentence}`));
  });
});

describe('readStoredGroup', () => {
  it('reads the members that Celery saved', () => {
    const group = readStoredGroup('2b36ee7b-9dc3-4b93-a060-63b9089b6a0b', bytesOf('group'), 10);

    expect(group.ttl).toBe(10);
    expect(memberIds(group)).toEqual([
      '13963a6d-ff72-482c-b13d-0d08ffdb56b8',
      'dd74ac3e-cd90-44a8-a59a-3bec82ea0893',
      'ed6d988b-baf6-456c-9539-2b789a061fbe',
    ]);
  });

  it('reads groups in groups, and members without a parent of their own', () => {
    const tuple = [
      ['g', null],
      [
        [['a', null], null],
        [['inner', ['g', null]], [[['b', ['x', null]], null]]],
        ['c', null],
      ],
    ];
    const group = readStoredGroup('g', Buffer.from(JSON.stringify({ result: tuple })), undefined);

    expect(group.members).toEqual(['a', { id: 'inner', members: ['b'], ttl: undefined }, 'c']);
    expect(memberIds(group)).toEqual(['a', 'b', 'c']);
  });

  it.each([
    '{}',
    '{"result": 1}',
    '{"result": [["g", null], null]}',
    '{"result": [["g", null], [1]]}',
    '{"result": [[7, null], []]}',
  ])('refuses %s', (text) => {
    expect(() => readStoredGroup('g', Buffer.from(text), undefined)).toThrow(
      'The group g is not what Celery stores.',
    );
  });

  it('does not follow groups without end', () => {
    let tuple: unknown = [['leaf', null], null];
    for (let level = 0; level < 60; level += 1) tuple = [['g', null], [tuple]];

    expect(() => readStoredGroup('g', Buffer.from(JSON.stringify({ result: tuple })), undefined)).toThrow(
      UnreadableResultError,
    );
  });
});
