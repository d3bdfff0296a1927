import { cutValue, type PythonValue } from './python-value.ts';

/** A sender that was told to send more than this (Celery's default is 1024) is shown as raw text. */
const longest = 262_144;
const deepest = 64;
const mostValues = 20_000;

/**
 * Reads the repr of a Python value; undefined when the text is none that is understood. Lenient on purpose: what
 * arrives is celery/utils/saferepr.py's, where a string is quoted by `'` with no other escape (line feeds and
 * backslashes stay as they are), bytes are not escaped at all, everything below three levels is `...`, and a long
 * value ends in `...` with some of its brackets lost. The work is linear in the length of the text.
 */
export function parsePythonRepr(text: string): PythonValue | undefined {
  if (text.length > longest) return undefined;
  // A text that ends in a backslash reads as an escaped quote, and quotes in bytes are bare. The second reading takes
  // a quote as the end of a string exactly when something follows that can follow a value.
  return new Reader(text, false).read() ?? new Reader(text, true).read();
}

const constants: ReadonlySet<string> = new Set(['None', 'True', 'False', 'Ellipsis', 'nan', 'inf', '-inf']);
const numberToken = /^[-+]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?j?$|^0[xob][\da-fA-F]+$/;
const stringStart = /[a-zA-Z]{0,2}['"]/y;
const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '<': '>' };

/** Thrown and caught in this file only: the text is no repr. */
class NotARepr extends Error {}

class Reader {
  readonly #text: string;
  readonly #closeAtDelimiter: boolean;
  #at = 0;
  #depth = 0;
  #values = 0;
  #spent = 0;
  /** Once the sender cut something, closing brackets may be missing at the end. */
  #sawCut = false;

  constructor(text: string, closeAtDelimiter: boolean) {
    this.#text = text;
    this.#closeAtDelimiter = closeAtDelimiter;
  }

