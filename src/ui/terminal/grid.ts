import type { Line, Tone } from '../../presentation/line.ts';
import { characterWidth, clean, maxMarks } from '../../presentation/text.ts';
import { foregroundBits, type Style, style, visibleOnBlank } from './style.ts';

export interface GridOptions {
  /** Every cell is below 0x80; what is not becomes `?`. */
  readonly ascii?: boolean;
  /** False drops foregrounds; bold, underline and inverse stay (NO_COLOR). */
  readonly colors?: boolean;
}

const printableAscii = /^[\x20-\x7e]*$/;

/**
 * What the terminal shows, cell by cell. A wide character sits in its first cell and leaves `''` in the second. No
 * control character can be in a cell, whatever is written: this is the net below every formatter.
 */
export class Grid {
  readonly columns: number;
  readonly rows: number;
  /** Row by row; a base character with its combining marks, or `''` behind a wide one. */
  readonly characters: string[];
  readonly styles: Uint8Array;
  readonly #ascii: boolean;
  readonly #styleMask: number;

  constructor(columns: number, rows: number, { ascii = false, colors = true }: GridOptions = {}) {
    this.columns = columns;
    this.rows = rows;
    this.characters = new Array<string>(columns * rows).fill(' ');
    this.styles = new Uint8Array(columns * rows);
    this.#ascii = ascii;
    this.#styleMask = colors ? 0xff : 0xff & ~foregroundBits;
  }

  clear(): void {
    this.characters.fill(' ');
    this.styles.fill(style.plain);
  }

  /** Writes on one row, cut at its end; returns the column after the text. */
  write(row: number, column: number, text: string, look: Style): number {
    if (row < 0 || row >= this.rows || column < 0) return column;
    const wanted = look & this.#styleMask;
    return printableAscii.test(text)
      ? this.#writeAscii(row, column, text, wanted)
      : this.#writeAny(row, column, clean(text), wanted);
  }

  /** A whole row from its first column; returns the column after it. */
  writeLine(row: number, line: Line, styleOf: (tone: Tone) => Style): number {
    let column = 0;
    for (const { text, tone } of line) column = this.write(row, column, text, styleOf(tone ?? 'plain'));
    return column;
  }

  #writeAscii(row: number, column: number, text: string, look: Style): number {
    const end = Math.min(column + text.length, this.columns);
    const base = row * this.columns;
    this.#splitWide(base, column);
    this.#splitWide(base, end);
    for (let at = column; at < end; at++) this.#set(base + at, text[at - column] ?? ' ', look);
    return Math.max(column, end);
  }

  #writeAny(row: number, column: number, text: string, look: Style): number {
    const base = row * this.columns;
    let at = column;
    for (const character of text) {
      const width = characterWidth(character);
      if (width === 0) this.#combine(base, at, column, character);
      else {
        if (at + width > this.columns) return this.#padRow(base, at, look);
        this.#splitWide(base, at);
        this.#splitWide(base, at + width);
        at = this.#put(base, at, character, width, look);
      }
    }
    return at;
  }

  #put(base: number, at: number, character: string, width: 1 | 2, look: Style): number {
    const isForeign = this.#ascii && character > '\x7e';
    this.#set(base + at, isForeign ? '?' : character, look);
    if (width === 2) {
      this.characters[base + at + 1] = isForeign ? '?' : '';
      this.styles[base + at + 1] = look;
    }
    return at + width;
  }

  /** A mark joins the character before it, if this same text wrote one and it carries few enough. */
  #combine(base: number, at: number, start: number, mark: string): void {
    const before = this.characters[base + at - 1] === '' ? at - 2 : at - 1;
    const character = this.characters[base + before];
    if (before < start || character === undefined || this.#ascii) return;
    if ([...character].length <= maxMarks)
      this.#set(base + before, character + mark, this.styles[base + before] ?? 0);
  }

  #padRow(base: number, at: number, look: Style): number {
    this.#splitWide(base, at);
    for (let column = at; column < this.columns; column++) this.#set(base + column, ' ', look);
    return this.columns;
  }

  #set(index: number, character: string, look: Style): void {
    this.characters[index] = character;
    // A blank looks the same bold, dim or coloured: one style for all of them saves bytes in every frame.
    this.styles[index] = character === ' ' && (look & visibleOnBlank) === 0 ? style.plain : look;
  }

  /** Blanks the halves of a wide character that is about to be cut between `column - 1` and `column`. */
  #splitWide(base: number, column: number): void {
    if (column <= 0 || column >= this.columns || this.characters[base + column] !== '') return;
    this.#set(base + column - 1, ' ', this.styles[base + column - 1] ?? style.plain);
    this.#set(base + column, ' ', this.styles[base + column] ?? style.plain);
  }
}
