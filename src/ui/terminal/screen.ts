import type { Tone } from '../../presentation/line.ts';
import type { Timers } from '../../timers.ts';
import { type ChromeLine, compose, type Painter } from './compose.ts';
import { beginUpdate, endUpdate, enterScreen, leaveScreen, statusQuery } from './control-sequences.ts';
import { frameDifference } from './frame-difference.ts';
import { FramePace } from './frame-pace.ts';
import { Grid, type GridOptions } from './grid.ts';
import { InkOutput } from './ink-output.ts';
import { Link } from './link.ts';
import type { Style } from './style.ts';
import type { Terminal, TerminalSize } from './terminal.ts';

/** A resize comes in steps; the last of them is painted. */
const resizeMs = 50;

export interface ScreenOptions extends GridOptions {
  readonly terminal: Terminal;
  readonly timers: Timers;
  readonly styleOf: (tone: Tone) => Style;
  /** Data frames a second; default 2. */
  readonly rate?: number;
  /** The terminal is gone (EIO, EPIPE): there is nobody left to paint for. */
  readonly onLost?: (error: Error) => void;
}

export interface ScreenCounters {
  readonly frames: number;
  readonly bytes: number;
  /** Milliseconds spent on composing frames and their differences. */
  readonly paintMs: number;
}

/**
 * The only writer to the terminal. Ink draws the chrome into `stdout`; painters fill the slots in it straight from the
 * data, so that live rows never pass through React; what differs from the screen is sent, one frame at a time.
 * The last column of the terminal is never drawn: columns here are one fewer than the terminal has.
 */
export class Screen {
  /** For `render(<App/>, { stdout: screen.stdout, debug: true, patchConsole: false, exitOnCtrlC: false })`. */
  readonly stdout: NodeJS.WriteStream;
  readonly #options: ScreenOptions;
  readonly #ink: InkOutput;
  readonly #link: Link;
  readonly #pace: FramePace;
  readonly #painters = new Map<string, Painter>();
  #styleOf: (tone: Tone) => Style;
  #chrome: readonly ChromeLine[] = [];
  #next: Grid;
  #spare: Grid;
  /** What the terminal shows; undefined when that is not known. */
  #shown: Grid | undefined;
  #erases = false;
  #along = '';
  #isUp = false;
  #generation = 0;
  #cancelResize: (() => void) | undefined;
  #unsubscribe: (() => void) | undefined;
  #counters = { frames: 0, bytes: 0, paintMs: 0 };

  constructor(options: ScreenOptions) {
    const { terminal, timers, styleOf, rate = 2 } = options;
    this.#options = options;
    this.#styleOf = styleOf;
    this.#link = new Link(timers, () => this.#pace.linkFreed());
    this.#pace = new FramePace(timers, this.#link, rate, () => this.#paint());
    const size = drawable(terminal.size);
    this.#ink = new InkOutput(size, (lines) => this.setChrome(lines));
    this.stdout = this.#ink as unknown as NodeJS.WriteStream;
    this.#next = new Grid(size.columns, size.rows, options);
    this.#spare = new Grid(size.columns, size.rows, options);
  }

