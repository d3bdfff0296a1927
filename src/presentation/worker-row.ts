/**
 * `busy`: all slots are used; `late`: a heartbeat is overdue but not expired; `silent`: it lives but left a request
 * unanswered; `no events`: it answers, but neither heartbeats nor task events of it were seen.
 */
export type WorkerRowStatus = 'online' | 'busy' | 'late' | 'offline' | 'silent' | 'no events';

/** A task as `inspect active` lists it. */
export interface ActiveTaskRow {
  readonly uuid: string;
  readonly name: string | undefined;
  readonly args: string | undefined;
  /** Seconds since the epoch. */
  readonly startedAt: number | undefined;
  readonly pid: number | undefined;
}

/** A queue as `inspect active_queues` lists it. */
export interface WorkerQueueRow {
  readonly name: string;
  readonly exchangeType: string | undefined;
  readonly routingKey: string | undefined;
  readonly durable: boolean | undefined;
}

/**
 * All that is shown of a worker, put together from its heartbeats, its replies and what its tasks did. Whatever is not
 * known is undefined and prints as `–`. Spans are seconds, times seconds since the epoch.
 */
export interface WorkerRow {
  readonly hostname: string;
  readonly status: WorkerRowStatus;
  readonly active?: number | undefined;
  /** Slots: how many tasks can run at once. */
  readonly pool?: number | undefined;
  /** Means over 1, 5 and 15 minutes. */
  readonly loadavg?: readonly number[] | undefined;
  readonly donePerMinute?: number | undefined;
  readonly failedPerMinute?: number | undefined;
  /** 0 to 100. */
  readonly failPercent?: number | undefined;
  readonly queues?: readonly string[] | undefined;
  readonly queueDetails?: readonly WorkerQueueRow[] | undefined;
  /** Seconds since the last heartbeat. */
  readonly beatAge?: number | undefined;
  readonly processed?: number | undefined;
  readonly prefetch?: number | undefined;
  /** Bytes. */
  readonly rss?: number | undefined;
  /** Seconds that its clock is off ours. */
  readonly drift?: number | undefined;
  readonly pid?: number | undefined;
  readonly uptime?: number | undefined;
  /** `5.6.3`. */
  readonly version?: string | undefined;
  /** `py-celery`, `Linux`. */
  readonly ident?: string | undefined;
  readonly system?: string | undefined;
  readonly reserved?: number | undefined;
  readonly scheduled?: number | undefined;
  /** `prefork`, `threads`, `solo`, … */
  readonly poolImplementation?: string | undefined;
  /** Pids of the pool. */
  readonly poolProcesses?: readonly number[] | undefined;
  readonly autoscale?: { readonly min: number; readonly max: number } | undefined;
  /** Seconds; undefined for no limit. */
  readonly timeLimits?: { readonly soft: number | undefined; readonly hard: number | undefined } | undefined;
  readonly maxTasksPerChild?: number | undefined;
  readonly eventsOn?: boolean | undefined;
  /** URL without credentials. */
  readonly broker?: string | undefined;
  /** Lamport clock. */
  readonly clock?: number | undefined;
  /** When it last answered an inspection. */
  readonly fetchedAt?: number | undefined;
  /** Why the last inspection brought nothing: `no reply in 1.0s`. */
  readonly failure?: string | undefined;
  readonly activeTasks?: readonly ActiveTaskRow[] | undefined;
  /** Seconds since it went offline. */
  readonly goneFor?: number | undefined;
  /** How many tasks ran when it was last seen. */
  readonly wasActive?: number | undefined;
}
