import type { Context } from './context.ts';
import { asciiForms } from './glyphs.ts';
import type { Line, Span, Tone } from './line.ts';
import { clean, cut, fit, textWidth, toAscii } from './text.ts';

/** Text that is safe to draw: escapes are spelled out, and in ASCII mode no character is above 0x7f. */
export function printable(text: string, context: Context): string {
  const safe = clean(text);
  return context.ascii ? toAscii(withAsciiForms(safe)) : safe;
}

/** The text in exactly `width` columns. */
export function cellText(text: string, width: number, align: 'left' | 'right', context: Context): string {
  if (width <= 0) {
    return '';
  }
  // Only so many characters can be visible, so a long value costs no more than a short one.
  const start = text.length > width * 10 + 16 ? text.slice(0, width * 10 + 16) : text;
  // Fitting cleans, too.
  const shown = context.ascii ? printable(start, context) : start;
  return fit(shown, width, { align, ellipsis: context.glyphs.ellipsis });
}

/** At most `width` columns; what is cut off shows as an ellipsis. */
export function fitLine(spans: readonly Span[], width: number, context: Context): Line {
  const fitted: Span[] = [];
  let room = width;
  for (const [index, span] of spans.entries()) {
    const text = printable(span.text, context);
    const used = textWidth(text);
    const rest = spans.slice(index + 1).some((next) => next.text !== '');
    if (used < room || (used === room && !rest)) {
      append(fitted, text, span.tone);
      room -= used;
    } else {
      append(fitted, cellText(rest ? `${text}     ` : text, room, 'left', context), span.tone);
      break;
    }
  }
  return fitted;
}

/** Exactly `width` columns. */
export function fillLine(spans: readonly Span[], width: number, context: Context): Line {
  const line = [...fitLine(spans, width, context)];
  append(line, ' '.repeat(Math.max(0, width - lineWidth(line))), undefined);
  return line;
}

/** `left` and `right` at the two ends of exactly `width` columns; the right end stays whole while it can. */
export function spreadLine(
  left: readonly Span[],
  right: readonly Span[],
  width: number,
  context: Context,
): Line {
  const end = fitLine(right, width, context);
  const room = width - lineWidth(end);
  return room < 8 ? fillLine(left, width, context) : [...fillLine(left, room, context), ...end];
}

/** `── title ───────────── right`: starts every section. */
export function ruleLine(width: number, context: Context, title: string = '', right: string = ''): Line {
  const { rule } = context.glyphs;
  // The title is whole before there is anything at the right, which is then cut to what is left.
  const titleRoom = title === '' ? 0 : textWidth(printable(title.slice(0, width * 4), context)) + 2;
  const rightRoom = width - titleRoom - 5;
  const wanted = printable(right, context);
  const isWorthCutting = textWidth(wanted) <= rightRoom || rightRoom >= 8;
  const end = right === '' || !isWorthCutting ? '' : ` ${cut(wanted, rightRoom, context.glyphs.ellipsis)}`;
  const endWidth = textWidth(end);
  const room = width - endWidth;
  const spans: Span[] = [{ text: rule.repeat(Math.min(2, room)), tone: 'rule' }];
  if (title !== '' && room > 6) {
    const shown = printable(title.slice(0, width * 4), context);
    const titleWidth = Math.min(textWidth(shown), room - 5);
    spans.push({ text: ` ${cellText(shown, titleWidth, 'left', context)} `, tone: 'title' });
  }
  spans.push({ text: rule.repeat(Math.max(0, room - lineWidth(spans))), tone: 'rule' });
  if (endWidth > 0) {
    spans.push({ text: end, tone: 'muted' });
  }
  return spans;
}

/** Two blocks next to each other, the left one in `leftWidth` columns; the shorter one is filled with blanks. */
export function sideBySide(
  left: readonly Line[],
  right: readonly Line[],
  leftWidth: number,
  width: number,
  context: Context,
): Line[] {
  const lines: Line[] = [];
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const start = fillLine(left[index] ?? [], leftWidth, context);
    lines.push([...start, ...fitLine(right[index] ?? [], width - leftWidth, context)]);
  }
  return lines;
}

export function lineWidth(line: readonly Span[]): number {
  return line.reduce((sum, span) => sum + textWidth(span.text), 0);
}

/** Adds to the last span when the look is the same: fewer spans are fewer changes of style to draw. */
export function append(spans: Span[], text: string, tone: Tone | undefined): void {
  const last = spans.at(-1);
  if (text === '') {
    return;
  }
  if (last !== undefined && (last.tone ?? 'plain') === (tone ?? 'plain')) {
    spans[spans.length - 1] = spanOf(last.text + text, last.tone);
  } else {
    spans.push(spanOf(text, tone));
  }
}

function spanOf(text: string, tone: Tone | undefined): Span {
  return tone === undefined ? { text } : { text, tone };
}

function withAsciiForms(text: string): string {
  return text.replace(/[^\x00-\x7f]/gu, (character) => asciiForms.get(character) ?? character);
}
