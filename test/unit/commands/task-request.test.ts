import { describe, expect, it } from 'vitest';
import { readTaskRequest, type TaskRequest } from '../../../src/commands/task-request.ts';
import { callOptions } from '../../../src/config/call-options.ts';
import { type Flags, loadConfig } from '../../../src/config/load-config.ts';
import { UsageError } from '../../../src/errors.ts';
import { pythonDumps } from '../../../src/protocol/python-dumps.ts';

/** 2026-11-22T05:20:20Z. */
const now = 1_795_324_820;

function request(flags: Flags = {}, words: readonly string[] = ['proj.add']): TaskRequest {
  return readTaskRequest(words, loadConfig(callOptions, flags, {}), now);
}

describe('the options of stalk call', () => {
  it('ask for as little as Celery does by default', () => {
    expect(request()).toEqual({
      ...{ name: 'proj.add', args: [], kwargs: new Map(), eta: undefined, expires: undefined },
      ...{ priority: undefined, target: { exchange: '', routingKey: 'celery' } },
    });
  });

  it('take arguments with nothing lost', () => {
    const { args, kwargs } = request({
      args: '[1.0, 12345678901234567890]',
      kwargs: '{"10": null, "9": "ü"}',
    });

    expect(pythonDumps([args, kwargs])).toBe('[[1.0, 12345678901234567890], {"10": null, "9": "\\u00fc"}]');
  });

  it.each([
    [{ countdown: '10' }, { eta: '2026-11-22T05:20:30+00:00' }],
    [{ countdown: '1.5' }, { eta: '2026-11-22T05:20:21.500000+00:00' }],
    [{ countdown: '10m' }, { eta: '2026-11-22T05:30:20+00:00' }],
    [{ countdown: '0' }, { eta: undefined }],
    [{ eta: '2026-12-01 10:00' }, { eta: '2026-12-01T10:00:00' }],
    [{ eta: '2026-12-01T10:00Z' }, { eta: '2026-12-01T10:00:00+00:00' }],
    [{ expires: '60' }, { expires: { text: '2026-11-22T05:21:20+00:00', inSeconds: 60 } }],
    [{ expires: '2026-11-22T05:21:20' }, { expires: { text: '2026-11-22T05:21:20', inSeconds: 60 } }],
    [
      { expires: '2026-11-22T06:21:20+01:00' },
      { expires: { text: '2026-11-22T06:21:20+01:00', inSeconds: 60 } },
    ],
    [{ priority: '0' }, { priority: 0 }],
    [{ queue: 'mail' }, { target: { exchange: '', routingKey: 'mail' } }],
    [{ exchange: 'x', 'routing-key': 'y' }, { target: { exchange: 'x', routingKey: 'y' } }],
    [{ exchange: 'x', 'routing-key': '' }, { target: { exchange: 'x', routingKey: '' } }],
  ])('mean %j', (flags, expected) => {
    expect(request(flags)).toMatchObject(expected);
  });

  it.each([
    [{ args: '{}' }, '--args is a JSON array, not "{}"'],
    [{ args: '[1,' }, '--args is a JSON array, not "[1,": it ends too soon'],
    [{ args: 'two' }, '--args is a JSON array, not "two": "t" at position 0'],
    [{ kwargs: '[]' }, '--kwargs is a JSON object, not "[]"'],
    [{ kwargs: '{a: 1}' }, '--kwargs is a JSON object, not "{a: 1}": "a" at position 1'],
    [{ args: `"${'x'.repeat(99)}"` }, `--args is a JSON array, not ${JSON.stringify(`"${'x'.repeat(59)}…`)}`],
    [{ eta: 'tomorrow' }, '--eta is a time like 2026-11-22T05:20:20+00:00, not "tomorrow"'],
    [
      { eta: '2027-01-01', countdown: '1' },
      '--eta and --countdown exclude each other: both say when the task runs',
    ],
    [{ expires: 'soon' }, '--expires is seconds, or a time like 2026-11-22T05:20:20+00:00, not "soon"'],
    [{ expires: '0' }, '--expires "0" is over already: no worker would run the task'],
    [
      { expires: '2026-11-22T05:20:20Z' },
      '--expires "2026-11-22T05:20:20Z" is over already: no worker would run the task',
    ],
    [{ expires: '2060-01-01' }, '--expires is at most ten years from now, not "2060-01-01"'],
    [{ exchange: 'x' }, '--exchange and --routing-key go together; a queue alone is named with --queue'],
    [{ 'routing-key': 'x' }, '--exchange and --routing-key go together; a queue alone is named with --queue'],
    [
      { queue: 'q', exchange: 'x', 'routing-key': 'y' },
      '--queue and --exchange exclude each other: both say where the task goes',
    ],
    [
      { exchange: 'x', 'routing-key': 'y', declare: true },
      '--declare creates a queue, and goes with --queue',
    ],
    [{ queue: '' }, 'the name of a queue or an exchange is not empty'],
    [{ serializer: 'pickle' }, '--serializer is json, not "pickle"'],
    [{ priority: '-1' }, '--priority is a whole number from 0 to 255, not "-1"'],
    [{ countdown: '-1' }, '--countdown is seconds from 0 to 3153600000, not "-1"'],
  ])('are refused when they make no sense: %j', (flags, reason) => {
    expect(() => request(flags)).toThrow(new UsageError(reason));
  });

  it.each([
    [[], 'stalk call needs the name of a task: stalk call proj.tasks.add'],
    [[' '], 'stalk call needs the name of a task: stalk call proj.tasks.add'],
    [['a', '[1]'], 'stalk call takes one name; arguments are given with -a: "[1]"'],
  ])('come with one name: %j', (words, reason) => {
    expect(() => request({}, words)).toThrow(new UsageError(reason));
  });
});
