/** What a task takes and returns: JSON, for which Celery shows a Python repr. */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };

/** Celery's resultrepr_maxsize and argsrepr limit, in characters. */
export const reprLimit = 1024;
/** Deeper containers are shown as `[...]` or `{...}`. */
const maxLevels = 3;

type Token = { readonly text: string; readonly closes?: string };

/** Mirrors celery/utils/saferepr.py:saferepr for JSON values; `tuple` shows an outermost array as a tuple. */
export function saferepr(
  value: Value,
  options: { readonly tuple?: boolean; readonly maxLength?: number } = {},
): string {
  let left = options.maxLength ?? reprLimit;
  let out = '';
  const open: string[] = [];
  for (const { text, closes } of tokens(value, 0, left, options.tuple ?? false)) {
    if (left <= 0) return `${out}, ...${open.reverse().join('')}`;
    out += text;
    left -= text.length;
    if (closes === '') open.pop();
    else if (closes !== undefined) open.push(closes);
  }
  return out;
}

/** Python's own repr of a string, as exceptions show it. */
export function reprString(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return `${quote}${quote === "'" ? escaped.replaceAll("'", "\\'") : escaped}${quote}`;
}

/** `closes` holds the bracket that an opening token owes, and is empty on the token that pays it. */
function* tokens(value: Value, level: number, limit: number, tuple: boolean): Generator<Token> {
  if (typeof value === 'string') yield { text: quoted(value, limit) };
  else if (value === null || typeof value !== 'object') yield { text: scalar(value) };
  else if (isList(value)) yield* listTokens(value, level, limit, tuple);
  else yield* dictTokens(value, level, limit);
}

function* listTokens(list: readonly Value[], level: number, limit: number, tuple: boolean): Generator<Token> {
  const start = tuple ? '(' : '[';
  const end = tuple ? (list.length === 1 ? ',)' : ')') : ']';
  if (level >= maxLevels) return yield { text: `${start}...${end}` };
  yield { text: start, closes: end };
  for (const [index, item] of list.entries()) {
    if (index > 0) yield { text: ', ' };
    yield* tokens(item, level + 1, limit, false);
  }
  yield { text: end, closes: '' };
}

function* dictTokens(
  dict: { readonly [key: string]: Value },
  level: number,
  limit: number,
): Generator<Token> {
  if (level >= maxLevels) return yield { text: '{...}' };
  yield { text: '{', closes: '}' };
  for (const [index, [key, item]] of Object.entries(dict).entries()) {
    if (index > 0) yield { text: ', ' };
    yield { text: quoted(key, limit) };
    yield { text: ': ' };
    yield* tokens(item, level + 1, limit, false);
  }
  yield { text: '}', closes: '' };
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function scalar(value: null | boolean | number): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return String(value);
}

/** Only the single quote is escaped: newlines and control characters go out raw, as Celery lets them. */
function quoted(text: string, limit: number): string {
  const cut = text.length >= limit ? `${text.slice(0, limit).replace(/ [^ ]*$/, '')}...` : text;
  return `'${cut.replaceAll("'", "\\'")}'`;
}
