import { parsePythonRepr } from '../python-repr.ts';
import { type PythonValue, pythonText } from '../python-value.ts';
import type { PairOperand } from './filter-node.ts';
import { escaped, longestSearched, type TextTest } from './text-test.ts';

/** Longer ones are not read whole: senders cut at about a thousand characters. */
const longestRead = 8192;

/**
 * Whether keyword arguments, as the repr that events carry, hold this key with exactly this value; case does not
 * matter. Mirrors flower/utils/search.py:_kwargs_pairs: the value is compared as `str(value)`, and None as nothing.
 * Of those that are too long to be read it is the first place that looks like the key.
 */
export function pairTest(pair: PairOperand): TextTest {
  const { expression } = pair;
  const key = escaped(pair.key);
  const hasKey = new RegExp(`['"]${key}['"]: `, 'i');
  const seeming = new RegExp(`[{,] ?['"]${key}['"]: (?:'([^']*)'|"([^"]*)"|([^,}]*))`, 'i');
  const wanted = pair.value.toLowerCase();
  const isWanted: TextTest =
    expression === undefined ? (value) => value.toLowerCase() === wanted : (value) => expression.test(value);
  const seemsSo = expression === undefined && wanted !== '' ? pairPattern(key, pair.value) : undefined;
  return (kwargs) => {
    if (kwargs.length > longestRead) {
      const [found, single, double, bare = ''] = seeming.exec(kwargs.slice(0, longestSearched)) ?? [];
      return found !== undefined && isWanted(single ?? double ?? (bare === 'None' ? '' : bare));
    }
    if (!hasKey.test(kwargs)) return false;
    // Where nothing is nested, what it looks like is what it is.
    if (seemsSo !== undefined && isFlat(kwargs)) return seemsSo.test(kwargs);
    return holds(kwargs, pair.key, isWanted);
  };
}

/** Undefined for a value that may be written in several ways. */
function pairPattern(key: string, value: string): RegExp | undefined {
  if (!/^[\w.@:/ -]+$/.test(value)) return undefined;
  const text = escaped(value);
  return new RegExp(`[{,] ?['"]${key}['"]: (?:${text}|'${text}'|"${text}")[,}]`, 'i');
}

/** One dict with nothing but short scalars in it: no other brackets, no escapes, and no cut. */
function isFlat(kwargs: string): boolean {
  return kwargs.lastIndexOf('{') === 0 && !/[[(<\\]|\.\.\./.test(kwargs);
}

function holds(kwargs: string, key: string, test: TextTest): boolean {
  const value = parsePythonRepr(kwargs);
  if (value?.kind !== 'dict') return false;
  const wanted = key.toLowerCase();
  return value.entries.some(
    ([name, item]) => plainText(name).toLowerCase() === wanted && test(plainText(item)),
  );
}

/** What `str()` gives. */
function plainText(value: PythonValue): string {
  if (value.kind === 'string') return value.text;
  return value.kind === 'constant' && value.text === 'None' ? '' : pythonText(value);
}
