import { describe, expect, it } from 'vitest';
import type { Span } from '../../../src/presentation/line.ts';
import {
  append,
  cellText,
  fillLine,
  fitLine,
  printable,
  ruleLine,
  sideBySide,
  spreadLine,
} from '../../../src/presentation/line-layout.ts';
import { contextWith, text, textOf } from './sample-cluster.ts';

const context = contextWith();
const ascii = contextWith({ ascii: true });

describe('printable', () => {
  it('spells out escape sequences', () => {
    expect(printable('\x1b[31mred\u202e', context)).toBe('\\x1b[31mred\\u202e');
  });

  it('turns our symbols into their ASCII forms and anything else into escapes', () => {
    expect(printable('✗ 3× … –', ascii)).toBe('X 3x ~ -');
    expect(printable('日', ascii)).toMatch(/^[\x20-\x7e]+$/);
  });
});

describe('cellText', () => {
  it('is exactly as wide as asked', () => {
    expect(cellText('abc', 5, 'left', context)).toBe('abc  ');
    expect(cellText('abc', 5, 'right', context)).toBe('  abc');
    expect(cellText('abcdefgh', 5, 'left', context)).toBe('abcd…');
    expect(cellText('abcdefgh', 5, 'left', ascii)).toBe('abcd~');
    expect(cellText('日本語', 5, 'left', context)).toBe('日本…');
    expect(cellText('日本語', 4, 'left', context)).toBe('日… ');
    expect(cellText('abc', 0, 'left', context)).toBe('');
  });
});

describe('fitLine', () => {
  const spans: Span[] = [{ text: 'one ' }, { text: 'two', tone: 'fail' }, { text: ' three' }];

  it('leaves a line alone that fits', () => {
    expect(fitLine(spans, 13, context)).toEqual(spans);
    expect(fitLine([...spans, { text: '' }], 13, context)).toEqual(spans);
  });

  it('says that something was cut off, also at the end of a span', () => {
    expect(text(fitLine(spans, 12, context))).toBe('one two thr…');
    expect(text(fitLine(spans, 7, context))).toBe('one tw…');
    expect(text(fitLine(spans, 4, context))).toBe('one…');
    expect(fitLine(spans, 0, context)).toEqual([]);
  });

  it('fills up to the width where that is wanted', () => {
    expect(text(fillLine(spans, 15, context))).toBe('one two three  ');
  });
});

describe('spreadLine', () => {
  it('puts its parts at both ends', () => {
    expect(text(spreadLine([{ text: 'left' }], [{ text: 'right' }], 16, context))).toBe('left       right');
  });

  it('cuts the left part first, and drops the right one where hardly anything would be left', () => {
    expect(text(spreadLine([{ text: 'left left left' }], [{ text: 'right' }], 14, context))).toBe(
      'left lef…right',
    );
    expect(text(spreadLine([{ text: 'left' }], [{ text: 'right' }], 10, context))).toBe('left      ');
  });
});

describe('ruleLine', () => {
  it('names a section and what is to be said at its right', () => {
    expect(text(ruleLine(30, context, 'Args', '61 B'))).toBe('── Args ───────────────── 61 B');
  });

  it.each([0, 1, 3, 6, 9, 20])('is %d columns wide, whatever it is to hold', (width) => {
    const line = text(ruleLine(width, context, 'a title longer than that', 'and more'));

    expect([...line]).toHaveLength(width);
  });

  it('is drawn in ASCII where that is asked for', () => {
    expect(text(ruleLine(12, ascii, 'é'))).toMatch(/^-- [\x20-\x7e]+ -+$/);
  });
});

it('puts blocks of different heights next to each other', () => {
  const lines = sideBySide([[{ text: 'a' }], [{ text: 'b' }]], [[{ text: 'c' }]], 3, 6, context);

  expect(textOf(lines)).toEqual(['a  c', 'b  ']);
});

it('joins neighbours of one look', () => {
  const spans: Span[] = [];

  append(spans, 'a', undefined);
  append(spans, 'b', 'plain');
  append(spans, '', 'fail');
  append(spans, 'c', 'fail');

  expect(spans).toEqual([{ text: 'ab' }, { text: 'c', tone: 'fail' }]);
});
