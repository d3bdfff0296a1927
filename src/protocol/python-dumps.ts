import { ExactNumber } from './exact-json.ts';
import { pythonExactNumber } from './python-number.ts';

export interface DumpsOptions {
  /** Columns per level; on one line without it. */
  readonly indent?: number;
  readonly sortKeys?: boolean;
  /** Python writes `NaN` and `Infinity`, which are no JSON: `null` instead of them. */
  readonly strict?: boolean;
}

/** A value, exact or plain, as Python's `json.dumps` writes it: in ASCII, with a blank after each comma and colon. */
export function pythonDumps(value: unknown, options: DumpsOptions = {}): string {
  return dump(value, options, 0);
}

/** JSON from a stranger may be nested without end; as deep as exact JSON may be. */
const maxDepth = 200;

function dump(value: unknown, options: DumpsOptions, depth: number): string {
  if (typeof value === 'string') return asciiString(value);
  if (value instanceof ExactNumber) return number(jsonNumber(value), options);
  if (typeof value === 'number') return number(numberText(value), options);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (depth >= maxDepth) return 'null';
  if (Array.isArray(value)) {
    const items = value.map((item) => dump(item, options, depth + 1));
    return enclosed('[', items, ']', options, depth);
  }
  const entries: [string, unknown][] = value instanceof Map ? [...value] : Object.entries(value);
  if (options.sortKeys) entries.sort(([a], [b]) => compareCodePoints(a, b));
  const members = entries.map(([key, item]) => `${asciiString(key)}: ${dump(item, options, depth + 1)}`);
  return enclosed('{', members, '}', options, depth);
}

function enclosed(
  open: string,
  parts: readonly string[],
  close: string,
  { indent }: DumpsOptions,
  depth: number,
): string {
  if (indent === undefined || parts.length === 0) return `${open}${parts.join(', ')}${close}`;
  const margin = `\n${' '.repeat(indent * (depth + 1))}`;
  return `${open}${margin}${parts.join(`,${margin}`)}\n${' '.repeat(indent * depth)}${close}`;
}

function number(text: string, { strict }: DumpsOptions): string {
  return strict && /[aI]/.test(text) ? 'null' : text;
}

/** As Python reads it and writes it again: `1e5` is `100000.0`. */
function jsonNumber(exact: ExactNumber): string {
  const text = pythonExactNumber(exact);
  return text === 'nan' ? 'NaN' : text.replace('inf', 'Infinity');
}

function numberText(value: number): string {
  return Number.isNaN(value) ? 'NaN' : String(value);
}

/** Python escapes whatever is not printable ASCII, DEL too, in units of UTF-16. */
function asciiString(text: string): string {
  return JSON.stringify(text).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Python compares code points where JavaScript compares halves of them. */
function compareCodePoints(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  const at = left.findIndex((character, index) => character !== right[index]);
  if (at < 0) return left.length - right.length;
  return (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? -1);
}
