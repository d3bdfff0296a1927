import type { Context } from './context.ts';
import { formatCount } from './format.ts';
import type { Line } from './line.ts';
import { fitLine } from './line-layout.ts';
import { parsePythonRepr } from './python-repr.ts';
import { holdsCut, type PythonValue } from './python-value.ts';
import { wrap } from './text.ts';
import { valueText } from './value-text.ts';
import { type TreeOptions, valueTree } from './value-tree.ts';

/** Raw text is laid out up to here. */
const longestRaw = 100_000;
/** celery/app/amqp.py:argsrepr_maxsize, celery/app/task.py:resultrepr_maxsize, unless the app sets another. */
const defaultMaxSize = 1024;

/** A value as an event carried it, a repr: text, size, and the tree if it can be read. */
export interface SentValue {
  readonly text: string;
  readonly value: PythonValue | undefined;
  /** Of the text as UTF-8. */
  readonly bytes: number;
  /** The sender left out the end of it. */
  readonly isCut: boolean;
}

/** Undefined when no event told the value. */
export function sentValue(field: unknown): SentValue | undefined {
  const text = valueText(field);
  if (text === undefined) return undefined;
  const value = parsePythonRepr(text);
  const isCut =
    value === undefined
      ? text.length >= defaultMaxSize && /\.\.\.[)\]}'", .]*$/.test(text.slice(-80))
      : holdsCut(value);
  return { text, value, bytes: utf8Length(text), isCut };
}

/** `repr from event, 61 B`, with where it was cut. */
export function sentValueLabel(sent: SentValue, context: Context): string {
  const size = `repr from event, ${formatCount(sent.bytes)} B`;
  return sent.isCut ? `${size}, ${cutNote(sent, context)}` : size;
}

/** `… cut by sender at 1024`: the limit is known when the text is as long as Celery's own limit makes it. */
export function cutNote(sent: SentValue, context: Context): string {
  const isDefault = sent.text.length >= defaultMaxSize && sent.text.length < defaultMaxSize + 100;
  const short = isDefault ? ` at ${defaultMaxSize}` : '';
  return `${context.glyphs.ellipsis} cut by sender${short}`;
}

/** The tree of a value, or its text, wrapped and labelled `raw`, when it is no repr that can be read. */
export function sentValueLines(
  sent: SentValue,
  width: number,
  context: Context,
  options: TreeOptions = {},
): readonly Line[] {
  if (sent.value !== undefined) return valueTree(sent.value, width, context, options);
  const rows = wrap(sent.text, Math.max(1, width - 1), { maxLength: longestRaw });
  const label: Line = [{ text: ' raw, not a value that can be read as Python', tone: 'muted' }];
  return [label, ...rows.map((row): Line => [{ text: ` ${row}` }])].map((line) =>
    fitLine(line, width, context),
  );
}

/** Counted without encoding: a copy of a large text would only be thrown away. */
function utf8Length(text: string): number {
  let bytes = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    // Each half of a surrogate pair counts two of the four bytes.
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 2 : 3;
  }
  return bytes;
}
