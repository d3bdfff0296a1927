import { FilterSyntaxError } from './filter-error.ts';
import type { SourceRange } from './filter-node.ts';

export type Keyword = 'AND' | 'OR' | 'NOT';

/** A stretch of text without the quotes in it. */
export interface Word extends SourceRange {
  readonly text: string;
  /** Some of it was in quotes, so nothing in it has a meaning of its own. */
  readonly isQuoted: boolean;
}

const keyword = /(AND|OR|NOT)(?=[\s()|]|$)/y;
const fieldStart = /([A-Za-z_]\w{0,63})(?=[:=<>~]|!=)/y;
const endOfWord = /[\s()|]/;

/** Walks over the text of a filter. Quotes may stand anywhere in a word; `\"` and `\\` are one character. */
export class FilterScanner {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  get next(): string {
    return this.text[this.at] ?? '';
  }

  skipSpace(): void {
    while (/\s/.test(this.next)) this.at += 1;
  }

  take(character: string): boolean {
    if (this.next !== character) return false;
    this.at += 1;
    return true;
  }

  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found !== null) this.at = pattern.lastIndex;
    return found?.[0];
  }

  peekKeyword(): Keyword | undefined {
    keyword.lastIndex = this.at;
    return keyword.exec(this.text)?.[1] as Keyword | undefined;
  }

  takeKeyword(word: Keyword): boolean {
    if (this.peekKeyword() !== word) return false;
    this.at += word.length;
    return true;
  }

  /** The name before an operator, which is next then. `http://x` begins with none. */
  takeFieldName(): string | undefined {
    fieldStart.lastIndex = this.at;
    const name = fieldStart.exec(this.text)?.[1];
    if (name === undefined || this.text.startsWith('://', this.at + name.length)) return undefined;
    this.at += name.length;
    return name;
  }

  /** Up to a blank, a parenthesis or a bar, and up to a comma where they divide; empty when one of these is next. */
  word(commasDivide: boolean): Word {
    const start = this.at;
    let text = '';
    let quotedFrom: number | undefined;
    let isQuoted = false;
    while (!this.isAtEnd) {
      const character = this.next;
      const escaped = character === '\\' ? this.text[this.at + 1] : undefined;
      if (escaped === '"' || escaped === '\\') {
        text += escaped;
        this.at += 2;
        continue;
      }
      if (character === '"') {
        quotedFrom = quotedFrom === undefined ? this.at : undefined;
        isQuoted = true;
      } else if (
        quotedFrom === undefined &&
        (endOfWord.test(character) || (commasDivide && character === ','))
      )
        break;
      else text += character;
      this.at += 1;
    }
    if (quotedFrom !== undefined) throw this.#openQuote(quotedFrom);
    return { text, isQuoted, start, end: this.at };
  }

  /** `a,"b c",d`. */
  list(): readonly Word[] {
    const words = [this.word(true)];
    while (this.take(',')) words.push(this.word(true));
    return words;
  }

  /**
   * A regular expression as it stands, backslashes and all: in quotes, or up to a blank or a parenthesis that closes
   * more than the expression opened.
   */
  expression(): Word {
    const isQuoted = this.take('"');
    const start = this.at;
    let depth = 0;
    while (!this.isAtEnd) {
      const character = this.next;
      if (isQuoted ? character === '"' : /\s/.test(character)) break;
      if (!isQuoted && character === '(') depth += 1;
      if (!isQuoted && character === ')') depth -= 1;
      if (depth < 0) break;
      this.at += character === '\\' && this.at + 1 < this.text.length ? 2 : 1;
    }
    const word = { text: this.text.slice(start, this.at), isQuoted, start, end: this.at };
    if (isQuoted && !this.take('"')) throw this.#openQuote(start - 1);
    return word;
  }

  #openQuote(at: number): FilterSyntaxError {
    return new FilterSyntaxError('this quote is not closed', at, this.text.length);
  }
}
