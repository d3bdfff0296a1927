import { eastAsianWidth } from 'get-east-asian-width';

/** Code units kept of a text when the caller names no bound: far more than a person scrolls through. */
const longest = 65_536;

/** Marks kept on one character: more is only ever an attack on the row above (zalgo). */
export const maxMarks = 4;

/** Code units per column that a cut looks at: a pair of surrogates with all its marks. */
const cutLength = 2 * maxMarks + 2;

const printableAscii = /^[\x20-\x7e]*$/;

/**
 * ASCII, Latin-1, arrows, operators, boxes and blocks, check marks: what nearly every row is made of. Each is ink, one
 * code unit and one column.
 */
const plainInk =
  /^[\x20-\x7e\xa1-\xac\xae-\xff\u2010-\u2027\u2030-\u205e\u2190-\u22ff\u2500-\u25fc\u2713\u2717]*$/;
const markRun = new RegExp(`([\\p{Mn}\\p{Me}]{${maxMarks}})[\\p{Mn}\\p{Me}]+`, 'gu');
const leadingMark = /^[\p{Mn}\p{Me}]/u;
const mark = /^[\p{Mn}\p{Me}]$/u;

/**
 * What ties an emoji together: joiner, presentation selector, keycap, skin tone. Terminals disagree on the width of
 * the whole, so only the parts that they agree on are kept.
 */
