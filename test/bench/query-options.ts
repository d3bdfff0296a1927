/** What one question to all tasks took. */
export interface QueryResult {
  readonly kind: 'filter' | 'first rows' | 'whole order' | 'group' | 'catching up' | 'hostile';
  readonly question: string;
  /** From asking to the answer, with the turns of the event loop between the slices. */
  readonly totalMs: number;
  /** Processor time of that, of all threads. */
  readonly cpuMs: number;
  /** The longest that events had to wait, with what the garbage collector took of it. */
  readonly sliceMs: number;
  readonly slices: number;
  /** Tasks, rows or groups that were found. */
  readonly found: number;
}

export interface QueryReport {
  readonly tasks: number;
  readonly results: readonly QueryResult[];
}
