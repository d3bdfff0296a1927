export interface LoadOptions {
  readonly url: string;
  readonly eventsPerSecond: number;
  /** Sent at once, before the steady rate begins. */
  readonly firstEvents?: number;
}

/** What a load has sent when it was stopped; `eventsPerSecond` is the rate it really had. */
export interface LoadTotals {
  readonly events: number;
  readonly tasks: number;
  readonly eventsPerSecond: number;
}
