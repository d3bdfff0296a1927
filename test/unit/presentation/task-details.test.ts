import { describe, expect, it } from 'vitest';
import {
  noTraceback,
  taskArgs,
  taskHeader,
  taskRaw,
  taskResult,
} from '../../../src/presentation/task-details.ts';
import type { TaskView } from '../../../src/presentation/task-view.ts';
import { contextWith, failed, pending, revoked, running, succeeded, text, textOf } from './sample-cluster.ts';

const context = contextWith();

describe('taskHeader', () => {
  it.each([
    [39, ' ✗ FAILURE  a.m.send_email    retries 3'],
    [59, ' ✗ FAILURE  a.mail.send_email  celery@w2  1.204s  retries 3'],
    [79, ' ✗ FAILURE  app.mail.send_email                    celery@w2  1.204s  retries 3'],
    [
      119,
      ' ✗ FAILURE  app.mail.send_email                              celery@w2   run 1.204s   wait 0.021s   retries 3   age now',
    ],
  ])('fills %d columns', (width, expected) => {
    expect(text(taskHeader(failed, width, context))).toBe(expected);
  });

  it('goes on counting while the task runs', () => {
    expect(text(taskHeader(running, 79, context))).toMatch(/2\.1s\+ *$/);
  });

  it('names what has no name yet', () => {
    expect(text(taskHeader({ uuid: 'u', state: 'STARTED' }, 79, context))).toContain('unnamed task');
  });
});

describe('taskArgs', () => {
  it('shows both as trees with their size', () => {
    expect(textOf(taskArgs(failed, 50, context))).toEqual([
      '── args ───────────────────── repr from event, 7 B',
      ' 0  4411',
      '── kwargs ────────────────── repr from event, 96 B',
      " template  'welcome'",
      " locale    'de'",
      ' meta      {2 keys}',
      "   source      'checkout'",
      "   request_id  '9d12-44'",
    ]);
  });

  it('says where the sender cut and how to get more', () => {
    const args = `('${'z'.repeat(1020)}...', ...`;

    const lines = textOf(taskArgs({ ...failed, args }, 79, context));

    expect(lines[0]).toMatch(/repr from event, 1,\d+ B, … cut by sender at 1024$/);
    expect(lines.join('\n')).toContain('argsrepr_maxsize');
    expect(textOf(taskArgs({ ...failed, args }, 39, context))).toContain(' … cut by sender at 1024');
  });

  it('shows what cannot be read as raw text', () => {
    const lines = textOf(taskArgs({ ...failed, args: 'not a (repr', kwargs: undefined }, 60, context));

    expect(lines[0]).toMatch(/^── args ─+ repr from event, 11 B$/);
    expect(lines.slice(1)).toEqual([
      ' raw, not a value that can be read as Python',
      ' not a (repr',
      expect.stringMatching(/^── kwargs ─+ not known$/),
    ]);
  });

  it('says why nothing is known', () => {
    expect(textOf(taskArgs({ uuid: 'u', state: 'STARTED' }, 79, context))).toEqual([
      ' Arguments not known: neither task-sent nor task-received was seen.',
    ]);
  });

  it('counts the bytes of what is not ASCII', () => {
    expect(textOf(taskArgs({ ...pending, args: "('é日😀',)" }, 60, context))[0]).toContain('14 B');
  });
});

describe('taskResult', () => {
  it('is the result, the exception, or why there is neither', () => {
    expect(textOf(taskResult(succeeded, 40, context)).slice(1)).toEqual([" id  'ch_19'", ' ok  True']);
    expect(textOf(taskResult(failed, 40, context)).slice(1)).toEqual([
      ' SMTPServerDisconnected: Connection',
      ' unexpectedly closed',
    ]);
    expect(textOf(taskResult(running, 40, context))).toEqual([' No result: task is STARTED.']);
    expect(textOf(taskResult(revoked, 60, context))).toEqual([
      ' No result: task is REVOKED (terminated SIGTERM).',
    ]);
  });

  it('shows a result that is no string as JSON', () => {
    expect(textOf(taskResult({ ...succeeded, result: { a: [1] } }, 40, context)).slice(1)).toEqual([
      ' a  [1]',
    ]);
  });
});

describe('taskRaw', () => {
  it('is the JSON of all fields, by wire name where the task knows them', () => {
    const task: TaskView = { ...pending, fields: () => ({ uuid: 'u', root_id: 'r', args: '\x1b' }) };

    expect(JSON.parse(textOf(taskRaw(task, 79, context)).join(''))).toEqual({
      uuid: 'u',
      root_id: 'r',
      args: '\x1b',
    });
  });

  it('adds the fields of events that a frozen copy holds beside its own', () => {
    const lines = textOf(taskRaw(revoked, 79, context)).join('\n');

    expect(lines).toContain('"signum": 15');
    expect(lines).not.toContain('extra');
  });
});

it('says why there is no traceback', () => {
  expect(noTraceback(succeeded)).toBe('No traceback: task is SUCCESS');
});
