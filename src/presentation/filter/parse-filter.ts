import { excerpt, type FilterError, FilterSyntaxError } from './filter-error.ts';
import { type FieldWords, type FilterVocabulary, findField } from './filter-fields.ts';
import type { FilterNode, FilterOperator } from './filter-node.ts';
import { FilterScanner, type Keyword, type Word } from './filter-scanner.ts';
import { nearestWord } from './nearest-word.ts';
import { expressionOperand, isNumberField, parseOperands } from './parse-operand.ts';

/** A line longer than this was pasted by mistake. Flower reads half as many. */
const longest = 4096;
const mostConditions = 256;
const deepest = 32;

export type ParsedFilter =
  | { readonly ok: true; readonly node: FilterNode }
  | { readonly ok: false; readonly error: FilterError };

/**
 * Reads a filter: a superset of what Flower's task search understands. Never throws, and its work is bounded whatever
 * the text is.
 *
 * @param vocabulary the fields of the view that is filtered
 */
export function parseFilter(text: string, vocabulary: FilterVocabulary): ParsedFilter {
  if (text.length > longest) {
    const message = `the filter has ${text.length} characters: at most ${longest} are read`;
    return { ok: false, error: { message, start: longest, end: text.length } };
  }
  try {
    return { ok: true, node: new FilterParser(text, vocabulary).parse() };
  } catch (error) {
    if (!(error instanceof FilterSyntaxError)) throw error;
    return { ok: false, error: { message: error.message, start: error.start, end: error.end } };
  }
}

class FilterParser {
  readonly #scanner: FilterScanner;
  readonly #vocabulary: FilterVocabulary;
  #depth = 0;
  #conditions = 0;

  constructor(text: string, vocabulary: FilterVocabulary) {
    this.#scanner = new FilterScanner(text);
    this.#vocabulary = vocabulary;
  }

  parse(): FilterNode {
    const scanner = this.#scanner;
    scanner.skipSpace();
    if (scanner.isAtEnd) return { kind: 'all', start: 0, end: scanner.text.length };
    const node = this.#or();
    if (!scanner.isAtEnd) throw this.#problem('this ) has no (', scanner.at, scanner.at + 1);
    return node;
  }

  #or(): FilterNode {
    const parts = [this.#and()];
    while (true) {
      const at = this.#scanner.at;
      const word = this.#scanner.take('|') ? '|' : this.#scanner.takeKeyword('OR') ? 'OR' : undefined;
      if (word === undefined) return group('or', parts);
      this.#expectCondition(word, at);
      parts.push(this.#and());
    }
  }

  #and(): FilterNode {
    const scanner = this.#scanner;
    const parts = [this.#not()];
    while (true) {
      scanner.skipSpace();
      const at = scanner.at;
      if (scanner.takeKeyword('AND')) this.#expectCondition('AND', at);
      else if (this.#isEndOfAnd()) return group('and', parts);
      parts.push(this.#not());
    }
  }

  #isEndOfAnd(): boolean {
    const { isAtEnd, next } = this.#scanner;
    return isAtEnd || next === ')' || next === '|' || this.#scanner.peekKeyword() === 'OR';
  }

  #not(): FilterNode {
    const scanner = this.#scanner;
    scanner.skipSpace();
    const start = scanner.at;
    const word = this.#takeNegation();
    if (word === undefined) return this.#atom();
    if (word === 'NOT') this.#expectCondition(word, start);
    else if (scanner.isAtEnd || /[\s)|]/.test(scanner.next)) {
      const message = `${word} stands right before what it leaves out; put it in quotes to look for it`;
      throw this.#problem(message, start, start + 1);
    }
    const part = this.#deeper(start, () => this.#not());
    return { kind: 'not', part, start, end: part.end };
  }

  #takeNegation(): 'NOT' | '-' | '!' | undefined {
    if (this.#scanner.take('-')) return '-';
    if (this.#scanner.take('!')) return '!';
    return this.#scanner.takeKeyword('NOT') ? 'NOT' : undefined;
  }

  #atom(): FilterNode {
    const scanner = this.#scanner;
    const start = scanner.at;
    const misplaced: Keyword | '|' | undefined = scanner.next === '|' ? '|' : scanner.peekKeyword();
    if (misplaced !== undefined) throw this.#lacksCondition(misplaced, start);
    if (scanner.next === ')') throw this.#problem('this ) has no (', start, start + 1);
    if (scanner.take('(')) return this.#group(start);
    this.#conditions += 1;
    if (this.#conditions > mostConditions) {
      throw this.#problem(`more than ${mostConditions} conditions`, start, scanner.text.length);
    }
    const name = scanner.takeFieldName();
    if (name !== undefined) return this.#condition(name, start);
    const { text, end } = scanner.word(false);
    if (text === '') throw this.#problem('there is nothing in these quotes', start, end);
    return { kind: 'text', text, start, end };
  }

