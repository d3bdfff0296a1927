import { describe, expect, it } from 'vitest';
import { escapeControls, escapeJsonControls } from '../../../src/presentation/escape-controls.ts';

describe('escapeControls', () => {
  it('lets line feeds and tabs through and nothing else that a terminal obeys', () => {
    expect(escapeControls('a\n\tb\x1b[31m\x9b\x07\u202e')).toBe('a\n\tb\\x1b[31m\\x9b\\x07\\u202e');
  });
});

describe('escapeJsonControls', () => {
  it('leaves JSON that holds the same', () => {
    const value = { text: 'a\x7f\x9b\u202e\u2028' };
    const escaped = escapeJsonControls(JSON.stringify(value));

    expect(escaped).toMatch(/^[ -~]*$/);
    expect(JSON.parse(escaped)).toEqual(value);
  });
});
