import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  globExpression,
  regularExpression,
} from '../../../../../src/presentation/filter/expression/linear-expression.ts';

function matches(source: string, text: string): boolean {
  const outcome = regularExpression(source);
  if (!outcome.ok) throw new Error(`${source}: ${outcome.message}`);
  return outcome.expression.test(text);
}

function glob(pattern: string, text: string): boolean {
  const outcome = globExpression(pattern);
  if (!outcome.ok) throw new Error(`${pattern}: ${outcome.message}`);
  return outcome.expression.test(text);
}

/** Sources that are valid on both sides, over so few letters that they often match. */
const source: fc.Arbitrary<string> = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(
      'a',
      'b',
      '_',
      ' ',
      '.',
      '\\w',
      '\\d',
      '\\s',
      '\\W',
      '[ab]',
      '[^a]',
      '[^]',
      '[]',
      '\\.',
      '\\n',
    ),
    fc.constantFrom('^', '$', '\\b', '\\B'),
    fc
      .tuple(tie('node'), fc.constantFrom('*', '+', '?', '{2}', '{1,}', '{0,2}', '*?'))
      .map(([node, sign]) => `(?:${node})${sign}`),
    fc.tuple(tie('node'), tie('node')).map(([left, right]) => `(${left}|${right})`),
    fc.array(tie('node'), { minLength: 2, maxLength: 3 }).map((nodes) => nodes.join('')),
  ),
})).node;

const text = fc.string({
  unit: fc.constantFrom('a', 'b', 'A', '1', '_', ' ', '.', '\n', 'é', '日'),
  maxLength: 12,
});

