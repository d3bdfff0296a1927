import { describe, expect, it } from 'vitest';
import {
  asciiForms,
  asciiGlyphs,
  stateLook,
  stateNames,
  unicodeGlyphs,
} from '../../../src/presentation/glyphs.ts';
import { textWidth } from '../../../src/presentation/text.ts';

describe('glyphs', () => {
  it('are plain ASCII in the ASCII set', () => {
    expect(JSON.stringify(asciiGlyphs)).toMatch(/^[\x00-\x7f]*$/);
  });

  it('take one column each in the Unicode set', () => {
    const { isAscii: _, spark, eighths, ...symbols } = unicodeGlyphs;

    const wide = [...Object.values(symbols), ...spark, ...eighths].filter((glyph) => textWidth(glyph) !== 1);

    expect(wide).toEqual([]);
  });

  it('have eight heights in both sets', () => {
    expect(unicodeGlyphs.spark).toHaveLength(8);
    expect(asciiGlyphs.spark).toHaveLength(8);
  });

  it('each have an ASCII form', () => {
    const { isAscii: _, spark, eighths: __, ...symbols } = unicodeGlyphs;

    const missing = [...Object.values(symbols), ...spark].filter((glyph) => !asciiForms.has(glyph));

    expect(missing).toEqual([]);
  });
});

describe('stateLook', () => {
  it('gives every state of Celery its own glyph and word in both alphabets', () => {
    const looks = stateNames.map(stateLook);

    for (const part of ['glyph', 'ascii', 'short'] as const) {
      expect(new Set(looks.map((look) => look[part])).size).toBe(8);
    }
    expect(looks.every((look) => look.short.length <= 4)).toBe(true);
  });

  it('shows a custom state as a diamond with four letters', () => {
    expect(stateLook('PROGRESS')).toEqual({ glyph: '◆', ascii: '&', short: 'PROG', tone: 'custom' });
    expect(stateLook('constructor').glyph).toBe('◆');
  });

  it('colours only what runs or went wrong', () => {
    expect(stateLook('SUCCESS').tone).toBe('plain');
    expect(stateLook('FAILURE').tone).toBe('fail');
  });
});
