import { type FieldWords, type FilterVocabulary, findField } from './filter-fields.ts';

/** One way to go on: `text` replaces what stands between `start` and `end`. */
export interface Completion {
  readonly text: string;
  readonly help: string;
}

export interface Completions {
  readonly start: number;
  readonly end: number;
  /** The best first. */
  readonly options: readonly Completion[];
}

/** Values seen so far, of a field by its long name. */
export type Candidates = (field: string) => Iterable<string>;

const mostOptions = 50;
/** Values looked at: there may be as many as tasks in memory. */
const mostCandidates = 20_000;

const openWord = /^(?<negation>[-!]*)(?<name>[A-Za-z]\w*)?(?<operator>:[<>]=?|:|!=|=|[<>]=?)?(?<value>.*)$/s;

/**
 * What can stand at the cursor: a field, then one of its values. After a comma, the next value of the list.
 *
 * @param cursor an offset in the text
 */
export function completeFilter(
  text: string,
  cursor: number,
  vocabulary: FilterVocabulary,
  candidates: Candidates,
): Completions {
  const start = wordStart(text, cursor);
  const {
    negation = '',
    name = '',
    operator,
    value = '',
  } = openWord.exec(text.slice(start, cursor))?.groups ?? {};
  if (operator === undefined) {
    const isName = value === '';
    const options = isName ? nameOptions(name, vocabulary) : [];
    return { start: start + negation.length, end: cursor, options };
  }
  const typed = value.slice(lastComma(value) + 1);
  const prefix = typed.startsWith('"') ? typed.slice(1) : typed;
  return {
    start: cursor - typed.length,
    end: cursor,
    options: valueOptions(name, prefix, vocabulary, candidates),
  };
}

/** Where the word under the cursor begins: after the last blank, bar or opening parenthesis outside of quotes. */
function wordStart(text: string, cursor: number): number {
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at < cursor && at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === '\\' && '"\\'.includes(text[at + 1] ?? ' ')) at += 1;
    else if (character === '"') isQuoted = !isQuoted;
    else if (!isQuoted && /[\s(|)]/.test(character)) start = at + 1;
  }
  return Math.min(start, cursor);
}

/** Of a comma that is not in quotes; -1 when there is none. */
function lastComma(value: string): number {
  let comma = -1;
  let isQuoted = false;
  for (let index = 0; index < value.length; index += 1) {
    if (value[index] === '"') isQuoted = !isQuoted;
    if (value[index] === ',' && !isQuoted) comma = index;
  }
  return comma;
}

function nameOptions(typed: string, vocabulary: FilterVocabulary): readonly Completion[] {
  const groups = [
    { name: 'is', help: wordsOf(vocabulary.is) },
    { name: 'has', help: wordsOf(vocabulary.has) },
  ].filter(({ help }) => help !== '');
  const short = findField(vocabulary.fields, typed);
  const names = [...vocabulary.fields, ...groups].map(({ name, help }) => ({ name, help }));
  const found = names.filter(({ name }) => name.startsWith(typed.toLowerCase()) || name === short?.name);
  return found
    .toSorted((left, right) => Number(right.name === short?.name) - Number(left.name === short?.name))
    .map(({ name, help }) => ({ text: `${name}:`, help }));
}

function valueOptions(
  name: string,
  typed: string,
  vocabulary: FilterVocabulary,
  candidates: Candidates,
): readonly Completion[] {
  const lower = name.toLowerCase();
  if (lower === 'is' || lower === 'has') {
    const flags = vocabulary[lower].filter((flag) => flag.name.startsWith(typed.toLowerCase()));
    return flags.map((flag) => ({ text: flag.name, help: flag.help }));
  }
  const field = findField(vocabulary.fields, name);
  return field === undefined ? [] : seenOptions(field, typed, candidates);
}

/** Values that begin with what was typed, then those that contain it. */
function seenOptions(field: FieldWords, typed: string, candidates: Candidates): readonly Completion[] {
  const wanted = typed.toLowerCase();
  const values = new Set(field.choices ?? []);
  for (const value of candidates(field.name)) {
    if (values.size >= mostCandidates) break;
    values.add(value);
  }
  const beginning: string[] = [];
  const containing: string[] = [];
  for (const value of values) {
    const at = value.toLowerCase().indexOf(wanted);
    if (at === 0) beginning.push(value);
    else if (at > 0) containing.push(value);
  }
  return [...beginning, ...containing]
    .slice(0, mostOptions)
    .map((value) => ({ text: quotedIfNeeded(value), help: '' }));
}

/** As it must be written to be taken for itself. */
export function quotedIfNeeded(value: string): string {
  return value !== '' && !/[\s()|",*?\\]|\.\./.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`;
}

function wordsOf(flags: readonly { readonly name: string }[]): string {
  return flags.map((flag) => flag.name).join(' ');
}
