/** What a task takes and returns: JSON, for which Celery shows a Python repr. */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };

/** Celery's resultrepr_maxsize and argsrepr limit, in characters. */
export const reprLimit = 1024;
/** Deeper containers are shown as `[...]` or `{...}`. */
const maxLevels = 3;

interface Token {
  /** A bracket, a comma or a scalar; a string before it is quoted and cut to what room is left. */
  readonly text: string;
  readonly isString?: boolean;
  /** The bracket that this one opens for. */
  readonly opens?: string;
  readonly closes?: boolean;
}

/** Mirrors celery/utils/saferepr.py:saferepr for JSON values; `tuple` shows an outermost array as a tuple. */
export function saferepr(value: Value, { tuple = false }: { readonly tuple?: boolean } = {}): string {
  let left = reprLimit;
  let out = '';
  const open: string[] = [];
  for (const { text, isString, opens, closes } of tokens(value, 0, tuple)) {
    if (closes) open.pop();
    if (opens !== undefined) open.push(opens);
    if (left <= 0) return `${out}, ...${open.reverse().join('')}`;
    const shown = isString ? `'${truncate(text, left).replaceAll("'", "\\'")}'` : text;
    out += shown;
    left -= [...shown].length;
  }
  return out;
}

/** Python's own repr of a string, as exceptions show it. */
export function reprString(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return `${quote}${quote === "'" ? escaped.replaceAll("'", "\\'") : escaped}${quote}`;
}

function* tokens(value: Value, level: number, tuple: boolean): Generator<Token> {
  if (typeof value === 'string') yield { text: value, isString: true };
  else if (value === null || typeof value !== 'object') yield { text: scalar(value) };
  else if (isList(value)) yield* listTokens(value, level, tuple);
  else yield* dictTokens(value, level);
}

function* listTokens(list: readonly Value[], level: number, tuple: boolean): Generator<Token> {
  const start = tuple ? '(' : '[';
  const end = tuple ? (list.length === 1 ? ',)' : ')') : ']';
  if (level >= maxLevels) return yield { text: `${start}...${end}` };
  yield { text: start, opens: end };
  for (const [index, item] of list.entries()) {
    if (index > 0) yield { text: ', ' };
    yield* tokens(item, level + 1, false);
  }
  yield { text: end, closes: true };
}

function* dictTokens(dict: { readonly [key: string]: Value }, level: number): Generator<Token> {
  if (level >= maxLevels) return yield { text: '{...}' };
  yield { text: '{', opens: '}' };
  for (const [index, [key, item]] of Object.entries(dict).entries()) {
    if (index > 0) yield { text: ', ' };
    yield { text: key, isString: true };
    yield { text: ': ' };
    yield* tokens(item, level + 1, false);
  }
  yield { text: '}', closes: true };
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function scalar(value: null | boolean | number): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return String(value);
}

/** Characters are Python's: code points. Newlines and control characters go out raw, as Celery lets them. */
function truncate(text: string, limit: number): string {
  if (text.length < limit) return text;
  const characters = [...text];
  return characters.length < limit
    ? text
    : `${characters
        .slice(0, limit)
        .join('')
        .replace(/ [^ ]*$/, '')}...`;
}
