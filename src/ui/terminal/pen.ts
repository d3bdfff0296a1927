import { type Style, style, styleChange, visibleOnBlank } from './style.ts';

/**
 * Collects the bytes of a frame and knows where they leave the terminal: the cursor, as far as it is certain, and the
 * look in force. A frame begins and ends plain.
 */
export class Pen {
  output = '';
  /** -1 where nothing is known, as at the start of a frame. */
  #row = -1;
  /** -1 after text whose width terminals may see differently. */
  #column = -1;
  #style: Style = style.plain;

  /** A pen in the same state that collects for itself, to try one way against another. */
  fork(): Pen {
    const pen = new Pen();
    pen.#row = this.#row;
    pen.#column = this.#column;
    pen.#style = this.#style;
    return pen;
  }

  /** Takes over what a fork collected and where it ended. */
  adopt(fork: Pen): void {
    this.output += fork.output;
    this.#row = fork.#row;
    this.#column = fork.#column;
    this.#style = fork.#style;
  }

  /** True when the cursor is known to stand here, so that what lies between may be cheaper to write than to skip. */
  isAt(row: number, column: number): boolean {
    return this.#row === row && this.#column === column;
  }

  moveTo(row: number, column: number): void {
    if (this.isAt(row, column)) return;
    this.output += this.#move(row, column);
    this.#row = row;
    this.#column = column;
  }

  setStyle(wanted: Style): void {
    if (wanted === this.#style) return;
    this.output += styleChange(this.#style, wanted);
    this.#style = wanted;
  }

  /** One cell at a place; `width` columns of the terminal. */
  put(row: number, column: number, character: string, width: number, look: Style): void {
    const isAscii = character.length === 1 && character < '\x7f';
    // Within a stretch of non-ASCII text nothing is gained by repeating the position; after it everything is.
    const continues = !isAscii && this.#row === row && this.#column === -1 && this.#next === column;
    if (!continues) this.moveTo(row, column);
    const isBlank = character === ' ' && look === style.plain;
    if (!isBlank || (this.#style & visibleOnBlank) !== 0) this.setStyle(look);
    this.output += character;
    this.#column = isAscii ? column + width : -1;
    this.#next = column + width;
  }

  /** ASCII in one look, from a place on. */
  putText(row: number, column: number, text: string, look: Style): void {
    this.moveTo(row, column);
    this.setStyle(look);
    this.output += text;
    this.#column = column + text.length;
    this.#next = this.#column;
  }

  /** Erases from a place to the end of its row. The cursor never stands behind the last column: nothing is drawn there. */
  eraseFrom(row: number, column: number): void {
    this.setStyle(style.plain);
    this.moveTo(row, column);
    this.output += '\x1b[K';
  }

  /** A sequence after which the cursor may be anywhere; it is written in plain style. */
  sequence(bytes: string): void {
    this.setStyle(style.plain);
    this.output += bytes;
    this.#row = -1;
    this.#column = -1;
  }

  /** Where the cursor stands if the terminal counts widths as we do; only `put` trusts it. */
  #next = -1;

  #move(row: number, column: number): string {
    if (this.#row !== row) return column === 0 ? `\x1b[${row + 1}H` : `\x1b[${row + 1};${column + 1}H`;
    if (column === 0) return '\r';
    const ahead = this.#column < 0 ? 0 : column - this.#column;
    const absolute = `\x1b[${column + 1}G`;
    if (ahead <= 0) return absolute;
    const relative = ahead === 1 ? '\x1b[C' : `\x1b[${ahead}C`;
    return relative.length < absolute.length ? relative : absolute;
  }
}
