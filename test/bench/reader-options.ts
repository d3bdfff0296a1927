/**
 * What a reader is told. It prints `ready` at the first heartbeat, the number of task events at every multiple of
 * `step`, and the number of all events when it is told to end.
 */
export interface ReaderOptions {
  readonly url: string;
  readonly step: number;
  readonly listLength: number;
  readonly maxTasks: number;
}
