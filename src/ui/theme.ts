import type { Line, Tone } from '../presentation/line.ts';
import { type Style, sgr, style } from './terminal/style.ts';

/**
 * How each tone looks: named colours of the terminal's own palette and attributes only, so that it reads on any
 * background. Success has no colour at all: only what needs a look gets one.
 */
const colours: { readonly [T in Tone]: Style } = {
  plain: style.plain,
  muted: style.dim,
  accent: style.cyan,
  title: style.bold,
  rule: style.dim,
  key: style.bold,
  run: style.cyan,
  warn: style.yellow,
  fail: style.red | style.bold,
  gone: style.magenta,
  custom: style.blue,
  path: style.cyan,
  strong: style.bold,
  banner: style.inverse | style.bold,
  match: style.underline | style.bold,
  selected: style.inverse,
};

/** Without colour the weight of the letters tells the same. */
const monochrome: { readonly [T in Tone]: Style } = {
  ...colours,
  accent: style.plain,
  run: style.bold,
  warn: style.underline,
  fail: style.bold | style.underline,
  gone: style.dim,
  custom: style.plain,
  path: style.plain,
};

export type Theme = (tone: Tone | undefined) => Style;

export function themeFor(colour: boolean): Theme {
  const table = colour ? colours : monochrome;
  return (tone) => table[tone ?? 'plain'];
}

/** Ink takes `ESC [ m` for one more look instead of the end of all, and would then drop the next bold. */
const endOfLook = '\x1b[0m';

/** A Line as text with SGR, for the chrome that Ink lays out. Ink passes SGR through and measures without it. */
export function toAnsi(line: Line, theme: Theme): string {
  let text = '';
  for (const span of line) {
    const look = theme(span.tone);
    text += look === style.plain ? span.text : `${sgr(look)}${span.text}${endOfLook}`;
  }
  return text;
}
