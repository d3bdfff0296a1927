import { globExpression, regularExpression } from './expression/linear-expression.ts';
import { excerpt, FilterSyntaxError } from './filter-error.ts';
import type { FieldWords } from './filter-fields.ts';
import type { FilterOperator, Limit, Operand } from './filter-node.ts';
import type { Word } from './filter-scanner.ts';
import { parseMoment } from './moment.ts';
import { parseCount, parseDuration, parsePercent } from './quantity.ts';

const numberKinds: ReadonlySet<string> = new Set(['duration', 'count', 'percent', 'moment']);

export function isNumberField(field: FieldWords): boolean {
  return numberKinds.has(field.kind);
}

/** The values of a list, as what the field holds. @throws FilterSyntaxError */
export function parseOperands(
  field: FieldWords,
  operator: FilterOperator,
  words: readonly Word[],
): readonly Operand[] {
  if (isNumberField(field)) return words.map((word) => numberOperand(field, operator, word));
  let key: string | undefined;
  return words.map((word): Operand => {
    const pair = field.kind === 'pairs' && operator === 'contains' ? pairOperand(word, key) : undefined;
    if (pair?.kind === 'pair') key = pair.key;
    return pair ?? textOperand(word, operator);
  });
}

/** A regular expression. @throws FilterSyntaxError */
export function expressionOperand(word: Word): Operand {
  const outcome = regularExpression(word.text);
  if (outcome.ok) return { kind: 'expression', expression: outcome.expression, ...rangeOf(word) };
  throw new FilterSyntaxError(outcome.message, word.start + outcome.offset, word.end);
}

function textOperand(word: Word, operator: FilterOperator): Operand {
  return operator === 'contains' && isGlob(word)
    ? { kind: 'expression', expression: globOf(word.text, word), ...rangeOf(word) }
    : { kind: 'text', text: word.text, ...rangeOf(word) };
}

/** `queue=priority`; in a list the key is said once. */
function pairOperand(word: Word, lastKey: string | undefined): Operand | undefined {
  const [, key = lastKey, value = word.text] = /^\s*([\w.-]+)\s*=(.*)$/s.exec(word.text) ?? [];
  if (key === undefined) return undefined;
  const pair = { kind: 'pair', key, value: value.trim(), ...rangeOf(word) } as const;
  return isGlob({ ...word, text: value }) ? { ...pair, expression: globOf(value, word) } : pair;
}

function isGlob(word: Word): boolean {
  return !word.isQuoted && /[*?]/.test(word.text);
}

function globOf(glob: string, word: Word): Extract<Operand, { kind: 'expression' }>['expression'] {
  const outcome = globExpression(glob);
  if (outcome.ok) return outcome.expression;
  throw new FilterSyntaxError(`the pattern ${excerpt(glob)} is too long`, word.start, word.end);
}

function numberOperand(field: FieldWords, operator: FilterOperator, word: Word): Operand {
  const dots = word.isQuoted ? -1 : word.text.indexOf('..');
  if (dots < 0) return limit(field, word);
  if (!['contains', '=', '!='].includes(operator)) {
    throw new FilterSyntaxError(`${operator} takes one value, not a range`, word.start, word.end);
  }
  const low = wordPart(word, 0, dots);
  const high = wordPart(word, dots + 2, word.text.length);
  if (low.text === '' && high.text === '') {
    throw new FilterSyntaxError('a range has at least one end, as in 1s..5s or 1s..', word.start, word.end);
  }
  return {
    kind: 'range',
    ...(low.text === '' ? {} : { from: limit(field, low) }),
    ...(high.text === '' ? {} : { to: limit(field, high) }),
    ...rangeOf(word),
  };
}

function limit(field: FieldWords, word: Word): Limit {
  if (field.kind === 'moment') {
    const outcome = parseMoment(word.text);
    if (outcome.ok) return { kind: 'moment', moment: outcome.moment, ...rangeOf(word) };
    throw badNumber(outcome, word);
  }
  const parse =
    field.kind === 'duration' ? parseDuration : field.kind === 'percent' ? parsePercent : parseCount;
  const outcome = parse(word.text);
  if (!outcome.ok) throw badNumber(outcome, word);
  return { kind: 'number', value: outcome.value, tolerance: outcome.tolerance, ...rangeOf(word) };
}

function badNumber(problem: { readonly message: string; readonly offset: number }, word: Word): Error {
  return new FilterSyntaxError(problem.message, word.start + (word.isQuoted ? 0 : problem.offset), word.end);
}

function wordPart(word: Word, from: number, to: number): Word {
  return {
    text: word.text.slice(from, to),
    isQuoted: false,
    start: word.start + from,
    end: word.start + to,
  };
}

function rangeOf({ start, end }: Word): { start: number; end: number } {
  return { start, end };
}
