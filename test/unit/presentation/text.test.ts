import fc from 'fast-check';
import { eastAsianWidth } from 'get-east-asian-width';
import { describe, expect, it } from 'vitest';
import {
  clean,
  cut,
  fit as fitText,
  isPlainInk,
  textWidth,
  toAscii,
  wrap,
} from '../../../src/presentation/text.ts';

/** Anything a broker may send, with the dangerous characters made likely. */
const hostileText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '\x1b[31m',
        '\x1b]52;c;AAAA\x07',
        '\x9b2J',
        '\n',
        '\r',
        '\t',
        '\0',
        '\x7f',
        '\u202e',
        '\u2066',
      ),
      fc.constantFrom(
        '\ud800',
        '\udfff',
        '\ue000',
        '\u200b',
        '\u00ad',
        '\ufeff',
        '\u{e0041}',
        '\ufe0f',
        '\u3164',
      ),
      fc.constantFrom(
        'e\u0301',
        '\u0301',
        'a'.repeat(30),
        '日本語',
        '👩\u200d👧',
        '👍\u{1f3fd}',
        '1\ufe0f\u20e3',
        '…',
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

const notInk = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/u;

describe('clean', () => {
  it('returns ordinary text as it is', () => {
    expect(clean('orders.charge(42) žluťoučký 日本語 😀 ✓')).toBe('orders.charge(42) žluťoučký 日本語 😀 ✓');
  });

  it.each([
    ['\x1b[31mred', '\\x1b[31mred'],
    ['a\nb\r\tc', 'a\\nb\\r\\tc'],
    ['\x07\x9b2J\x7f', '\\x07\\x9b2J\\x7f'],
    ['user\u202egpj.exe', 'user\\u202egpj.exe'],
    ['zero\u200bwidth\u00ad', 'zero\\u200bwidth\\xad'],
    ['\ue000tasks', '\\ue000tasks'],
    ['\ud800lone', '\\ud800lone'],
    ['tag\u{e0041}', 'tag\\u{e0041}'],
    ['\u0301first', '\\u0301first'],
  ])('shows %j as %j', (hostile, shown) => {
    expect(clean(hostile)).toBe(shown);
  });

  it('keeps the parts of an emoji and drops what ties them', () => {
    expect(clean('👩\u200d👧 ❤\ufe0f 👍\u{1f3fd} 1\ufe0f\u20e3')).toBe('👩👧 ❤ 👍 1');
  });

  it('keeps four marks on a character', () => {
    expect(clean(`z${'\u0301'.repeat(500)}o`)).toBe(`z${'\u0301'.repeat(4)}o`);
  });

  it('cuts first and says so', () => {
    expect(clean('\x1b'.repeat(10_000_000), 3)).toBe('\\x1b\\x1b\\x1b…');
    expect(clean('ab😀', 3)).toBe('ab…');
  });

  it('lets nothing through that is not ink, and changes nothing twice', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const safe = clean(text);

        expect(safe).not.toMatch(notInk);
        expect(clean(safe)).toBe(safe);
      }),
    );
  });
});

describe('textWidth', () => {
  it.each([
    ['', 0],
    ['orders', 6],
    ['日本', 4],
    ['e\u0301te', 3],
    ['✓ ok…', 5],
    ['😀', 2],
    ['\u1112\u1161\u11ab', 2],
  ])('measures %j as %i columns', (text, width) => {
    expect(textWidth(text)).toBe(width);
  });
});

describe('isPlainInk', () => {
  it('is true only of characters that are ink and one column wide', () => {
    for (let codePoint = 0; codePoint < 0x11_0000; codePoint++) {
      const character = String.fromCodePoint(codePoint);
      if (!isPlainInk(character)) continue;

      expect(character).not.toMatch(/[\p{C}\p{M}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u);
      expect([character.length, eastAsianWidth(codePoint)]).toEqual([1, 1]);
    }
  });
});

describe('cut', () => {
  it.each([
    ['orders', 6, 'orders'],
    ['orders', 5, 'orde…'],
    ['orders', 1, '…'],
    ['orders', 0, ''],
    ['日本語', 5, '日本…'],
    ['日本語', 4, '日…'],
  ])('cuts %j to %i columns', (text, width, kept) => {
    expect(cut(text, width)).toBe(kept);
  });

  it('takes another ellipsis', () => {
    expect(cut('orders', 5, '~')).toBe('orde~');
    expect(cut('orders', 5, '')).toBe('order');
  });

  it('says that it cut even where what it left out has no width', () => {
    expect(cut(`😀${'\u200d\ufe0f'.repeat(5_000)}`, 4)).toContain('…');
  });
});

describe('fit', () => {
  it('pads on the side that is not aligned', () => {
    expect(fitText('7', 3)).toBe('7  ');
    expect(fitText('7', 3, { align: 'right' })).toBe('  7');
    expect(fitText('日本語', 4, { align: 'right' })).toBe(' 日…');
  });

  it('is exactly as wide as asked, whatever the text', () => {
    fc.assert(
      fc.property(hostileText, fc.nat(40), fc.constantFrom('left', 'right'), (text, width, align) => {
        const fitted = fitText(text, width, { align });

        expect(textWidth(fitted)).toBe(width);
        expect(fitted).not.toMatch(notInk);
      }),
    );
  });
});

describe('wrap', () => {
  it('breaks between words and indents what follows', () => {
    expect(wrap('  raise ValueError from a cause\ndone', 16, { hangingIndent: 4 })).toEqual([
      '  raise',
      '    ValueError',
      '    from a cause',
      'done',
    ]);
  });

  it('breaks a word that is longer than the row', () => {
    expect(wrap('abcdefgh', 3)).toEqual(['abc', 'def', 'gh']);
  });

  it('keeps empty lines and turns tabs at the start into spaces', () => {
    expect(wrap('a\r\n\n\tb\tc', 10)).toEqual(['a', '', '    b\\tc']);
  });

  it('looks at no more than it is told', () => {
    expect(wrap('x'.repeat(10_000_000), 4, { maxLength: 6 })).toEqual(['xxxx', 'xx…']);
  });

  it('never makes a row wider than asked', () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 2, max: 20 }), fc.nat(6), (text, width, hangingIndent) => {
        for (const row of wrap(text, width, { hangingIndent })) {
          expect(textWidth(row)).toBeLessThanOrEqual(width);
          expect(row).not.toMatch(notInk);
        }
      }),
    );
  });

  it('loses no character that is not a space', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', '日', '-') });
    fc.assert(
      fc.property(text, fc.integer({ min: 2, max: 20 }), (original, width) => {
        expect(wrap(original, width).join('').replace(/\s/g, '')).toBe(original.replace(/\s/g, ''));
      }),
    );
  });
});

describe('toAscii', () => {
  it('escapes everything outside ASCII', () => {
    expect(toAscii('naïve 日 😀')).toBe('na\\xefve \\u65e5 \\u{1f600}');
  });

  it('leaves only bytes below 0x80', () => {
    fc.assert(fc.property(hostileText, (text) => /^[\x20-\x7e]*$/.test(toAscii(clean(text)))));
  });
});
