/** What both sides of the comparison of `State.event` are told. */
export interface FoldOptions {
  /** A stream: one list of events in a line. */
  readonly file: string;
  readonly maxTasks: number;
  /** Events that are folded before the clock runs: until all is compiled, or until the limit is reached. */
  readonly before: number;
}

export interface FoldResult {
  readonly eventsPerCpuSecond: number;
  /** Growth of resident memory while the clock ran; of Celery only, ours is measured on the way from a broker. */
  readonly bytesPerTask?: number;
}