  #group(start: number): FilterNode {
    const scanner = this.#scanner;
    scanner.skipSpace();
    if (scanner.next === ')') throw this.#problem('nothing stands in these ( )', start, scanner.at + 1);
    if (scanner.isAtEnd) throw this.#problem('this ( is not closed', start, scanner.at);
    const node = this.#deeper(start, () => this.#or());
    if (!scanner.take(')')) throw this.#problem('this ( is not closed', start, scanner.text.length);
    return { ...node, start, end: scanner.at };
  }

  #deeper(start: number, parse: () => FilterNode): FilterNode {
    this.#depth += 1;
    if (this.#depth > deepest) {
      throw this.#problem(`more than ${deepest} levels of ( ) and NOT`, start, this.#scanner.text.length);
    }
    const node = parse();
    this.#depth -= 1;
    return node;
  }

  #condition(name: string, start: number): FilterNode {
    const lower = name.toLowerCase();
    if (lower === 'is' || lower === 'has') return this.#flag(lower, start);
    const field = findField(this.#vocabulary.fields, name);
    if (field === undefined) throw this.#unknownField(name, start);
    const operator = this.#operator(field, start);
    const operands =
      operator === '~'
        ? [expressionOperand(this.#valued(field.name, start, this.#scanner.expression()))]
        : parseOperands(field, operator, this.#values(field.name, start));
    const [, second] = operands;
    if (second !== undefined && /[<>]/.test(operator)) {
      throw this.#problem(`${operator} takes one value`, second.start, second.end);
    }
    return { kind: 'field', field: field.name, operator, operands, start, end: this.#scanner.at };
  }

  #operator(field: FieldWords, start: number): FilterOperator {
    const scanner = this.#scanner;
    const isNumber = isNumberField(field);
    const hasColon = scanner.take(':');
    // A text may begin with any of these: result:<Response 200>.
    const sign = hasColon && !isNumber ? undefined : scanner.match(/[<>]=?|!=|=|~/y);
    if (sign === undefined) return 'contains';
    if (isNumber ? sign === '~' : /[<>]/.test(sign)) {
      const known = isNumber ? ': = != > >= < <=' : ': = != ~';
      throw this.#problem(`${field.name} has no ${sign}: use ${known}`, start, scanner.at);
    }
    return sign as FilterOperator;
  }

  #flag(groupName: 'is' | 'has', start: number): FilterNode {
    const scanner = this.#scanner;
    const flags = this.#vocabulary[groupName].map((flag) => flag.name);
    if (flags.length === 0) throw this.#problem(`this view has no ${groupName}:`, start, scanner.at);
    if (!scanner.take(':')) throw this.#problem(`${groupName} is followed by a colon`, start, scanner.at + 1);
    const names = this.#values(groupName, start).map((word) => {
      const name = word.text.toLowerCase();
      if (flags.includes(name)) return name;
      throw this.#problem(
        `no ${groupName}:${word.text.slice(0, 24)}: use ${flags.join(' ')}`,
        word.start,
        word.end,
      );
    });
    return { kind: 'flag', group: groupName, names, start, end: scanner.at };
  }

  #values(name: string, start: number): readonly Word[] {
    return this.#scanner.list().map((word) => this.#valued(name, start, word));
  }

  /** The word, which is empty only when it is in quotes, or a pair of kwargs that ends in its `=`. */
  #valued(name: string, start: number, word: Word): Word {
    if (word.text !== '' || word.isQuoted) return word;
    const { text } = this.#scanner;
    if (text[word.end] === '(') {
      const message = `put a value with parentheses in quotes, as in ${name}:"(44"`;
      throw this.#problem(message, word.end, word.end + 1);
    }
    if (text[word.start - 1] === ',' || text[word.end] === ',') {
      throw this.#problem('a value is missing beside the comma', word.start, word.end);
    }
    throw this.#problem(`${name} needs a value`, start, word.end);
  }

  #expectCondition(word: Keyword | '|', at: number): void {
    const scanner = this.#scanner;
    scanner.skipSpace();
    const keyword = scanner.peekKeyword();
    const isMissing = scanner.isAtEnd || ')|'.includes(scanner.next) || keyword === 'AND' || keyword === 'OR';
    if (isMissing) throw this.#lacksCondition(word, at);
  }

  #lacksCondition(word: Keyword | '|', at: number): FilterSyntaxError {
    const where = word === 'NOT' ? 'after it' : 'on both sides';
    return this.#problem(`${word} needs a condition ${where}`, at, at + word.length);
  }

  #unknownField(name: string, start: number): FilterSyntaxError {
    const { fields } = this.#vocabulary;
    const near = nearestWord(
      name,
      fields.map((field) => field.name),
    );
    const hint = near === undefined ? '' : `did you mean ${near}? `;
    const message = `no field ${excerpt(name)}: ${hint}put the whole in quotes to look for it as text`;
    return this.#problem(message, start, start + name.length);
  }

  #problem(message: string, start: number, end: number): FilterSyntaxError {
    return new FilterSyntaxError(message, start, end);
  }
}

function group(kind: 'and' | 'or', parts: readonly FilterNode[]): FilterNode {
  const [first] = parts;
  const last = parts.at(-1);
  return parts.length === 1 && first !== undefined
    ? first
    : { kind, parts, start: first?.start ?? 0, end: last?.end ?? 0 };
}
