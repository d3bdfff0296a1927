import { parsePythonRepr } from '../python-repr.ts';
import { type PythonValue, pythonText } from '../python-value.ts';
import type { PairOperand } from './filter-node.ts';
import { escaped, type TextTest } from './text-test.ts';

/**
 * Whether keyword arguments, as the repr that events carry, hold this key with exactly this value; case does not
 * matter. Mirrors flower/utils/search.py:_kwargs_pairs: the value is compared as `str(value)`, and None as nothing.
 */
export function pairTest(pair: PairOperand): TextTest {
  const key = escaped(pair.key);
  const hasKey = new RegExp(`['"]${key}['"]: `, 'i');
  if (pair.expression !== undefined) {
    const { expression } = pair;
    return (kwargs) => hasKey.test(kwargs) && holds(kwargs, pair.key, (value) => expression.test(value));
  }
  const wanted = pair.value.toLowerCase();
  const isWanted: TextTest = (value) => value.toLowerCase() === wanted;
  if (wanted === '') return (kwargs) => hasKey.test(kwargs) && holds(kwargs, pair.key, isWanted);
  const value = escaped(pair.value);
  const hasPair = new RegExp(`[{,] ?['"]${key}['"]: (?:${value}|'${value}'|"${value}")[,}]`, 'i');
  const isSimple = /^[\w.@:/ -]+$/.test(pair.value);
  return (kwargs) => {
    if (!hasKey.test(kwargs)) return false;
    const seemsSo = hasPair.test(kwargs);
    // Where nothing is nested, what it looks like is what it is.
    if (isSimple && isFlat(kwargs)) return seemsSo;
    return holds(kwargs, pair.key, isWanted);
  };
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
