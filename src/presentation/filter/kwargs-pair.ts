import { parsePythonRepr } from '../python-repr.ts';
import { type PythonValue, pythonText } from '../python-value.ts';
import type { PairOperand } from './filter-node.ts';
import { escaped, searchable, type TextTest } from './text-test.ts';

/** Longer ones are not parsed: senders cut at about a thousand characters. */
const longestParsed = 8192;
/** Places that look like the key in those that are not parsed. */
const mostPlaces = 100;

const wordCharacters = 'abcdefghijklmnopqrstuvwxyz0123456789_';

/**
 * Whether keyword arguments, as the repr that events carry, hold this key with exactly this value; case does not
 * matter. Mirrors flower/utils/search.py:_kwargs_pairs: the value is compared as `str(value)`, and None as nothing.
 */
export function pairTest(pair: PairOperand): TextTest {
  const { expression } = pair;
  const key = escaped(pair.key);
  const mayHold = new RegExp(`['"]${key}['"]: ${beginning(pair)}`, 'i');
  const place = new RegExp(`[{,] ?['"]${key}['"]: (?:[a-z]{0,2}(?:'([^']*)'|"([^"]*)")|([^,}]*))`, 'gi');
  const wanted = pair.value.toLowerCase();
  const isWanted: TextTest =
    expression === undefined ? (value) => value.toLowerCase() === wanted : (value) => expression.test(value);
  return (kwargs) => {
    const text = searchable(kwargs);
    if (!mayHold.test(text)) return false;
    // Where nothing is nested, what it looks like is what it is.
    const isPlain = text.length > longestParsed || isFlat(text);
    return isPlain ? looksSo(text, place, isWanted) : holds(text, pair.key, isWanted);
  };
}

/**
 * What a value that is wanted can begin with, as far as one character tells: it spares most texts a closer look. Ruled
 * out is a value that begins with another letter or digit, after its quote if it has one. A letter with a quote behind
 * it is let through, for it may be the prefix of a string.
 */
function beginning({ value, expression }: PairOperand): string {
  const [first = ''] = value.toLowerCase();
  // An empty value is also None.
  if (first === '' || (expression !== undefined && /[*?]/.test(first))) return '';
  const others = wordCharacters.replace(first, '');
  return `(?!['"]?[${others}](?![a-z]?['"]))`;
}

function looksSo(kwargs: string, place: RegExp, isWanted: TextTest): boolean {
  place.lastIndex = 0;
  for (let count = 0; count < mostPlaces; count += 1) {
    const [found, single, double, bare = ''] = place.exec(kwargs) ?? [];
    if (found === undefined) return false;
    if (isWanted(single ?? double ?? (bare === 'None' ? '' : bare))) return true;
  }
  return false;
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