  /** The columns and rows that may be drawn: what painters and Ink are given. */
  get size(): TerminalSize {
    return { columns: this.#next.columns, rows: this.#next.rows };
  }

  get counters(): ScreenCounters {
    return this.#counters;
  }

  /** Data frames a second that the link bears, when that is clearly below `rate`; for `slow link 1/s`. */
  get slowLink(): number | undefined {
    return this.#pace.slowRate;
  }

  get rate(): number {
    return this.#pace.rate;
  }

  set rate(rate: number) {
    this.#pace.rate = rate;
  }

  /** Another theme: everything is repainted. */
  set styleOf(styleOf: (tone: Tone) => Style) {
    this.#styleOf = styleOf;
    this.repaint();
  }

  /** Fills the slot that `slotLine(id)` marks in the chrome; undefined leaves it blank. */
  setPainter(id: string, painter: Painter | undefined): void {
    if (painter === undefined) this.#painters.delete(id);
    else this.#painters.set(id, painter);
    this.repaint();
  }

  /** The chrome from top to bottom, as Ink would write it; for the skeleton that is shown before Ink is loaded. */
  setChrome(chrome: readonly ChromeLine[]): void {
    this.#chrome = chrome;
    this.repaint();
  }

  /** Takes the terminal over and paints everything: at the beginning, and after Ctrl-Z or a pager. */
  start(): void {
    if (this.#isUp) return;
    const { terminal } = this.#options;
    this.#isUp = true;
    this.#generation++;
    this.#shown = undefined;
    this.#unsubscribe = terminal.onResize(() => this.#resizing());
    this.#adoptSize();
    terminal.writeNow(enterScreen + statusQuery);
    this.#link.probe();
    this.#pace.start();
    this.repaint();
  }

  /** Gives the terminal back, within 200 ms; `start` takes it again. False when the terminal did not take it all. */
  stop(): boolean {
    if (!this.#isUp) return true;
    this.#isUp = false;
    this.#generation++;
    this.#pace.stop();
    this.#link.reset();
    this.#cancelResize?.();
    this.#cancelResize = undefined;
    this.#unsubscribe?.();
    return this.#options.terminal.writeNow(leaveScreen);
  }

  /** Data changed: painted at most `rate` times a second. */
  invalidate(): void {
    this.#pace.dataChanged();
  }

  /** A key changed something: painted at once. */
  repaint(): void {
    this.#pace.inputChanged();
  }

  /** Ctrl-L: whatever is on the terminal is wiped and painted anew. */
  redraw(): void {
    this.#shown = undefined;
    this.#erases = true;
    this.repaint();
  }

  /** A sequence that draws nothing (the clipboard, say) goes out with the next frame, which is painted at once. */
  sendAlong(sequence: string): void {
    this.#along += sequence;
    this.repaint();
  }

  /** The terminal answered the question at the end of a frame (`CSI 0 n`). */
  acknowledge(): void {
    this.#link.acknowledge();
  }

  #paint(): void {
    const { terminal, timers } = this.#options;
    const startedMs = timers.nowMs();
    this.#next.clear();
    compose(this.#next, { chrome: this.#chrome, painters: this.#painters, styleOf: this.#styleOf });
    const difference = frameDifference(this.#shown, this.#next, { erase: this.#erases });
    const costMs = timers.nowMs() - startedMs;
    this.#pace.painted(costMs);
    this.#counters.paintMs += costMs;
    const along = this.#along;
    if (difference === '' && along === '') return;
    this.#along = '';
    this.#erases = false;
    this.#shown = this.#next;
    [this.#next, this.#spare] = [this.#spare, this.#next];
    this.#send(
      terminal,
      `${along}${beginUpdate}${difference}${endUpdate}${this.#link.asks ? statusQuery : ''}`,
    );
  }

  #send(terminal: Terminal, frame: string): void {
    const generation = this.#generation;
    this.#counters.frames++;
    this.#counters.bytes += Buffer.byteLength(frame);
    this.#link.frameStarted();
    terminal.write(frame, (error) => {
      if (generation !== this.#generation) return;
      if (error === undefined) this.#link.frameWritten();
      else this.#lost(error);
    });
  }

  #lost(error: Error): void {
    this.#pace.stop();
    this.#options.onLost?.(error);
  }

  /** Nothing is painted while the size is in motion. */
  #resizing(): void {
    this.#pace.stop();
    this.#cancelResize?.();
    this.#cancelResize = this.#options.timers.after(resizeMs, () => {
      this.#cancelResize = undefined;
      this.#shown = undefined;
      this.#adoptSize();
      this.#pace.start();
      this.repaint();
    });
  }

  #adoptSize(): void {
    const size = drawable(this.#options.terminal.size);
    if (size.columns === this.#next.columns && size.rows === this.#next.rows) return;
    this.#next = new Grid(size.columns, size.rows, this.#options);
    this.#spare = new Grid(size.columns, size.rows, this.#options);
    // Ink commits its chrome for the new size before this returns.
    this.#ink.resize(size);
  }
}

function drawable({ columns, rows }: TerminalSize): TerminalSize {
  return { columns: Math.max(1, columns - 1), rows: Math.max(1, rows) };
}
