import {
  type CodeSet,
  digitCodes,
  dotCodes,
  inBothCases,
  negated,
  spaceCodes,
  union,
  wordCodes,
} from './code-set.ts';
import { type Expression, ExpressionError } from './expression.ts';

const deepest = 32;
const mostRepeats = 1000;
const quantifier = /[*+?]\??|\{(\d{1,6})(?:(,)(\d{0,6}))?\}\??/y;

const classEscapes: ReadonlyMap<string, CodeSet> = new Map([
  ['d', digitCodes],
  ['D', negated(digitCodes)],
  ['w', wordCodes],
  ['W', negated(wordCodes)],
  ['s', spaceCodes],
  ['S', negated(spaceCodes)],
]);

const controlEscapes: ReadonlyMap<string, number> = new Map([
  ['t', 0x09],
  ['n', 0x0a],
  ['v', 0x0b],
  ['f', 0x0c],
  ['r', 0x0d],
  ['0', 0x00],
]);

/**
 * Reads the part of JavaScript's syntax that a finite automaton can decide: no backreferences and no look-around.
 * Whether a repetition is lazy makes no difference to whether something matches.
 *
 * @throws ExpressionError
 */
export function parseExpression(source: string, ignoreCase: boolean): Expression {
  return new ExpressionParser(source, ignoreCase).parse();
}

class ExpressionParser {
  readonly #source: string;
  readonly #ignoreCase: boolean;
  #at = 0;
  #depth = 0;

  constructor(source: string, ignoreCase: boolean) {
    this.#source = source;
    this.#ignoreCase = ignoreCase;
  }

  parse(): Expression {
    const expression = this.#choice();
    if (this.#at < this.#source.length) throw new ExpressionError('this ) has no (', this.#at);
    return expression;
  }

  #choice(): Expression {
    const parts = [this.#sequence()];
    while (this.#take('|')) parts.push(this.#sequence());
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'choice', parts };
  }

  #sequence(): Expression {
    const parts: Expression[] = [];
    while (this.#at < this.#source.length && !'|)'.includes(this.#source[this.#at] ?? '')) {
      parts.push(this.#repeated(this.#at, this.#atom()));
    }
    return { kind: 'sequence', parts };
  }

  #repeated(from: number, part: Expression): Expression {
    const at = this.#at;
    const found = this.#match(quantifier);
    if (found === null) return part;
    if (part.kind === 'assertion') throw new ExpressionError('a place cannot be repeated', from);
    const [text, least, comma, most] = found;
    if (least === undefined) {
      const [sign] = text;
      return { kind: 'repeat', part, least: sign === '+' ? 1 : 0, most: sign === '?' ? 1 : Infinity };
    }
    const low = Number(least);
    const high = comma === undefined ? low : most === '' ? Infinity : Number(most);
    if (low > high) throw new ExpressionError(`${text} ends before it begins`, at);
    if (low > mostRepeats || (high !== Infinity && high > mostRepeats)) {
      throw new ExpressionError(`${text} is more than ${mostRepeats} repetitions`, at);
    }
    return { kind: 'repeat', part, least: low, most: high };
  }

  #atom(): Expression {
    const at = this.#at;
    quantifier.lastIndex = at;
    if (quantifier.test(this.#source)) throw new ExpressionError('there is nothing to repeat here', at);
    const character = this.#next();
    switch (character) {
      case '(':
        return this.#group(at);
      case '[':
        return this.#set(this.#bracketed(at));
      case '.':
        return { kind: 'set', set: dotCodes };
      case '^':
        return { kind: 'assertion', assertion: 'start' };
      case '$':
        return { kind: 'assertion', assertion: 'end' };
      case '\\':
        return this.#escape(at);
      default:
        return this.#set(single(character.charCodeAt(0)));
    }
  }

  #group(at: number): Expression {
    if (this.#match(/\?:/y) === null && this.#source[this.#at] === '?') {
      throw new ExpressionError('only ( and (?: groups are understood, no look-around', at);
    }
    this.#depth += 1;
    if (this.#depth > deepest) throw new ExpressionError(`more than ${deepest} groups in one another`, at);
    const inner = this.#choice();
    if (!this.#take(')')) throw new ExpressionError('this ( is not closed', at);
    this.#depth -= 1;
    return inner.kind === 'assertion' ? { kind: 'sequence', parts: [inner] } : inner;
  }

  #escape(at: number): Expression {
    const character = this.#source[this.#at];
    if (character === 'b' || character === 'B') {
      this.#at += 1;
      return { kind: 'assertion', assertion: character === 'b' ? 'word edge' : 'no word edge' };
    }
    return this.#set(this.#escapedSet(at));
  }

  /** After a backslash: a class such as `\d`, or one character. */
  #escapedSet(at: number): CodeSet {
    const hex = this.#match(/x([\da-fA-F]{2})|u([\da-fA-F]{4})/y);
    if (hex !== null) return single(Number.parseInt(hex[1] ?? hex[2] ?? '', 16));
    if (this.#at >= this.#source.length) throw new ExpressionError('a \\ stands at the end', at);
    const character = this.#next();
    const control = controlEscapes.get(character);
    const digitFollows = character === '0' && /\d/.test(this.#source[this.#at] ?? '');
    if (control !== undefined && !digitFollows) return single(control);
    const set = classEscapes.get(character);
    if (set !== undefined) return set;
    if (!/[a-zA-Z0-9]/.test(character)) return single(character.charCodeAt(0));
    const what = /\d/.test(character) ? 'refers back, which' : 'is an escape that';
    throw new ExpressionError(`\\${character} ${what} is not understood`, at);
  }

  #bracketed(at: number): CodeSet {
    const isNegated = this.#take('^');
    const sets: CodeSet[] = [];
    while (!this.#take(']')) {
      if (this.#at >= this.#source.length) throw new ExpressionError('this [ is not closed', at);
      sets.push(this.#range());
    }
    const set = union(sets);
    return isNegated ? negated(this.#ignoreCase ? inBothCases(set) : set) : set;
  }

  #range(): CodeSet {
    const at = this.#at;
    const low = this.#member();
    if (this.#source[this.#at] !== '-' || ']'.includes(this.#source[this.#at + 1] ?? ']')) return low;
    this.#at += 1;
    const high = this.#member();
    const [from = 0, fromEnd = 0] = low;
    const [to = 0, toEnd = 0] = high;
    const isOfSingles = low.length === 2 && high.length === 2 && from === fromEnd && to === toEnd;
    if (!isOfSingles) throw new ExpressionError('a range goes from one character to another', at);
    if (from > to) throw new ExpressionError('this range runs backwards', at);
    return [from, to];
  }

  #member(): CodeSet {
    const at = this.#at;
    const character = this.#next();
    if (character !== '\\') return single(character.charCodeAt(0));
    return this.#take('b') ? single(0x08) : this.#escapedSet(at);
  }

  #set(set: CodeSet): Expression {
    return { kind: 'set', set: this.#ignoreCase ? inBothCases(set) : set };
  }

  #take(character: string): boolean {
    if (this.#source[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #next(): string {
    const character = this.#source[this.#at] ?? '';
    this.#at += 1;
    return character;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#source);
    if (found !== null) this.#at = pattern.lastIndex;
    return found;
  }
}

function single(code: number): CodeSet {
  return [code, code];
}
