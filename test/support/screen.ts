import headless from '@xterm/headless';
import { type Style, style } from '../../src/ui/terminal/style.ts';

export interface ScreenCell {
  readonly character: string;
  readonly style: Style;
}

/** A terminal without a window: takes bytes, remembers what a person would see. */
export class TerminalScreen {
  readonly #terminal: InstanceType<typeof headless.Terminal>;
  /** Everything that was written to it. */
  received = '';

  constructor(columns: number, rows: number) {
    this.#terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 100 });
  }

  /** Resolves when the terminal has taken it all in. */
  write(bytes: string): Promise<void> {
    this.received += bytes;
    return new Promise((resolve) => this.#terminal.write(bytes, resolve));
  }

  /** What the terminal sends back by itself, as the answer to `CSI 5 n`. */
  onReply(listener: (bytes: string) => void): void {
    this.#terminal.onData(listener);
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
  }

  get isAlternate(): boolean {
    return this.#terminal.buffer.active.type === 'alternate';
  }

  /** Rows from top to bottom, without blanks at their ends. */
  lines(): string[] {
    return this.#rows().map((row) =>
      this.#cellsOf(row)
        .map(({ character }) => character)
        .join('')
        .trimEnd(),
    );
  }

  text(): string {
    return this.lines().join('\n');
  }

  /** Cells of a row; `''` behind a wide character, and a blank that looks plain is plain. */
  cells(row: number): ScreenCell[] {
    return this.#cellsOf(row);
  }

  #rows(): number[] {
    return Array.from({ length: this.#terminal.rows }, (_, row) => row);
  }

  #cellsOf(row: number): ScreenCell[] {
    const line = this.#terminal.buffer.active.getLine(this.#terminal.buffer.active.baseY + row);
    const cells: ScreenCell[] = [];
    for (let column = 0; column < this.#terminal.cols; column++) {
      const cell = line?.getCell(column);
      if (cell === undefined) continue;
      const character = cell.getWidth() === 0 ? '' : cell.getChars() || ' ';
      let look: Style = cell.isFgPalette() ? cell.getFgColor() : style.plain;
      if (cell.isBold()) look |= style.bold;
      if (cell.isDim()) look |= style.dim;
      if (cell.isUnderline()) look |= style.underline;
      if (cell.isInverse()) look |= style.inverse;
      const showsOnBlank = (look & (style.underline | style.inverse)) !== 0;
      cells.push({ character, style: character === ' ' && !showsOnBlank ? style.plain : look });
    }
    return cells;
  }
}
