import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileFilter } from '../../../../src/presentation/filter/compile-filter.ts';
import { describeError } from '../../../../src/presentation/filter/filter-error.ts';
import { planFilter } from '../../../../src/presentation/filter/filter-plan.ts';
import { parseFilter } from '../../../../src/presentation/filter/parse-filter.ts';
import { taskFilterFields } from '../../../../src/presentation/filter/task-filter-fields.ts';
import { workerFilterFields } from '../../../../src/presentation/filter/worker-filter-fields.ts';
import { context, sampleTasks, stateOf } from './sample-tasks.ts';

function problem(text: string): string {
  const parsed = parseFilter(text, taskFilterFields);
  return parsed.ok ? 'no problem' : describeError(parsed.error);
}

describe('a filter that cannot be read', () => {
  it.each([
    ['runtime:>5x', 'column 11: unknown unit "x": use ms s m h d'],
    ['runtime:1s..5y', 'column 14: unknown unit "y": use ms s m h d'],
    ['runtime:soon', 'column 9: "soon" is no duration: write 2s, 250ms or 1m30s'],
    ['retries:2q', 'column 10: unknown unit "q": use k or M'],
    ['retries:many', 'column 9: "many" is no number'],
    ['retries:1,,2', 'column 11: a value is missing beside the comma'],
    ['a time:25:00', 'column 8: "25:00" is no time: write 14:03, 14:03:20, 2026-08-22T14:03 or -15m'],
    ['time:2026-02-30', 'column 6: "2026-02-30" is no time: write 14:03, 14:03:20, 2026-08-22T14:03 or -15m'],
    ['time:>-15y', 'column 10: unknown unit "y": use ms s m h d'],
    ['time:>1s..2s', 'column 7: > takes one value, not a range'],
    ['runtime:>1,2', 'column 12: > takes one value'],
    ['wait:..', 'column 6: a range has at least one end, as in 1s..5s or 1s..'],
    ['name>4', 'column 1: name has no >: use : = != ~'],
    ['runtime~4', 'column 1: runtime has no ~: use : = != > >= < <='],
    [
      'stat:fail',
      'column 1: no field "stat": did you mean state? put the whole in quotes to look for it as text',
    ],
    [
      '-wroker:w1',
      'column 2: no field "wroker": did you mean worker? put the whole in quotes to look for it as text',
    ],
    ['colour:red', 'column 1: no field "colour": put the whole in quotes to look for it as text'],
    [
      'is:stuk',
      'column 4: no is:stuk: use active ready problem slow stuck root leaf retried marked revoking late',
    ],
    ['has:slow', 'column 5: no has:slow: use traceback result eta parent children'],
    ['is=slow', 'column 1: is is followed by a colon'],
    ['state:', 'column 1: state needs a value'],
    ['state:fail,', 'column 12: a value is missing beside the comma'],
    ['state:,fail', 'column 7: a value is missing beside the comma'],
    ['args:(44', 'column 6: put a value with parentheses in quotes, as in args:"(44"'],
    ['args~"(("', 'column 8: this ( is not closed'],
    ['x args~a(?=b)', 'column 9: only ( and (?: groups are understood, no look-around'],
    ['exc:"Time', 'column 5: this quote is not closed'],
    ['name~"abc', 'column 6: this quote is not closed'],
    ['""', 'column 1: there is nothing in these quotes'],
    ['(a', 'column 1: this ( is not closed'],
    ['a (', 'column 3: this ( is not closed'],
    ['a)', 'column 2: this ) has no ('],
    [')', 'column 1: this ) has no ('],
    ['a ( )', 'column 3: nothing stands in these ( )'],
    ['a OR', 'column 3: OR needs a condition on both sides'],
    ['a OR OR b', 'column 3: OR needs a condition on both sides'],
    ['| a', 'column 1: | needs a condition on both sides'],
    ['a AND', 'column 3: AND needs a condition on both sides'],
    ['AND a', 'column 1: AND needs a condition on both sides'],
    ['(a OR)', 'column 4: OR needs a condition on both sides'],
    ['NOT', 'column 1: NOT needs a condition after it'],
    ['a - b', 'column 3: - stands right before what it leaves out; put it in quotes to look for it'],
    ['a !', 'column 3: ! stands right before what it leaves out; put it in quotes to look for it'],
    ['(-)', 'column 2: - stands right before what it leaves out; put it in quotes to look for it'],
  ])('says what is wrong and where: %s', (text, expected) => {
    expect(problem(text)).toBe(expected);
  });

  it('marks the bad part', () => {
    expect(parseFilter('a runtime:>5x b', taskFilterFields)).toMatchObject({ error: { start: 12, end: 13 } });
    expect(parseFilter('stat:fail', taskFilterFields)).toMatchObject({ error: { start: 0, end: 4 } });
  });

  it('is refused at once when it is too long, too deep or has too many parts', () => {
    expect(problem('('.repeat(102_400))).toBe(
      'column 4097: the filter has 102400 characters: at most 4096 are read',
    );
    expect(problem('('.repeat(4_000))).toBe('column 33: more than 32 levels of ( ) and NOT');
    expect(problem(`${'-'.repeat(4_000)}a`)).toBe('column 33: more than 32 levels of ( ) and NOT');
    expect(problem('a '.repeat(2_000))).toBe('column 513: more than 256 conditions');
    expect(problem(`name:${'?*'.repeat(300)}`)).toMatch(/^column 6: the pattern .* is too long$/);
  });

  it('quotes only the beginning of what was typed', () => {
    expect(problem(`retries:${'x'.repeat(1_000)}`)).toBe(`column 9: "${'x'.repeat(24)}…" is no number`);
  });
});

