import { ExactNumber } from '../protocol/exact-json.ts';
import { pythonExactNumber, pythonNumber } from '../protocol/python-number.ts';
import { typedText } from './typed-value.ts';

/** Text of a value as Python's `str()` prints it: strings bare, everything inside containers by `repr()`. */
export function pythonStr(value: unknown): string {
  if (typeof value === 'string') return value;
  return (value instanceof Map ? typedText(value)?.str : undefined) ?? pythonRepr(value);
}

/** Deeper nesting is cut: JSON from a stranger may be nested without end. As deep as exact JSON may be. */
const maxDepth = 200;

/**
 * Python's `repr()` of a JSON value. Whole numbers print as ints, because JSON in JavaScript no longer tells 2 from 2.0;
 * of exact JSON everything prints as Python has it.
 */
export function pythonRepr(value: unknown, depth = 0): string {
  if (value === null || value === undefined) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'number') return pythonNumber(value);
  if (typeof value === 'string') return quoted(value);
  if (depth >= maxDepth) return '...';
  if (Array.isArray(value)) return `[${value.map((item) => pythonRepr(item, depth + 1)).join(', ')}]`;
  if (value instanceof ExactNumber) return pythonExactNumber(value);
  if (value instanceof Map) return typedText(value)?.repr ?? dict([...value], depth);
  return typeof value === 'object' ? dict(Object.entries(value), depth) : String(value);
}

function dict(entries: readonly (readonly [string, unknown])[], depth: number): string {
  return `{${entries.map(([key, item]) => `${quoted(key)}: ${pythonRepr(item, depth + 1)}`).join(', ')}}`;
}

/** What `str.isprintable` refuses, the space aside. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Zs}]/gu;

/** Nothing in it is escaped and no quote is chosen: nearly every text. */
const plain = /^[ !#-&(-[\]-~]*$/;

function quoted(text: string): string {
  if (plain.test(text)) return `'${text}'`;
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll(quote, `\\${quote}`)
    .replace(unprintable, (character) => escapeCharacter(character));
  return `${quote}${escaped}${quote}`;
}

function escapeCharacter(character: string): string {
  const named: Readonly<Record<string, string>> = { ' ': ' ', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
  const name = named[character];
  if (name !== undefined) return name;
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code <= 0xffff) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}
