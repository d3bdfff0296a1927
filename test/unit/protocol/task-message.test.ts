import { describe, expect, it } from 'vitest';
import {
  type ExactJson,
  ExactNumber,
  type ExactObject,
  parseExactJson,
} from '../../../src/protocol/exact-json.ts';
import { pythonDumps } from '../../../src/protocol/python-dumps.ts';
import {
  kombuPriority,
  type TaskCall,
  taskIdentity,
  taskMessage,
} from '../../../src/protocol/task-message.ts';
import { amqpTasks } from '../../support/task-captures.ts';

/** Those that `stalk call` could have sent: no signatures, groups, retries, limits, stamps, bytes or compression. */
const plainTasks = amqpTasks.filter(({ properties: { headers }, body }) => {
  const isPlain = typeof body === 'string' && /"chain": null, "chord": null\}\]$/.test(body);
  return (
    isPlain &&
    !String(body).includes('__type__') &&
    typeof headers['task'] === 'string' &&
    !/"callbacks": \[/.test(String(body)) &&
    headers['group'] === null &&
    headers['parent_id'] === null &&
    headers['root_id'] === headers['id'] &&
    headers['stamped_headers'] === null &&
    headers['shadow'] === null &&
    headers['ignore_result'] === false &&
    JSON.stringify(headers['timelimit']) === '[null,null]'
  );
});

function callOf({ properties, body }: (typeof amqpTasks)[number]): TaskCall {
  const { headers } = properties;
  const [args, kwargs] = parseExactJson(String(body)) as [ExactJson[], ExactObject];
  return {
    id: String(headers['id']),
    name: String(headers['task']),
    args,
    kwargs,
    origin: String(headers['origin']),
    replyTo: String(properties['reply_to']),
    eta: (headers['eta'] as string | null) ?? undefined,
    expires:
      headers['expires'] === null
        ? undefined
        : { text: String(headers['expires']), inSeconds: Number(properties['expiration']) / 1000 },
    priority: Number(properties['priority'] ?? 0),
  };
}

function plain(value: ExactObject): Record<string, unknown> {
  return JSON.parse(pythonDumps(value));
}

describe('the message of a task', () => {
  it('has enough captures to be held against', () => {
    expect(plainTasks.length).toBeGreaterThan(8);
    expect(plainTasks.some(({ properties }) => properties['expiration'] !== undefined)).toBe(true);
    expect(plainTasks.some(({ properties }) => properties.headers['eta'] !== null)).toBe(true);
  });

  it.each(plainTasks)('is what Celery sent: $body', (capture) => {
    const message = taskMessage(callOf(capture));
    const { headers, content_type, content_encoding, ...properties } = capture.properties;

    expect(new TextDecoder().decode(message.body)).toBe(capture.body);
    expect([message.contentType, message.contentEncoding]).toEqual([content_type, content_encoding]);
    // A task that was sent from Python has its arguments in a tuple, one from the command line in a list.
    const { argsrepr, ...others } = plain(message.headers);
    const { argsrepr: tuple, ...captured } = headers;
    expect(others).toEqual(captured);
    expect(Object.keys(plain(message.headers))).toEqual(Object.keys(headers));
    expect(String(argsrepr).slice(1, -1)).toBe(String(tuple).replace(/,\)$/, ')').slice(1, -1));
    expect(plain(message.properties)).toEqual({ priority: 0, ...properties });
  });

  it('keeps numbers as they were written', () => {
    const args = parseExactJson('[1.0, 12345678901234567890, 1e5, {"10": 1, "9": "ü"}]') as ExactJson[];
    const message = taskMessage({
      ...{ id: 'i', name: 'n', origin: 'o', replyTo: 'r' },
      args,
      kwargs: new Map(),
    });

    expect(new TextDecoder().decode(message.body)).toMatch(
      /^\[\[1\.0, 12345678901234567890, 100000\.0, \{"10": 1, "9": "\\u00fc"\}\], \{\}, /,
    );
    expect(message.headers.get('argsrepr')).toBe(
      "[1.0, 12345678901234567890, 100000.0, {'10': 1, '9': 'ü'}]",
    );
  });

  it('shows no arguments as Celery does', () => {
    const call = { id: 'i', name: 'n', origin: 'o', replyTo: 'r', args: [], kwargs: new Map() };

    expect(taskMessage(call).headers.get('argsrepr')).toBe('()');
    expect(taskMessage(call).headers.get('kwargsrepr')).toBe('{}');
  });
});

describe('what a task is known by', () => {
  const message = {
    body: new Uint8Array(),
    contentType: 'application/json',
    contentEncoding: 'utf-8',
    properties: new Map(),
  };

  it('stands in the headers', () => {
    const headers = new Map([
      ['task', 'proj.add'],
      ['id', 'u1'],
    ]);

    expect(taskIdentity({ ...message, headers })).toEqual({ name: 'proj.add', id: 'u1' });
  });

  it('stands in the body under protocol 1', () => {
    const body = new TextEncoder().encode('{"task": "proj.old", "id": "u2", "args": [NaN]}');

    expect(taskIdentity({ ...message, body, headers: new Map() })).toEqual({ name: 'proj.old', id: 'u2' });
  });

  it.each([
    ['a body that is no JSON', 'application/json', 'pickle', new Map()],
    ['a body of another kind', 'application/x-python-serialize', '{"task": "x"}', new Map()],
    [
      'a compressed body',
      'application/json',
      '{"task": "x"}',
      new Map([['compression', 'application/x-gzip']]),
    ],
    ['a body that is a list', 'application/json', '[]', new Map()],
    ['headers that name it by a list', 'application/json', '', new Map([['task', []]])],
  ])('is unknown with %s', (_what, contentType, text, headers) => {
    const body = new TextEncoder().encode(text);

    expect(taskIdentity({ ...message, contentType, body, headers } as never)).toEqual({
      name: undefined,
      id: undefined,
    });
  });
});

describe('the priority of a message', () => {
  it.each([
    [undefined, 0],
    [new ExactNumber('4'), 4],
    [new ExactNumber('200'), 9],
    [new ExactNumber('-3'), 0],
    [new ExactNumber('4.7'), 4],
    [new ExactNumber('NaN'), 0],
    ['7', 7],
    ['x', 0],
    [null, 0],
  ])('is read from %o as kombu does', (value, priority) => {
    const properties = new Map(value === undefined ? [] : [['priority', value]]);

    expect(kombuPriority({ properties } as never)).toBe(priority);
  });
});
