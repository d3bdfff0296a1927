/** What the monitor can say about why there may be nothing to see. */
export interface MonitorFacts {
  /** Names of the workers that are not offline, heard of in any way. */
  readonly workers: readonly string[];
  /** Those of them that answered the last request. */
  readonly workersAnswered: readonly string[];
  /** How many of `workers` have sent a task event. */
  readonly workersSendingEvents: number;
  /** Whether any client has sent task-sent. */
  readonly sentSeen: boolean;
}
