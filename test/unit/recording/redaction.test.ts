import { describe, expect, it } from 'vitest';
import { Redaction } from '../../../src/recording/redaction.ts';

function kwargs(pattern: string, text: unknown): unknown {
  return new Redaction([pattern]).event({ type: 'task-received', kwargs: text })['kwargs'];
}

describe('redaction of events', () => {
  it.each(['args', 'kwargs', 'result', 'exception', 'traceback'])(
    'takes the whole field out: %s',
    (field) => {
      const event = { type: 'task-x', args: 'a', kwargs: 'b', result: 'c', exception: 'd', traceback: 'e' };

      expect(new Redaction([field]).event(event)).toEqual({ ...event, [field]: '***' });
    },
  );

  it('hands back the event itself where nothing has to go', () => {
    const event = { type: 'task-received', args: '(1,)', kwargs: "{'a': 1}" };

    expect(new Redaction(['result', '*token*', '/s3cret/']).event(event)).toBe(event);
  });

  it.each([
    ['by name', 'password', "{'user': 'bob', 'password': 'x'}", "{'user': 'bob', 'password': '***'}"],
    ['in any case', 'PassWord', "{'password': 'x'}", "{'password': '***'}"],
    ['by glob', '*tok?n*', "{'api_token_2': 17, 'n': [1, 2]}", "{'api_token_2': '***', 'n': [1, 2]}"],
    ['as a whole when it is a container', 'auth', "{'auth': {'a': [1, 2]}}", "{'auth': '***'}"],
    [
      'in dicts within',
      'pin',
      "{'user': {'pin': 1234}, 'list': [{'pin': 5}]}",
      "{'user': {'pin': '***'}, 'list': [{'pin': '***'}]}",
    ],
    ['also one of several', 'a, pin', "{'pin': 1, 'a': 2, 'b': 3}", "{'pin': '***', 'a': '***', 'b': 3}"],
    ['in JSON that is no text', 'pin', { pin: 3, n: 1 }, { pin: '***', n: 1 }],
  ])('takes out keyword arguments %s', (_how, pattern, text, expected) => {
    expect(kwargs(pattern, text)).toEqual(expected);
  });

  it.each([
    ['is cut', "{'a': 'xxxxxxxxxx...', ...}"],
    ['is no dict', '<Kwargs of something>'],
    ['ends in the middle', "{'password': 'x"],
    ['has a quote that may end a text or not', "{'password': 'a', 'b', 'c': 'd'}"],
  ])('takes all keyword arguments out where their text %s', (_what, text) => {
    expect(kwargs('password', text)).toBe('***');
  });

  it('does not trust the repr of an object with texts in it', () => {
    expect(kwargs('password', "{'user': <User password='x'>, 'at': datetime.date(2026, 1, 2)}")).toBe(
      "{'user': '***', 'at': datetime.date(2026, 1, 2)}",
    );
  });

  it('takes out each field that an expression finds something in', () => {
    const event = {
      type: 'task-failed',
      uuid: '4111-1111',
      args: "('4111-1111',)",
      result: 'none',
      exception: "ValueError('4111-1111')",
    };

    expect(new Redaction([String.raw`/\d{4}-\d{4}/`]).event(event)).toEqual({
      ...event,
      args: '***',
      exception: '***',
    });
  });

  it('takes out what is too long to be searched', () => {
    expect(kwargs('/s3cret/', `{'a': '${'x'.repeat(9000)}'}`)).toBe('***');
  });
});

describe('redaction of commands and replies', () => {
  it('finds names and fields at any depth, and keys that mean something to JavaScript', () => {
    const value = JSON.parse(
      '{"ok": [{"kwargs": "{\'pin\': 1}", "args": [1], "__proto__": {"pin": 2}, "note": "is 4111"}], "n": 1}',
    );

    expect(JSON.stringify(new Redaction(['args', 'pin', '/4111/']).value(value))).toBe(
      '{"ok":[{"kwargs":"{\'pin\': \'***\'}","args":"***","__proto__":{"pin":"***"},"note":"***"}],"n":1}',
    );
  });
});

it.each([
  ['', '--redact needs args, kwargs, result, exception, traceback, a name or /expression/'],
  ['/(/', '--redact /(/ cannot be read: '],
])('refuses the pattern %j', (pattern, sentence) => {
  expect(() => new Redaction([pattern])).toThrow(sentence);
});
