import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findInTraceback, parseTraceback } from '../../../src/presentation/traceback.ts';
import { traceback } from './sample-cluster.ts';

function roles(text: string): string {
  return parseTraceback(text)
    .lines.map((line) => `${line.role}${line.isLibrary ? '*' : ''}`)
    .join(' ');
}

describe('parseTraceback', () => {
  it('tells frames of libraries from own ones, through a chain', () => {
    expect(roles(traceback)).toBe(
      'heading frame* code* marker* frame code frame* code* frame* code* exception text chain text ' +
        'heading frame code exception exception',
    );
  });

  it('puts the focus on the last line of the last own frame', () => {
    const parsed = parseTraceback(traceback);

    expect(parsed.lines[parsed.focus ?? -1]?.text).toBe('    raise MailError(address) from error');
    expect(parsed.exception).toBe('try again later');
  });

  it('has no focus when all frames are those of libraries', () => {
    const parsed = parseTraceback(
      'Traceback (most recent call last):\n  File "/srv/venv/site-packages/billiard/pool.py", line 1265, in mark_as_worker_lost\n    raise WorkerLostError(\nbilliard.exceptions.WorkerLostError: Worker exited prematurely\n',
    );

    expect(parsed.focus).toBeUndefined();
    expect(parsed.exception).toBe('billiard.exceptions.WorkerLostError: Worker exited prematurely');
  });

  it('reads a direct cause, a syntax error and a repeated line', () => {
    expect(
      roles(
        'Traceback (most recent call last):\n  File "/a.py", line 1, in f\n    f()\n  [Previous line repeated 996 more times]\nRecursionError: deep\n\nThe above exception was the direct cause of the following exception:\n\nTraceback (most recent call last):\n  File "<frozen importlib._bootstrap>", line 2\n    x = (\n        ^\nSyntaxError: \'(\' was never closed\n',
      ),
    ).toBe('heading frame code code exception text chain text heading frame* code* marker* exception');
  });

  it('reads groups of exceptions behind their margin', () => {
    const text =
      '  + Exception Group Traceback (most recent call last):\n  |   File "/a.py", line 1, in f\n  |     g()\n  | ExceptionGroup: two (2 sub-exceptions)\n  +-+---------------- 1 ----------------\n    | ValueError: one\n    +------------------------------------';

    expect(roles(text)).toMatch(/^heading frame code code/);
    expect(parseTraceback(text).focus).toBeDefined();
  });

  it('takes anything else as plain text', () => {
    expect(roles('something\n  went wrong\n')).toBe('text text');
    expect(parseTraceback('').lines).toEqual([]);
  });

  it('reads every traceback that real workers sent up to what was raised', () => {
    const events = readFileSync(new URL('../../fixtures/events/amqp.ndjson', import.meta.url), 'utf8')
      .split('\n')
      .filter((line) => line.includes('"traceback"'))
      .map((line) => (JSON.parse(line) as { traceback: string }).traceback);

    const unread = events.filter(
      (text) => parseTraceback(text).exception !== text.trimEnd().split('\n').at(-1),
    );

    expect(events.length).toBeGreaterThan(10);
    expect(unread).toEqual([]);
  });

  it('keeps numbers and offsets right when lines hold escapes, tabs and returns', () => {
    const parsed = parseTraceback('\tone\x1b[31m\r\ntwo\rthree');

    expect(parsed.lines.map((line) => line.text)).toEqual(['    one\\x1b[31m', 'two', 'three']);
  });

  it('leaves out what nobody would read, and counts it', () => {
    const parsed = parseTraceback('x\n'.repeat(7_000));

    expect(parsed.lines).toHaveLength(5_000);
    expect(parsed.omitted).toBe(2_000);
    expect(parseTraceback('x'.repeat(10_000_000)).lines[0]?.text.length).toBeLessThan(5_000);
  });

  it('never fails', () => {
    const parts = fc.constantFrom(
      'Traceback (most recent call last):',
      '  File "',
      '"',
      ', line ',
      '12',
      '\n',
      '    ',
      '^^^',
      'x',
      '| ',
      '+-',
    );

    fc.assert(
      fc.property(fc.array(parts, { maxLength: 60 }), (pieces) => {
        const text = pieces.join('');
        const parsed = parseTraceback(text);
        expect(
          parsed.lines
            .map((line) => line.text)
            .join('\n')
            .trimEnd(),
        ).toBe(text.trimEnd());
      }),
    );
  });
});

describe('findInTraceback', () => {
  const parsed = parseTraceback(traceback);

  it('finds every place, whatever the case', () => {
    const found = findInTraceback(parsed, 'smtplib');

    expect(found.map((match) => match.line)).toEqual([6, 8, 10]);
    expect(found.map(({ line, start, end }) => parsed.lines[line]?.text.slice(start, end))).toEqual([
      'smtplib',
      'smtplib',
      'smtplib',
    ]);
  });

  it('heeds a capital letter', () => {
    expect(findInTraceback(parsed, 'SMTP').map((match) => match.line)).toEqual([9, 10]);
    expect(findInTraceback(parsed, 'Smtp')).toEqual([]);
  });

  it('finds nothing for nothing', () => {
    expect(findInTraceback(parsed, '')).toEqual([]);
  });
});
