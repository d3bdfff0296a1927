import { describe, expect, it } from 'vitest';
import { exceptionLine } from '../../../src/presentation/exception-line.ts';
import { parseExactJson } from '../../../src/protocol/exact-json.ts';

/** The last lines of tracebacks that `celery result` 5.6.3 printed. */
describe('exceptionLine', () => {
  it.each([
    ['ValueError', ['bøøm'], 'builtins', 'ValueError: bøøm'],
    ['ValueError', [], 'builtins', 'ValueError'],
    ['ValueError', [1.5, 'a'], 'builtins', "ValueError: (1.5, 'a')"],
    ['TaskRevokedError', ['revoked'], 'celery.exceptions', 'celery.exceptions.TaskRevokedError: revoked'],
    ['KeyError', ['card'], 'builtins', "KeyError: 'card'"],
    ['KeyError', ['a', 'b'], 'builtins', "KeyError: ('a', 'b')"],
    ['NotRegistered', ['proj.nope'], 'celery.exceptions', "celery.exceptions.NotRegistered: 'proj.nope'"],
    [
      'TimeLimitExceeded',
      [2],
      'billiard.exceptions',
      'billiard.exceptions.TimeLimitExceeded: TimeLimitExceeded(2,)',
    ],
    ['Outer.Inner', ['x'], 'proj', 'proj.Outer.Inner: x'],
    ['X', ['x'], '__main__', 'X: x'],
    ['X', ['x'], null, 'X: x'],
    ['X', 'text', 'proj', 'proj.X: text'],
  ])('ends as Python does: %s%j of %s', (exc_type, exc_message, exc_module, line) => {
    const stored = parseExactJson(JSON.stringify({ exc_type, exc_message, exc_module }));

    expect(exceptionLine(stored)).toBe(line);
  });

  it.each([
    ['"gone"', 'gone'],
    ['null', 'None'],
    ['{"exc_type": 7}', "{'exc_type': 7}"],
    [
      '{"exc_type": "constructor", "exc_message": ["x"], "exc_module": "toString"}',
      'toString.constructor: x',
    ],
  ])('prints %s, which is no exception of Celery’s, as it is', (json, text) => {
    expect(exceptionLine(parseExactJson(json))).toBe(text);
  });
});