const emojiGlue =
  /(?<=\p{Extended_Pictographic}|\uFE0F|\p{Emoji_Modifier})(?:\u200D|\uFE0E|\uFE0F|\u20E3|\p{Emoji_Modifier})|(?<=[0-9#*])\uFE0F\u20E3?/gu;

/**
 * Everything that is not ink: controls (ESC, C1), formats (bidi, zero width, soft hyphen, tags), line separators, lone
 * surrogates, private use (the compositor's own marker lives there), unassigned, and whatever else draws nothing.
 */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Text of any origin made safe for a terminal and for one row: whatever is not ink is shown as `\x1b`, `\n`,
 * `\u202e`. It is cut to `maxLength` code units (then ends with `…`) before anything else looks at it, so that a
 * 10 MB string costs what a short one costs.
 */
export function clean(text: string, maxLength: number = longest): string {
  return cleanStart(text, maxLength, '…').text;
}

/** True for clean text in which every code unit is one column: the common case, and the cheap one. */
export function isPlainInk(text: string): boolean {
  return plainInk.test(text);
}

/** Columns that clean text takes on a terminal. */
export function textWidth(text: string): number {
  if (plainInk.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/**
 * Columns of one code point: 0 for what combines with the one before, 2 for East Asian wide. Counted per code point,
 * because that is the only measure on which xterm, tmux, VTE and kitty agree.
 */
export function characterWidth(character: string): 0 | 1 | 2 {
  const codePoint = character.codePointAt(0) ?? 0;
  if (codePoint < 0x300) return 1;
  if ((codePoint >= 0x1160 && codePoint <= 0x11ff) || (codePoint >= 0xd7b0 && codePoint <= 0xd7ff)) return 0;
  return mark.test(character) ? 0 : eastAsianWidth(codePoint);
}

/** At most `width` columns of `text`, cleaned; ends with `ellipsis` (`~` in ascii mode) when something was left out. */
export function cut(text: string, width: number, ellipsis = '…'): string {
  if (width <= 0) return '';
  const { text: whole, isCut } = cleanStart(text, width * cutLength, '');
  if (!isCut && textWidth(whole) <= width) return whole;
  const kept = splitAt(whole, width - textWidth(ellipsis))[0];
  return width < textWidth(ellipsis) ? splitAt(whole, width)[0] : kept + ellipsis;
}

export interface FitOptions {
  readonly align?: 'left' | 'right';
  readonly ellipsis?: string;
}

/** Exactly `width` columns: cut or padded. */
export function fit(
  text: string,
  width: number,
  { align = 'left', ellipsis = '…' }: FitOptions = {},
): string {
  // Nearly every cell of a table: nothing to clean, and a column for each code unit. An ellipsis is such text too.
  if (text.length <= width * cutLength && plainInk.test(text)) {
    const isCut = text.length > width && width >= ellipsis.length;
    const kept = isCut ? text.slice(0, width - ellipsis.length) + ellipsis : text.slice(0, width);
    return align === 'left' ? kept.padEnd(width) : kept.padStart(width);
  }
  const kept = cut(text, width, ellipsis);
  const padding = ' '.repeat(Math.max(0, width - textWidth(kept)));
  return align === 'left' ? kept + padding : padding + kept;
}

export interface WrapOptions {
  /** Columns by which the second and later rows of one line are moved in. */
  readonly hangingIndent?: number;
  /** Code units looked at; the rest is left out and marked with `…`. */
  readonly maxLength?: number;
}

/**
 * Rows of at most `width` columns: line breaks are kept, long lines break between words or, failing that, anywhere.
 * Indentation by tabs becomes four spaces each; everything else is cleaned.
 */
export function wrap(
  text: string,
  width: number,
  { hangingIndent = 0, maxLength = longest }: WrapOptions = {},
): string[] {
  if (width <= 0) return [];
  const bounded = text.length > maxLength ? `${wholeCharacters(text, maxLength)}…` : text;
  const indent = hangingIndent < width ? ' '.repeat(hangingIndent) : '';
  return bounded.split(/\r\n|\n|\r/).flatMap((line) => wrapLine(cleanIndented(line), width, indent));
}

/** Clean text with every character outside ASCII written as an escape, for `--ascii` and locales without UTF-8. */
export function toAscii(text: string): string {
  return printableAscii.test(text) ? text : text.replace(/[^\x20-\x7e]/gu, visibleEscape);
}

function cleanStart(text: string, maxLength: number, ellipsis: string): { text: string; isCut: boolean } {
  const isCut = text.length > maxLength;
  const start = isCut ? wholeCharacters(text, maxLength) : text;
  const safe = plainInk.test(start)
    ? start
    : start
        .replace(emojiGlue, '')
        .replace(unsafe, visibleEscape)
        .replace(markRun, '$1')
        .replace(leadingMark, visibleEscape);
  return { text: isCut ? safe + ellipsis : safe, isCut };
}

function wholeCharacters(text: string, length: number): string {
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}

function visibleEscape(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  const codePoint = character.codePointAt(0) ?? 0;
  const hex = codePoint.toString(16);
  if (codePoint < 0x100) return `\\x${hex.padStart(2, '0')}`;
  return codePoint < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}

/** The part of clean text that fits into `width` columns, marks included, and the rest. */
function splitAt(text: string, width: number): [string, string] {
  if (width <= 0) return ['', text];
  if (plainInk.test(text.slice(0, width + 1))) return [text.slice(0, width), text.slice(width)];
  let used = 0;
  let end = 0;
  for (const character of text) {
    used += characterWidth(character);
    if (used > width) break;
    end += character.length;
  }
  return [text.slice(0, end), text.slice(end)];
}

function cleanIndented(line: string): string {
  const indentation = /^[ \t]*/.exec(line)?.[0] ?? '';
  return (
    indentation.replaceAll('\t', '    ') + clean(line.slice(indentation.length), Number.POSITIVE_INFINITY)
  );
}

function wrapLine(line: string, width: number, indent: string): string[] {
  const rows: string[] = [];
  let rest = line;
  let prefix = '';
  do {
    const [head, tail] = splitAt(rest, width - prefix.length);
    // A wide character in a window of one column fits nowhere; it must not stop the rest.
    if (head === '' && tail !== '') return [...rows, '…'];
    const row = tail === '' ? head : wordsOf(head, tail);
    rows.push(prefix + row);
    rest = tail === '' ? '' : rest.slice(row.length).replace(/^ +/, '');
    prefix = indent;
  } while (rest !== '');
  return rows;
}

function wordsOf(head: string, tail: string): string {
  if (tail.startsWith(' ')) return head;
  const space = head.lastIndexOf(' ');
  const firstWord = head.search(/[^ ]/);
  return space > firstWord && firstWord >= 0 ? head.slice(0, space) : head;
}
