import type { Line, Tone } from './line.ts';

/** SGR parameters on the terminal's own palette, as the theme of the screen has them; nothing where there is no look. */
const looks: Readonly<Partial<Record<Tone, string>>> = {
  muted: '2',
  accent: '36',
  title: '1',
  rule: '2',
  key: '1',
  run: '36',
  warn: '33',
  fail: '31;1',
  gone: '35',
  custom: '34',
  path: '36',
  strong: '1',
  banner: '7;1',
  match: '4;1',
  selected: '7',
};

/** A line for the output of a command, which has no screen: with its tones, or as plain text. */
export function ansiLine(line: Line, colour: boolean): string {
  return line
    .map(({ text, tone }) => {
      const look = colour && tone !== undefined ? looks[tone] : undefined;
      return look === undefined || text === '' ? text : `\x1b[${look}m${text}\x1b[0m`;
    })
    .join('');
}
