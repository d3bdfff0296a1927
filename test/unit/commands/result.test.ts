import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type PrintedAs, printFound, runResult } from '../../../src/commands/result.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { commonOptions } from '../../../src/config/options.ts';
import { resultOptions } from '../../../src/config/result-options.ts';
import { UsageError } from '../../../src/errors.ts';
import { readStoredGroup, readTaskResult } from '../../../src/protocol/stored-result.ts';
import type { Found, TaskResult } from '../../../src/protocol/task-result.ts';
import { commandFixture } from './command-fixture.ts';

interface Call {
  readonly argv: readonly string[];
  readonly rc: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Values under their keys, and what `celery result` printed of them. */
const stored = new Map(lines<{ key: string; raw: string }>('redis').map(({ key, raw }) => [key, raw]));
const calls = lines<Call>('cli').filter(({ argv }) => argv.length > 4 && !argv.includes('no.such'));

function lines<T>(name: string): T[] {
  const text = readFileSync(new URL(`../../fixtures/results/${name}.ndjson`, import.meta.url), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

function taskFound(id: string, meta: object | string): Found {
  const text = typeof meta === 'string' ? meta : JSON.stringify(meta);
  return { kind: 'task', id, result: readTaskResult(id, Buffer.from(text), 60) };
}

function capturedFound(id: string): Found {
  const task = stored.get(`celery-task-meta-${id}`);
  const group = stored.get(`celery-taskset-meta-${id}`);
  if (task !== undefined) return taskFound(id, task);
  if (group === undefined) return { kind: 'nothing', id };
  return { kind: 'group', id, group: readStoredGroup(id, Buffer.from(group), 60), results: new Map() };
}

function printed(
  found: Found,
  flags: Partial<PrintedAs> = {},
  isTTY = false,
): { status: number; out: string; err: string } {
  const fixture = commandFixture();
  const { stdout, stderr } = fixture.context;
  const config: PrintedAs = { json: false, traceback: false, task: undefined, wait: false, ...flags };
  const status = printFound(found, { config, stdout: Object.assign(stdout, { isTTY }), stderr });
  return { status, out: fixture.out(), err: fixture.err() };
}

describe('stalk result prints of what Celery stored', () => {
  it.each(calls.map((call) => [call.argv.slice(4).join(' '), call] as const))(
    'what celery result printed: %s',
    (_argv, { argv, rc, stdout, stderr }) => {
      const id = argv.at(-1) ?? '';
      const ours = printed(capturedFound(id), { traceback: argv.includes('--traceback') });

      expect(ours.out).toBe(stdout);
      // Celery waited for ever, until whoever recorded it stopped it.
      expect(ours.status).toBe(rc === 124 ? 75 : rc);
      if (rc === 1) expect(lastLine(ours.err)).toBe(lastLine(stderr));
    },
  );

  function lastLine(text: string): string {
    return text.trimEnd().split('\n').at(-1) ?? '';
  }
});

describe('stalk result says of a task without a result', () => {
  it.each([
    [{ status: 'STARTED', result: { pid: 1, hostname: 'w1@h' } }, 'x is STARTED on w1@h and has not ended'],
    [{ status: 'PROGRESS', result: { step: 2 } }, "x is PROGRESS {'step': 2} and has not ended"],
    [{ status: 'QUEUED', result: null }, 'x is QUEUED and has not ended'],
    [
      { status: 'RETRY', result: { exc_type: 'OrderRefused', exc_message: ['try 0'], exc_module: 'proj' } },
      'x failed with proj.OrderRefused: try 0 and is to run again (RETRY)',
    ],
  ])('%j what it does', (meta, sentence) => {
    expect(printed(taskFound('x', meta))).toEqual({
      status: 75,
      out: '',
      err: `stalk: ${sentence}; --wait waits for it\n`,
    });
    expect(printed(taskFound('x', meta), { wait: true }).err).toBe(
      `stalk: ${sentence}; the time to wait is over\n`,
    );
  });

  it('that nothing is known, without a guess', () => {
    expect(printed({ kind: 'nothing', id: 'x' })).toEqual({
      status: 75,
      out: '',
      err: 'stalk: nothing is stored for x: it may wait or run, its result may be ignored or gone, or nobody knows it; all of these look the same; --wait waits for it\n',
    });
  });

  it('how far a chord has come', () => {
    const chord = { id: 'x', done: 2, total: 3 };

    expect(printed({ kind: 'chord', id: 'x', chord }).err).toMatch(
      /^stalk: the chord x has 2 of 3 tasks done, and its body has not been sent/,
    );
  });

  it('nothing that a terminal would obey', () => {
    const found = taskFound('\x1b[31mx', { status: '\x1b]0;t\x07', result: { a: '\x1b[2J' } });

    expect(printed(found, {}, true).err).not.toContain('\x1b');
  });
});

describe('stalk result of a group', () => {
  const tuple = [
    ['g', null],
    [
      [['a', null], null],
      [['inner', null], [[['b', null], null]]],
      [['c', null], null],
    ],
  ];
  const group = readStoredGroup('g', Buffer.from(JSON.stringify({ result: tuple })), 60);

  function groupFound(...metas: readonly (readonly [id: string, meta: object])[]): Found {
    const results = new Map<string, TaskResult>();
    for (const [id, meta] of metas)
      results.set(id, readTaskResult(id, Buffer.from(JSON.stringify(meta)), 60));
    return { kind: 'group', id: 'g', group, results };
  }
  const success = (result: unknown): object => ({ status: 'SUCCESS', result });
  const failure = {
    status: 'FAILURE',
    result: { exc_type: 'ValueError', exc_message: ['no'], exc_module: 'builtins' },
    traceback: 'Traceback…\nValueError: no\n',
  };

  it('is the list of what its tasks returned, in its order', () => {
    const found = groupFound(['c', success('z')], ['b', success(null)], ['a', success(1)]);

    expect(printed(found)).toEqual({ status: 0, out: "[1, [None], 'z']\n", err: '' });
  });

  it('is the failure of the first that failed', () => {
    const found = groupFound(['c', { ...failure, traceback: null }], ['b', failure], ['a', success(1)]);

    expect(printed(found)).toEqual({ status: 1, out: '', err: 'Traceback…\nValueError: no\n' });
    expect(printed(found, { traceback: true }).out).toBe('Traceback…\nValueError: no\n\n');
  });

  it('says how many have not ended', () => {
    expect(printed(groupFound(['b', { status: 'STARTED' }], ['a', success(1)]))).toMatchObject({
      status: 75,
      err: 'stalk: the group g of 3 tasks has not ended: STARTED 1, SUCCESS 1, nothing stored 1; --wait waits for it\n',
    });
  });

  it('has the JSON of each of its tasks', () => {
    const { out, status } = printed(groupFound(['a', success(1)]), { json: true });

    expect(status).toBe(75);
    expect(JSON.parse(out)).toMatchObject({
      group_id: 'g',
      ready: false,
      done: 1,
      total: 3,
      ttl: 60,
      results: [
        { task_id: 'a', state: 'SUCCESS', result: 1, ttl: 60 },
        { group_id: 'inner', results: [{ task_id: 'b', state: 'PENDING', stored: false }] },
        { task_id: 'c', state: 'PENDING', result: null, ttl: null },
      ],
    });
  });
});

describe('stalk result -j', () => {
  it('has everything that is stored, numbers as they were written', () => {
    const found = taskFound(
      'x',
      '{"status": "SUCCESS", "result": [2.0, 12345678901234567890, NaN], "traceback": null, "children": [[["c", null], null]], "date_done": "2026", "group_id": "g", "parent_id": "p", "name": "proj.add", "args": [1], "stamp": "s", "task_id": "x"}',
    );
    const { out, status, err } = printed(found, { json: true });

    expect(out).toBe(
      '{"task_id": "x", "state": "SUCCESS", "result": [2.0, 12345678901234567890, null], "traceback": null, "children": [[["c", null], null]], "date_done": "2026", "group_id": "g", "parent_id": "p", "name": "proj.add", "args": [1], "stamp": "s", "stored": true, "ttl": 60}\n',
    );
    expect({ status, err }).toEqual({ status: 0, err: '' });
  });

  it('is over several lines for a person', () => {
    expect(printed({ kind: 'nothing', id: 'x' }, { json: true }, true).out).toMatch(
      /^\{\n {2}"task_id": "x",\n/,
    );
  });

  it('says a failure by its status too', () => {
    const found = taskFound('x', { status: 'FAILURE', result: null });

    expect(printed(found, { json: true })).toMatchObject({ status: 1, err: '' });
  });
});

describe('stalk result', () => {
  function run(words: readonly string[], flags: Record<string, unknown> = {}): Promise<number> {
    const config = { ...loadConfig(commonOptions, flags, {}), ...loadConfig(resultOptions, flags, {}) };
    const { context } = commandFixture();
    return runResult({ ...context, words, config });
  }

  it.each([
    [[], {}, 'stalk result needs the id of a task or a group: stalk result ID'],
    [[''], {}, 'stalk result needs the id of a task or a group: stalk result ID'],
    [['a', 'b'], {}, 'stalk result takes one id, not 2'],
    [['a'], { timeout: '5' }, '--timeout goes with --wait: stalk result --wait --timeout 5 ID'],
    [['a'], { 'result-backend': 'nonsense://' }, 'The result backend is not understood'],
  ])('refuses %j %j', async (words, flags, sentence) => {
    await expect(run(words, flags)).rejects.toThrow(UsageError);
    await expect(run(words, flags)).rejects.toThrow(sentence);
  });

  it('warns of the result of another task', () => {
    const found = taskFound('x', { status: 'SUCCESS', result: 1, name: 'proj.mul' });

    expect(printed(found, { task: 'proj.add' })).toEqual({
      status: 0,
      out: '1\n',
      err: 'stalk: this is the result of proj.mul, not of proj.add\n',
    });
    expect(printed(found, { task: 'proj.mul' }).err).toBe('');
  });

  it('escapes on a terminal what it prints as it is into a file', () => {
    const found = taskFound('x', { status: 'SUCCESS', result: 'a\x1b[31mb\nc' });

    expect(printed(found).out).toBe('a\x1b[31mb\nc\n');
    expect(printed(found, {}, true).out).toBe('a\\x1b[31mb\nc\n');
  });
});
