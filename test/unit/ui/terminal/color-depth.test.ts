import { describe, expect, it } from 'vitest';
import { type ColorChoice, type ColorDepth, colorDepth } from '../../../../src/ui/terminal/color-depth.ts';

describe('colorDepth', () => {
  it.each<[ColorChoice, Record<string, string>, ColorDepth]>([
    ['auto', { TERM: 'xterm' }, 1],
    ['auto', { TERM: 'screen' }, 1],
    ['auto', { TERM: 'linux' }, 1],
    ['auto', { TERM: 'tmux-256color' }, 2],
    ['auto', { TERM: 'xterm', COLORTERM: 'truecolor' }, 3],
    ['auto', { TERM: 'xterm-direct' }, 3],
    ['auto', { TERM: 'dumb', COLORTERM: 'truecolor' }, 0],
    ['auto', {}, 0],
    ['auto', { TERM: 'xterm', NO_COLOR: '1' }, 0],
    ['auto', { TERM: 'xterm', NO_COLOR: '' }, 1],
    ['auto', { TERM: 'xterm', NO_COLOR: '1', FORCE_COLOR: '3' }, 0],
    ['auto', { TERM: 'dumb', FORCE_COLOR: '1' }, 1],
    ['auto', { TERM: 'xterm', FORCE_COLOR: '0' }, 0],
    ['auto', { TERM: 'xterm', FORCE_COLOR: '2' }, 2],
    ['auto', { TERM: 'xterm', FORCE_COLOR: '3' }, 3],
    ['auto', { TERM: 'dumb', FORCE_COLOR: 'true' }, 1],
    ['auto', { TERM: 'xterm', FORCE_COLOR: '' }, 1],
    ['never', { TERM: 'xterm', FORCE_COLOR: '3' }, 0],
    ['always', { TERM: 'dumb', NO_COLOR: '1' }, 1],
    ['always', { TERM: 'xterm-256color', NO_COLOR: '1' }, 2],
  ])('%s with %j is %i', (choice, environment, depth) => {
    expect(colorDepth(choice, environment)).toBe(depth);
  });
});