describe('a regular expression', () => {
  it('matches the texts that the engine of JavaScript finds', () => {
    fc.assert(
      fc.property(source, text, (pattern, subject) => {
        expect(matches(pattern, subject)).toBe(new RegExp(pattern, 'i').test(subject));
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ['^\\(44', '(4411,)', true],
    ['^\\(44', '(144,)', false],
    ['timeout|refused', 'connection refused', true],
    ['\\bmail\\b', 'app.mail.send', true],
    ['\\bmail\\b', 'app.email.send', false],
    ['[a-f0-9]{8}-', '3f2a91c4-77be', true],
    ['\\x41\\u0042', 'AB', true],
    ["^{'a': \\d}$", "{'a': 1}", true],
    ['a{,2}', 'a{,2}', true],
    ['[\\]\\-x]', ']', true],
    ['a.b', 'a\nb', false],
    ['', 'anything', true],
    ['ÄÖ', 'äö', false],
    ['äö', 'ÄÖ', true],
  ])('%j on %j: %j', (pattern, subject, expected) => {
    expect(matches(pattern, subject)).toBe(expected);
  });

  it('heeds case once it has a capital letter, where those of escapes do not count', () => {
    expect(matches('timeout', 'TimeoutError')).toBe(true);
    expect(matches('Timeout', 'timeouterror')).toBe(false);
    expect(matches('\\Stimeout\\D', ' xTIMEOUT!')).toBe(true);
  });

  it.each(['(a+)+$', '^(a|a)*$', '(a*)*b', '(.*)*x', 'a*a*a*a*a*a*a*a*b', '(?:(?:a?){50}){4}a{50}$'])(
    'that would run for ever in an engine that goes back ends: %s',
    (pattern) => {
      expect(matches(pattern, `${'a'.repeat(8_000)}!`)).toBe(false);
    },
  );

  it.each(['a[ab]{12}c', 'a[ab]{200}c', '[ab]{9}a(?:[ab]{11}\\bc|[ab]{14}c)'])(
    'answers the same when there are more states than it keeps: %s',
    (pattern) => {
      const letters = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 4_500, maxLength: 4_500 });
      const outcome = regularExpression(pattern);
      if (!outcome.ok) throw new Error(outcome.message);
      for (const subject of fc.sample(letters, { numRuns: 4, seed: 1 })) {
        for (const end of ['', 'c', `a${'b'.repeat(12)}c`, `a${'b'.repeat(14)}cc`, ' c']) {
          expect(outcome.expression.test(subject + end)).toBe(new RegExp(pattern).test(subject + end));
        }
      }
    },
  );

  it('reads 8,192 characters of a text, a large one fewer, and takes none of these for its end', () => {
    const text = `${'ab '.repeat(3_000)}z`;

    expect(matches('z', text)).toBe(false);
    expect(matches('z', text.slice(-8_192))).toBe(true);
    expect(matches('b$|a$| $', text)).toBe(false);
    expect(matches('(a|b| ){60}z', text.slice(-8_192))).toBe(false);
    expect(matches('(a|b| ){60}z', text.slice(-1_000))).toBe(true);
  });

  it('follows few instructions in the largest texts, whatever it is', () => {
    const texts = fc.sample(
      fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 8_192, maxLength: 8_192 }),
      {
        numRuns: 3,
        seed: 1,
      },
    );
    const largest = 'a[ab]{480}c';

    expect(texts.map((text) => matches(largest, `${text}c`))).toEqual([false, false, false]);
    expect(texts.map((text) => matches(largest, `${'b'.repeat(100)}a${text.slice(0, 480)}c`))).toEqual([
      true,
      true,
      true,
    ]);
  });

  it.each([
    ['(a', 'this ( is not closed', 0],
    ['a)', 'this ) has no (', 1],
    ['a[b', 'this [ is not closed', 1],
    ['*a', 'there is nothing to repeat here', 0],
    ['a**', 'there is nothing to repeat here', 2],
    ['ab|^*', 'a place cannot be repeated', 3],
    ['a{3,1}', '{3,1} ends before it begins', 1],
    ['a{2000}', '{2000} is more than 1000 repetitions', 1],
    ['[z-a]', 'this range runs backwards', 1],
    ['[\\d-z]', 'a range goes from one character to another', 1],
    ['(a)\\1', '\\1 refers back, which is not understood', 3],
    ['\\p{L}', '\\p is an escape that is not understood', 0],
    ['x(?=a)', 'only ( and (?: groups are understood, no look-around', 1],
    ['(?<!a)b', 'only ( and (?: groups are understood, no look-around', 0],
    ['ab\\', 'a \\ stands at the end', 2],
    ['(a{30}){30}', 'the expression is too large', 0],
    ['((((){1000}){1000}){1000})', 'the expression is too large', 0],
  ])('is refused with its reason: %s', (pattern, message, offset) => {
    expect(regularExpression(pattern)).toEqual({ ok: false, message, offset });
  });

  it('is refused when it is too long or too deep', () => {
    expect(regularExpression('('.repeat(40))).toMatchObject({
      message: 'more than 32 groups in one another',
    });
    expect(regularExpression('a'.repeat(300))).toMatchObject({
      message: 'the expression has 300 characters: at most 256 are read',
      offset: 256,
    });
  });

  it('is read or refused, whatever it is', () => {
    const piece = fc.constantFrom(
      '(',
      ')',
      '[',
      ']',
      '^',
      '$',
      '*',
      '{',
      '}',
      '1',
      ',',
      '\\',
      'x',
      'u',
      'b',
      '-',
      '|',
      '?:',
      '\ud800',
    );
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(anything, fc.string({ unit: 'binary' }), (pattern, subject) => {
        const outcome = regularExpression(pattern);
        expect(outcome.ok ? typeof outcome.expression.test(subject) : outcome.message).not.toBe('');
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('a glob', () => {
  it.each([
    ['*.email', 'app.mail.email', true],
    ['*.email', 'app.email.send', false],
    ['app.*', 'app.x', true],
    ['app.*', 'myapp.x', false],
    ['*SEND*', 'app.send_email', true],
    ['w?', 'w1', true],
    ['w?', 'w10', false],
    ['a.c', 'abc', false],
    ['*', '', true],
    ['?', '', false],
    ['a*b*c', 'a1\n2b3c', true],
    ['[a]', 'a', false],
  ])('%j over %j: %j', (pattern, subject, expected) => {
    expect(glob(pattern, subject)).toBe(expected);
  });

  it('with many stars takes no longer than its text', () => {
    expect(glob(`${'*a'.repeat(60)}*b`, 'a'.repeat(8_000))).toBe(false);
  });

  it('that is too long is refused', () => {
    expect(globExpression('?*'.repeat(400))).toMatchObject({ ok: false });
  });
});
