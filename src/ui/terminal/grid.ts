import type { Line, Tone } from '../../presentation/line.ts';
import { characterWidth, clean, isPlainInk, maxMarks } from '../../presentation/text.ts';
import { foregroundBits, type Style, visibleOnBlank } from './style.ts';

export interface GridOptions {
  /** Every cell is below 0x80; what is not becomes `?`. */
  readonly ascii?: boolean;
  /** False drops foregrounds; bold, underline and inverse stay (NO_COLOR). */
  readonly colors?: boolean;
}

/** Where a cell keeps its style, above the 21 bits of a code point. */
const styleShift = 21;
const codeMask = (1 << styleShift) - 1;

/** Set in a cell whose character carries combining marks; the whole of it is kept beside. */
export const markedBit = 0x1000_0000;

/** A plain blank. The second half of a wide character has code 0. */
export const blankCell = 0x20;

/** The character of a cell that is one byte on the wire and may be written in this look; undefined for any other. */
export function asciiCode(cell: number, look: Style): number | undefined {
  if (cell === blankCell) return (look & visibleOnBlank) === 0 ? blankCell : undefined;
  const code = cell & codeMask;
  return cell >>> styleShift === look && code >= blankCell && code < 0x7f ? code : undefined;
}

/**
 * What the terminal shows, cell by cell. No control character can be in a cell, whatever is written: this is the net
 * below every formatter. A cell is one number, so that comparing two frames costs next to nothing.
 */
export class Grid {
  readonly columns: number;
  readonly rows: number;
  /** Row by row: code point, style and mark bit. Equal cells without the mark bit look the same. */
  readonly cells: Uint32Array;
  readonly #marked = new Map<number, string>();
  readonly #ascii: boolean;
  readonly #styleMask: number;

  constructor(columns: number, rows: number, { ascii = false, colors = true }: GridOptions = {}) {
    this.columns = columns;
    this.rows = rows;
    this.cells = new Uint32Array(columns * rows).fill(blankCell);
    this.#ascii = ascii;
    this.#styleMask = colors ? 0x7f : 0x7f & ~foregroundBits;
  }

  clear(): void {
    this.cells.fill(blankCell);
    this.#marked.clear();
  }

  /** Writes on one row, cut at its end; returns the column after the text. */
  write(row: number, column: number, text: string, look: Style): number {
    if (row < 0 || row >= this.rows || column < 0) return column;
    const wanted = look & this.#styleMask;
    return isPlainInk(text)
      ? this.#writePlain(row, column, text, wanted)
      : this.#writeAny(row, column, clean(text), wanted);
  }

  /** A whole row from its first column; returns the column after it. */
  writeLine(row: number, line: Line, styleOf: (tone: Tone) => Style): number {
    let column = 0;
    for (const { text, tone } of line) column = this.write(row, column, text, styleOf(tone ?? 'plain'));
    return column;
  }

  /** The character of a cell with its marks; `''` for the second half of a wide one. */
  characterAt(index: number): string {
    const cell = this.cells[index] ?? blankCell;
    if (cell >= markedBit) return this.#marked.get(index) ?? ' ';
    const code = cell & codeMask;
    return code === 0 ? '' : String.fromCodePoint(code);
  }

  styleAt(index: number): Style {
    return ((this.cells[index] ?? blankCell) & ~markedBit) >>> styleShift;
  }

  /** Whether a cell is the second half of a wide character. */
  isSecondHalf(index: number): boolean {
    return ((this.cells[index] ?? blankCell) & codeMask) === 0;
  }

  /** Whether two cells look the same. */
  isSame(index: number, other: Grid, otherIndex: number): boolean {
    const cell = this.cells[index] ?? blankCell;
    if (cell !== other.cells[otherIndex]) return false;
    return cell < markedBit || this.#marked.get(index) === other.#marked.get(otherIndex);
  }

  #writePlain(row: number, column: number, text: string, look: Style): number {
    const end = Math.min(column + text.length, this.columns);
    const base = row * this.columns;
    this.#splitWide(base, column);
    this.#splitWide(base, end);
    const { cells } = this;
    const bits = look << styleShift;
    const blank = (look & visibleOnBlank) === 0 ? blankCell : blankCell | bits;
    const highest = this.#ascii ? 0x7e : codeMask;
    for (let at = column; at < end; at++) {
      const code = text.charCodeAt(at - column);
      cells[base + at] = code === blankCell ? blank : (code > highest ? 0x3f : code) | bits;
    }
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
        at = this.#put(base, at, character.codePointAt(0) ?? blankCell, width, look);
      }
    }
    return at;
  }

  #put(base: number, at: number, code: number, width: 1 | 2, look: Style): number {
    const isForeign = this.#ascii && code > 0x7e;
    this.#set(base + at, isForeign ? 0x3f : code, look);
    if (width === 2) this.#set(base + at + 1, isForeign ? 0x3f : 0, look);
    return at + width;
  }

  /** A mark joins the character before it, if this same text wrote one and it carries few enough. */
  #combine(base: number, at: number, start: number, mark: string): void {
    const before = this.isSecondHalf(base + at - 1) ? at - 2 : at - 1;
    if (before < start || this.#ascii) return;
    const character = this.characterAt(base + before);
    if ([...character].length > maxMarks) return;
    this.#marked.set(base + before, character + mark);
    this.cells[base + before] = (this.cells[base + before] ?? blankCell) | markedBit;
  }

  #padRow(base: number, at: number, look: Style): number {
    this.#splitWide(base, at);
    for (let column = at; column < this.columns; column++) this.#set(base + column, blankCell, look);
    return this.columns;
  }

  #set(index: number, code: number, look: Style): void {
    // A blank looks the same bold, dim or coloured: one style for all of them saves bytes in every frame.
    const isPlainBlank = code === blankCell && (look & visibleOnBlank) === 0;
    this.cells[index] = isPlainBlank ? blankCell : code | (look << styleShift);
  }

  /** Blanks the halves of a wide character that is about to be cut between `column - 1` and `column`. */
  #splitWide(base: number, column: number): void {
    if (column <= 0 || column >= this.columns || !this.isSecondHalf(base + column)) return;
    this.#set(base + column - 1, blankCell, this.styleAt(base + column - 1));
    this.#set(base + column, blankCell, this.styleAt(base + column));
  }
}
