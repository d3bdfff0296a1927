import { describe, expect, it } from 'vitest';
import { wantsAscii, wantsColour } from '../../../src/config/terminal-settings.ts';

const auto = { color: 'auto', noColor: false } as const;

describe('wantsColour', () => {
  it('obeys the flags before anything else', () => {
    expect(wantsColour({ color: 'always', noColor: false }, { NO_COLOR: '1', TERM: 'dumb' })).toBe(true);
    expect(wantsColour({ color: 'always', noColor: true }, {})).toBe(false);
    expect(wantsColour({ color: 'never', noColor: false }, { FORCE_COLOR: '1' })).toBe(false);
  });

  it('obeys NO_COLOR before FORCE_COLOR before TERM', () => {
    expect(wantsColour(auto, { NO_COLOR: '1', FORCE_COLOR: '1' })).toBe(false);
    expect(wantsColour(auto, { NO_COLOR: '', FORCE_COLOR: '1', TERM: 'dumb' })).toBe(true);
    expect(wantsColour(auto, { FORCE_COLOR: '0', TERM: 'xterm' })).toBe(false);
    expect(wantsColour(auto, { TERM: 'dumb' })).toBe(false);
    expect(wantsColour(auto, { TERM: 'xterm' })).toBe(true);
  });
});

describe('wantsAscii', () => {
  it.each([
    [{ LANG: 'en_US.UTF-8' }, false],
    [{ LANG: 'C.utf8' }, false],
    [{ LANG: 'en_US.UTF-8', LC_ALL: 'C' }, true],
    [{ LANG: 'de_DE.ISO-8859-1' }, true],
    [{ LANG: 'en_US.UTF-8', TERM: 'linux' }, true],
    [{}, true],
  ])('goes by the locale and the terminal: %j is %s', (env, ascii) => {
    expect(wantsAscii({ ascii: false }, env)).toBe(ascii);
  });

  it('does as it is told', () => {
    expect(wantsAscii({ ascii: true }, { LANG: 'en_US.UTF-8' })).toBe(true);
  });
});