  read(): PythonValue | undefined {
    try {
      const value = this.#value();
      this.#skipSpace();
      if (this.#at < this.#text.length && !this.#takeCut()) return undefined;
      return this.#at < this.#text.length ? undefined : value;
    } catch (error) {
      if (error instanceof NotARepr) return undefined;
      throw error;
    }
  }

  #value(): PythonValue {
    this.#values += 1;
    if (this.#values > mostValues) throw new NotARepr();
    this.#skipSpace();
    const character = this.#text[this.#at];
    if (character === undefined) return this.#missing();
    if (character === '(' || character === '[' || character === '{') return this.#container(character);
    stringStart.lastIndex = this.#at;
    const start = stringStart.exec(this.#text)?.[0];
    return start === undefined ? this.#scalar() : this.#string(start);
  }

  #container(open: string): PythonValue {
    this.#depth += 1;
    if (this.#depth > deepest) throw new NotARepr();
    this.#at += 1;
    const entries: (readonly [PythonValue, PythonValue | undefined])[] = [];
    let isCut = false;
    while (!this.#takeEnd(closers[open] ?? '')) {
      if (this.#takeCut()) {
        isCut = true;
      } else {
        entries.push(this.#entry(open === '{'));
      }
      this.#takeComma(closers[open] ?? '');
    }
    this.#depth -= 1;
    return containerOf(open, entries, isCut);
  }

  #entry(canHaveValue: boolean): readonly [PythonValue, PythonValue | undefined] {
    const first = this.#value();
    this.#skipSpace();
    if (!canHaveValue || this.#text[this.#at] !== ':') return [first, undefined];
    this.#at += 1;
    this.#skipSpace();
    // `{'a': , ...}`: the cut came between a key and its value.
    return [first, this.#text[this.#at] === ',' ? this.#missing() : this.#value()];
  }

  #takeEnd(close: string): boolean {
    this.#skipSpace();
    if (this.#at >= this.#text.length) {
      if (!this.#sawCut) throw new NotARepr();
      return true;
    }
    const character = this.#text[this.#at] ?? '';
    if (character === close) this.#at += 1;
    // The inner brackets of a cut value can be missing while the outer ones are there: `{'a': ('zzz...', ...}`.
    return character === close || (this.#sawCut && ')]}'.includes(character));
  }

  /** Between two entries; a doubled comma is what a cut right after a comma leaves behind. */
  #takeComma(close: string): void {
    this.#skipSpace();
    const character = this.#text[this.#at];
    if (character === ',') {
      this.#at += 1;
      this.#skipSpace();
      if (this.#text.startsWith(', ...', this.#at)) this.#at += 1;
    } else if (character !== close && character !== undefined && !this.#sawCut) {
      throw new NotARepr();
    }
  }

  /** A bare `...`, with the comma that saferepr puts before it where a value was due. */
  #takeCut(): boolean {
    const match = /^,? ?\.\.\./.exec(this.#text.slice(this.#at, this.#at + 5));
    if (match === null) return false;
    this.#at += match[0].length;
    this.#sawCut = true;
    return true;
  }

  #missing(): PythonValue {
    if (this.#at >= this.#text.length && !this.#sawCut) throw new NotARepr();
    return cutValue;
  }

  #string(start: string): PythonValue {
    const quote = start.at(-1) ?? "'";
    const from = this.#at + start.length;
    const end = this.#closeAtDelimiter ? this.#delimitedEnd(quote, from) : this.#quotedEnd(quote, from);
    if (end < 0) throw new NotARepr();
    this.#at = end + 1;
    const raw = this.#text.slice(from, end);
    const isCut = raw.endsWith('...') && this.#endsAtCut();
    this.#sawCut ||= isCut;
    const whole = isCut ? raw.slice(0, -3) : raw;
    return { kind: 'string', prefix: start.slice(0, -1), text: whole.replaceAll(`\\${quote}`, quote), isCut };
  }

  /** saferepr goes on with `, ...` after a cut; only a value that is nothing but one long text has no more to say. */
  #endsAtCut(): boolean {
    return (
      this.#text.startsWith(', ...', this.#at) ||
      (this.#at === this.#text.length && this.#depth === 0 && this.#text.length > 256)
    );
  }

  #quotedEnd(quote: string, from: number): number {
    let end = this.#text.indexOf(quote, from);
    while (end > from && this.#text[end - 1] === '\\') {
      end = this.#text.indexOf(quote, end + 1);
    }
    return end;
  }

  #delimitedEnd(quote: string, from: number): number {
    let end = this.#text.indexOf(quote, from);
    while (end >= 0 && !/^(?:, |,\)|: |[\])}]|$)/.test(this.#text.slice(end + 1, end + 3))) {
      end = this.#text.indexOf(quote, end + 1);
    }
    return end;
  }

  /** A number, a constant, or the repr of an object that is taken as it is: `datetime.datetime(2026, 8, 22)`. */
  #scalar(): PythonValue {
    const from = this.#at;
    while (this.#at < this.#text.length && !',:)]} \n\t'.includes(this.#text[this.#at] ?? '')) {
      const character = this.#text[this.#at] ?? '';
      if ('([{<'.includes(character)) {
        this.#skipBalanced();
      } else {
        this.#at += 1;
      }
    }
    const text = this.#text.slice(from, this.#at);
    if (text === '') throw new NotARepr();
    const isCut = text.endsWith('...');
    this.#sawCut ||= isCut;
    if (numberToken.test(text)) return { kind: 'number', text, isCut: false };
    return { kind: constants.has(text) ? 'constant' : 'opaque', text, isCut };
  }

  /** Over a pair of brackets and what is in it; where it never closes, up to where the sender cut. */
  #skipBalanced(): void {
    const from = this.#at;
    const open: string[] = [];
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at] ?? '';
      this.#at += 1;
      if (character in closers) open.push(closers[character] ?? '');
      // The arrow in `<function f -> int>` closes nothing, and neither does `]` in `<Foo [1, 2>`.
      if (character === open.at(-1) && this.#text[this.#at - 2] !== '-') open.pop();
      if (open.length === 0) {
        this.#spend(this.#at - from);
        return;
      }
      if (character === "'" || character === '"') this.#skipQuoted(character);
    }
    this.#spend(this.#at - from);
    const cut = this.#text.indexOf('...', from);
    if (cut < 0) throw new NotARepr();
    this.#at = cut + 3;
  }

  /** Going back after an unclosed bracket could make the work grow with the square of the length. */
  #spend(characters: number): void {
    this.#spent += characters;
    if (this.#spent > 4 * this.#text.length + 1000) throw new NotARepr();
  }

  #skipQuoted(quote: string): void {
    const end = this.#quotedEnd(quote, this.#at);
    this.#at = end < 0 ? this.#at : end + 1;
  }

  #skipSpace(): void {
    while (' \n\t\r'.includes(this.#text[this.#at] ?? 'x')) this.#at += 1;
  }
}

function containerOf(
  open: string,
  entries: readonly (readonly [PythonValue, PythonValue | undefined])[],
  isCut: boolean,
): PythonValue {
  const items = entries.map(([first]) => first);
  if (open === '[') return { kind: 'list', items, isCut };
  if (open === '(') return { kind: 'tuple', items, isCut };
  if (entries.length > 0 && entries.every(([, second]) => second === undefined)) {
    return { kind: 'set', items, isCut };
  }
  return { kind: 'dict', entries: entries.map(([key, value]) => [key, value ?? cutValue] as const), isCut };
}
