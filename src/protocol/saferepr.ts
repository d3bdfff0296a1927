import { ExactNumber } from './exact-json.ts';
import { pythonExactNumber, pythonNumber } from './python-number.ts';

/** Celery's resultrepr_maxsize, argsrepr_maxsize and kwargsrepr_maxsize, in characters. */
export const reprLimit = 1024;
/** Deeper containers are shown as `[...]` or `{...}`. */
const maxLevels = 3;

interface Token {
  /** A bracket, a comma or a scalar; a string before it is quoted and cut to what room is left. */
  readonly text: string;
  readonly isString?: boolean;
  /** A number, `None`, `True`: cut to what room is left, too. */
  readonly isScalar?: boolean;
  /** The bracket that this one opens for. */
  readonly opens?: string;
  readonly closes?: boolean;
}

/**
 * What Celery shows of arguments and results. Mirrors celery/utils/saferepr.py:saferepr for JSON values, plain or exact;
 * `tuple` shows an outermost array as a tuple.
 */
export function saferepr(value: unknown, { tuple = false }: { readonly tuple?: boolean } = {}): string {
  let left = reprLimit;
  let out = '';
  const open: string[] = [];
  for (const token of tokens(value, 0, tuple)) {
    if (token.closes) open.pop();
    if (token.opens !== undefined) open.push(token.opens);
    if (left <= 0) return `${out}, ...${open.reverse().join('')}`;
    const shown = shownOf(token, left);
    out += shown;
    left -= lengthOf(shown);
  }
  return out;
}

function shownOf({ text, isString, isScalar }: Token, left: number): string {
  if (isString) return `'${truncate(text, left).replaceAll("'", "\\'")}'`;
  return isScalar ? truncate(text, left) : text;
}

function* tokens(value: unknown, level: number, tuple: boolean): Generator<Token> {
  if (typeof value === 'string') yield { text: value, isString: true };
  else if (Array.isArray(value)) yield* listTokens(value, level, tuple);
  else if (value instanceof Map) yield* dictTokens([...value], level);
  else if (typeof value === 'object' && value !== null && !(value instanceof ExactNumber))
    yield* dictTokens(Object.entries(value), level);
  else yield { text: scalar(value), isScalar: true };
}

function* listTokens(list: readonly unknown[], level: number, tuple: boolean): Generator<Token> {
  const start = tuple ? '(' : '[';
  const end = tuple ? (list.length === 1 ? ',)' : ')') : ']';
  if (level >= maxLevels) return yield { text: `${start}...${end}`, isScalar: true };
  yield { text: start, opens: end };
  for (const [index, item] of list.entries()) {
    if (index > 0) yield { text: ', ' };
    yield* tokens(item, level + 1, false);
  }
  yield { text: end, closes: true };
}

function* dictTokens(entries: readonly (readonly [string, unknown])[], level: number): Generator<Token> {
  if (level >= maxLevels) return yield { text: '{...}', isScalar: true };
  yield { text: '{', opens: '}' };
  for (const [index, [key, item]] of entries.entries()) {
    if (index > 0) yield { text: ', ' };
    yield { text: key, isString: true };
    yield { text: ': ' };
    yield* tokens(item, level + 1, false);
  }
  yield { text: '}', closes: true };
}

function scalar(value: unknown): string {
  if (value instanceof ExactNumber) return pythonExactNumber(value);
  if (typeof value === 'number') return pythonNumber(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return 'None';
}

/** Characters are Python's: code points. Newlines and control characters go out raw, as Celery lets them. */
function truncate(text: string, limit: number): string {
  if (text.length < limit) return text;
  const characters = [...text.slice(0, 2 * limit)];
  return characters.length < limit
    ? text
    : `${characters
        .slice(0, limit)
        .join('')
        .replace(/ [^ ]*$/, '')}...`;
}

function lengthOf(text: string): number {
  return /[\ud800-\udfff]/.test(text) ? [...text].length : text.length;
}
