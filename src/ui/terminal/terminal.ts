export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** The way to a terminal as the screen needs it: one write at a time, and it never blocks. */
export interface Terminal {
  /** The whole terminal, its last column included; read anew at every use. */
  readonly size: TerminalSize;
  onResize(listener: () => void): () => void;
  /** Calls `done` once everything has been handed to the operating system, or with the error that ended the terminal. */
  write(bytes: string, done: (error?: Error) => void): void;
  /**
   * Gives up what is being written and writes at once, for at most 200 ms, even if the terminal has stopped reading.
   * False when the terminal is gone or would not take it all.
   */
  writeNow(bytes: string): boolean;
}
