import { EventEmitter } from 'node:events';
import type { TerminalSize } from './terminal.ts';

/**
 * What Ink takes for stdout. With `debug: true` each commit is one write of the whole frame as plain lines; nothing
 * of it reaches the terminal but through the screen. It is no TTY, so Ink adds no cursor codes of its own.
 */
export class InkOutput extends EventEmitter {
  readonly isTTY = false;
  readonly writable = true;
  columns: number;
  rows: number;
  readonly #onFrame: (lines: readonly string[]) => void;

  constructor({ columns, rows }: TerminalSize, onFrame: (lines: readonly string[]) => void) {
    super();
    // Every component that lays out by size listens here.
    this.setMaxListeners(0);
    this.columns = columns;
    this.rows = rows;
    this.#onFrame = onFrame;
  }

  write(frame: string, ...rest: readonly unknown[]): boolean {
    // An empty write is Ink's way to wait for earlier ones.
    if (frame !== '') this.#onFrame(frame.split('\n'));
    const done = rest.at(-1);
    if (typeof done === 'function') done();
    return true;
  }

  resize({ columns, rows }: TerminalSize): void {
    this.columns = columns;
    this.rows = rows;
    this.emit('resize');
  }
}
