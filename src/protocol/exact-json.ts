/**
 * A JSON value in which nothing is lost that Python keeps: whether a number was `2` or `2.0`, every digit of it, and the
 * order of keys, which a JavaScript object changes for keys that are numbers.
 */
export type ExactJson = null | boolean | string | ExactNumber | readonly ExactJson[] | ExactObject;

export type ExactObject = ReadonlyMap<string, ExactJson>;

/** A number as it was written: `2`, `2.0`, `1e5`, or Python's `NaN`, `Infinity` and `-Infinity`. */
export class ExactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** Python reads a number with a point or an exponent as a float, and any other as an int. */
  get isFloat(): boolean {
    return !/^-?\d+$/.test(this.text);
  }

  get value(): number {
    return Number(this.text);
  }
}

/** As many as messages may have (nesting.ts): whoever walks a value by recursion gets along with them. */
const maxLevels = 200;

/**
 * Parses JSON as Python's `json` does, `NaN` and infinities included. Of two equal keys the last counts, in the place of
 * the first, as in a dict.
 * @throws SyntaxError when it is not JSON, or is nested more than 200 levels deep
 */
export function parseExactJson(text: string): ExactJson {
  return new Reader(text).read();
}

const space = /[ \t\n\r]*/y;
const numberToken = /-?(?:(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|Infinity)|NaN/y;
const words: readonly (readonly [string, ExactJson])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

class Reader {
  readonly #text: string;
  #at = 0;
  #level = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): ExactJson {
    const value = this.#value();
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#unexpected();
    return value;
  }

  #value(): ExactJson {
    this.#skipSpace();
    const first = this.#text[this.#at];
    if (first === '"') return this.#string();
    if (first === '{') return this.#nested(() => this.#object());
    if (first === '[') return this.#nested(() => this.#array());
    for (const [word, value] of words) {
      if (!this.#text.startsWith(word, this.#at)) continue;
      this.#at += word.length;
      return value;
    }
    return this.#number();
  }

  #nested<T>(read: () => T): T {
    this.#level += 1;
    if (this.#level > maxLevels) throw new SyntaxError(`nested more than ${maxLevels} levels deep`);
    const value = read();
    this.#level -= 1;
    return value;
  }

  #object(): ExactObject {
    const entries = new Map<string, ExactJson>();
    this.#items('}', () => {
      this.#skipSpace();
      if (this.#text[this.#at] !== '"') throw this.#unexpected();
      const key = this.#string();
      this.#skipSpace();
      this.#take(':');
      entries.set(key, this.#value());
    });
    return entries;
  }

  #array(): readonly ExactJson[] {
    const items: ExactJson[] = [];
    this.#items(']', () => items.push(this.#value()));
    return items;
  }

  #items(close: string, readItem: () => void): void {
    this.#at += 1;
    this.#skipSpace();
    if (this.#text[this.#at] === close) {
      this.#at += 1;
      return;
    }
    for (;;) {
      readItem();
      this.#skipSpace();
      if (this.#text[this.#at] === close) break;
      this.#take(',');
    }
    this.#at += 1;
  }

  /** The escapes are JSON.parse's to read. */
  #string(): string {
    const start = this.#at;
    let end = this.#text.indexOf('"', start + 1);
    while (end > 0 && isEscaped(this.#text, end, start)) end = this.#text.indexOf('"', end + 1);
    if (end < 0) throw new SyntaxError('a text has no end');
    this.#at = end + 1;
    return JSON.parse(this.#text.slice(start, end + 1));
  }

  #number(): ExactNumber {
    numberToken.lastIndex = this.#at;
    const token = numberToken.exec(this.#text)?.[0];
    if (token === undefined) throw this.#unexpected();
    this.#at += token.length;
    return new ExactNumber(token);
  }

  #take(character: string): void {
    if (this.#text[this.#at] !== character) throw this.#unexpected();
    this.#at += 1;
  }

  #skipSpace(): void {
    space.lastIndex = this.#at;
    this.#at += space.exec(this.#text)?.[0].length ?? 0;
  }

  #unexpected(): SyntaxError {
    const found = this.#text[this.#at];
    return new SyntaxError(
      found === undefined ? 'it ends too soon' : `${JSON.stringify(found)} at position ${this.#at}`,
    );
  }
}

function isEscaped(text: string, quote: number, start: number): boolean {
  let slashes = 0;
  while (quote - 1 - slashes > start && text[quote - 1 - slashes] === '\\') slashes += 1;
  return slashes % 2 === 1;
}
