import type { Tone } from './line.ts';

export type GlyphName =
  | 'rule'
  | 'vertical'
  | 'corner'
  | 'cornerRight'
  | 'cornerLow'
  | 'cornerLowRight'
  | 'branch'
  | 'ellipsis'
  | 'sortDown'
  | 'sortUp'
  | 'up'
  | 'down'
  | 'right'
  | 'crumb'
  | 'gap'
  | 'live'
  | 'paused'
  | 'rewind'
  | 'ok'
  | 'bad'
  | 'revoked'
  | 'running'
  | 'focus'
  | 'none'
  | 'times'
  | 'caret'
  | 'here'
  | 'bar'
  | 'barEmpty'
  | 'fold'
  | 'unfold';

/** Every symbol of the screen, with the form used where the terminal or the locale cannot draw it. */
const symbols: Readonly<Record<GlyphName, readonly [string, string]>> = {
  rule: ['─', '-'],
  vertical: ['│', '|'],
  corner: ['┌', '+'],
  cornerRight: ['┐', '+'],
  cornerLow: ['└', '+'],
  cornerLowRight: ['┘', '+'],
  branch: ['├', '+'],
  ellipsis: ['…', '~'],
  sortDown: ['▼', 'v'],
  sortUp: ['▲', '^'],
  up: ['↑', '^'],
  down: ['↓', 'v'],
  right: ['→', '>'],
  crumb: ['›', '>'],
  gap: ['┄', '.'],
  live: ['●', '(*)'],
  paused: ['‖', '(=)'],
  rewind: ['○', '(o)'],
  ok: ['✓', '+'],
  bad: ['✗', 'X'],
  revoked: ['⊘', '/'],
  running: ['▸', '='],
  focus: ['▸', '>'],
  none: ['–', '-'],
  times: ['×', 'x'],
  caret: ['▏', '|'],
  here: ['◂', '<'],
  bar: ['█', '#'],
  barEmpty: ['·', '.'],
  fold: ['▸', '+'],
  unfold: ['▾', '-'],
};

export interface Glyphs extends Readonly<Record<GlyphName, string>> {
  readonly isAscii: boolean;
  /** Eight heights, lowest first. */
  readonly spark: readonly string[];
  /** Parts of one bar cell, smallest first; empty where only whole cells can be drawn. */
  readonly eighths: readonly string[];
}

function glyphSet(isAscii: boolean): Glyphs {
  const names = Object.keys(symbols) as GlyphName[];
  const entries = names.map((name) => [name, symbols[name][isAscii ? 1 : 0]] as const);
  return {
    ...(Object.fromEntries(entries) as Record<GlyphName, string>),
    isAscii,
    spark: [...(isAscii ? '_.:-=+*#' : '▁▂▃▄▅▆▇█')],
    eighths: isAscii ? [] : [...'▏▎▍▌▋▊▉'],
  };
}

export const unicodeGlyphs: Glyphs = glyphSet(false);
export const asciiGlyphs: Glyphs = glyphSet(true);

/** How the state of a task is shown: always glyph and word, the tone only helps. */
export interface StateLook {
  readonly glyph: string;
  readonly ascii: string;
  /** At most four letters. */
  readonly short: string;
  readonly tone: Tone;
}

const stateLooks: Readonly<Record<string, StateLook>> = {
  PENDING: { glyph: '·', ascii: '.', short: 'PEND', tone: 'muted' },
  RECEIVED: { glyph: '○', ascii: 'o', short: 'RECV', tone: 'plain' },
  STARTED: { glyph: '▸', ascii: '=', short: 'RUN', tone: 'run' },
  SUCCESS: { glyph: '✓', ascii: '+', short: 'OK', tone: 'plain' },
  FAILURE: { glyph: '✗', ascii: 'X', short: 'FAIL', tone: 'fail' },
  RETRY: { glyph: '↻', ascii: '~', short: 'RTRY', tone: 'warn' },
  REVOKED: { glyph: '⊘', ascii: '/', short: 'RVKD', tone: 'gone' },
  REJECTED: { glyph: '⊗', ascii: '#', short: 'RJCT', tone: 'gone' },
};

/** The look of a state; a custom state (`PROGRESS`) gets a diamond and its first four letters. */
export function stateLook(state: string): StateLook {
  const known = Object.hasOwn(stateLooks, state) ? stateLooks[state] : undefined;
  return known ?? { glyph: '◆', ascii: '&', short: state.slice(0, 4), tone: 'custom' };
}

/** The plain form of every symbol above, where text that holds one must be drawn in ASCII. */
export const asciiForms: ReadonlyMap<string, string> = new Map([
  ...Object.values(symbols),
  ...Object.values(stateLooks).map((look) => [look.glyph, look.ascii] as const),
  ...unicodeGlyphs.spark.map((glyph, index) => [glyph, asciiGlyphs.spark[index] ?? '#'] as const),
  ['◆', '&'] as const,
  ['·', '.'] as const,
]);

/** The states that Celery itself knows, in the order of a task's life. */
export const stateNames: readonly string[] = Object.keys(stateLooks);