describe('a filter', () => {
  it('may write NOT, AND and OR in several ways', () => {
    const ways = ['a -b | c', 'a AND NOT b OR c', '(a !b) OR c', ' ( ( a NOT(b) ) )|c '];
    const shapes = ways.map((text) => shapeOf(text));

    expect(new Set(shapes)).toEqual(new Set(['((a AND NOT b) OR c)']));
  });

  it('takes NOT, AND and OR in lower case, and inside of words, for text', () => {
    expect(shapeOf('not or ORDER NOTE "AND"')).toBe('(not AND or AND ORDER AND NOTE AND AND)');
  });

  it('takes for text what only looks like a field', () => {
    expect(shapeOf('http://x:80/ celery@w1:5 14:03 "stat:fail" a\\"b')).toBe(
      '(http://x:80/ AND celery@w1:5 AND 14:03 AND stat:fail AND a"b)',
    );
  });

  it('keeps where each condition stands', () => {
    const parsed = parseFilter('a  -(state:fail,"x" | b)', taskFilterFields);

    expect(parsed).toMatchObject({
      node: {
        kind: 'and',
        parts: [
          { kind: 'text', start: 0, end: 1 },
          {
            kind: 'not',
            start: 3,
            end: 24,
            part: {
              kind: 'or',
              start: 4,
              end: 24,
              parts: [
                {
                  field: 'state',
                  start: 5,
                  end: 19,
                  operands: [
                    { start: 11, end: 15 },
                    { start: 16, end: 19 },
                  ],
                },
                { kind: 'text', start: 22, end: 23 },
              ],
            },
          },
        ],
      },
    });
  });

  it('is read or refused with a place inside of it, and then answers, whatever it is', () => {
    const tasks = [...stateOf(sampleTasks(5)).tasks.values()];
    const words = taskFilterFields.fields.flatMap((field) => [field.name, field.short ?? field.name]);
    const piece = fc.oneof(
      fc.constantFrom(...words, 'is', 'has', 'slow', 'AND', 'OR', 'NOT', 'x', 'Y', '5', '14:03', '2s', 'now'),
      fc.constantFrom(
        ':',
        '=',
        '!=',
        '~',
        '>',
        '>=',
        '<',
        '..',
        ',',
        '*',
        '?',
        '-',
        '!',
        '|',
        '(',
        ')',
        '"',
        '\\',
        ' ',
        '^',
        '[',
        '{',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    );
    const anything = fc.oneof(
      fc.array(piece, { maxLength: 24 }).map((pieces) => pieces.join('')),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(anything, (text) => {
        for (const fields of [taskFilterFields, workerFilterFields]) {
          const parsed = parseFilter(text, fields);
          if (parsed.ok) continue;
          expect(parsed.error.start).toBeLessThanOrEqual(parsed.error.end);
          expect(parsed.error.end).toBeLessThanOrEqual(text.length);
        }
        const parsed = parseFilter(text, taskFilterFields);
        if (!parsed.ok) return;
        const keep = compileFilter(parsed.node, taskFilterFields, context());
        const plan = planFilter(parsed.node, taskFilterFields);
        for (const task of tasks) {
          const isLeft =
            (plan.state?.test(task.state) ?? true) && (plan.name?.test(task.name ?? undefined) ?? true);
          // What matches is never outside of what the indexes leave.
          expect(!keep(task) || isLeft).toBe(true);
        }
      }),
      { numRuns: 20_000 },
    );
  });
});

/** The logic of a filter of words. */
function shapeOf(text: string): string {
  const parsed = parseFilter(text, taskFilterFields);
  if (!parsed.ok) throw new Error(parsed.error.message);
  const write = (node: typeof parsed.node): string => {
    if (node.kind === 'text') return node.text;
    if (node.kind === 'not') return `NOT ${write(node.part)}`;
    return 'parts' in node ? `(${node.parts.map(write).join(` ${node.kind.toUpperCase()} `)})` : node.kind;
  };
  return write(parsed.node);
}
