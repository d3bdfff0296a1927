/**
 * What can be said of a worker: `busy` when all slots are used, `late` when a heartbeat is overdue but not yet
 * expired, `silent` when it lives but left a request unanswered.
 */
export type WorkerStatus = 'online' | 'busy' | 'late' | 'offline' | 'silent';

/** One question to a worker and the last answer to it. Times are seconds since the epoch. */
export interface Inspection<T> {
  /** The last answer, kept when a later request fails: `fetchedAt` tells its age. */
  readonly value: T | undefined;
  readonly fetchedAt: number | undefined;
  readonly pending: boolean;
  /** Why the last request brought nothing, for example `no reply in 1.0s`. */
  readonly failure: string | undefined;
}

export const notInspected: Inspection<never> = {
  value: undefined,
  fetchedAt: undefined,
  pending: false,
  failure: undefined,
};

/** The reply to `stats`, cut down to what is shown. Mirrors celery/worker/control.py:stats; protocol.md C.5. */
export interface WorkerStats {
  /** The last part of the class path: `prefork`, `threads`, `solo`, `gevent`, `eventlet`. */
  readonly pool: string | undefined;
  /** How many tasks can run at once: the processes there are, else `max-concurrency`. */
  readonly concurrency: number | undefined;
  /** Pids of the pool's processes; empty for threads. */
  readonly processes: readonly number[];
  readonly maxTasksPerChild: number | undefined;
  readonly softTimeLimit: number | undefined;
  readonly hardTimeLimit: number | undefined;
  readonly prefetchCount: number | undefined;
  readonly pid: number | undefined;
  readonly uptime: number | undefined;
  readonly clock: number | undefined;
  /** Kilobytes, as getrusage reports it on Linux. */
  readonly maxRssKb: number | undefined;
  /** Set when the worker runs with --autoscale. */
  readonly autoscaler: { readonly max: number; readonly min: number } | undefined;
  /** `amqp://host:5672/vhost`; the reply carries no password. */
  readonly broker: string | undefined;
  /** How many tasks of all types it has run. */
  readonly totalTasks: number;
}

export interface ActiveQueue {
  readonly name: string;
  readonly exchange: string | undefined;
  readonly exchangeType: string | undefined;
  readonly routingKey: string | undefined;
  readonly durable: boolean | undefined;
}

/** One entry of `registered`; a limit is as the worker writes it, `10/s`. */
export interface RegisteredTask {
  readonly name: string;
  readonly rateLimit: string | undefined;
}

/** One entry of `active`. */
export interface ActiveTask {
  readonly uuid: string;
  readonly name: string | undefined;
  readonly args: string | undefined;
  readonly kwargs: string | undefined;
  /** Seconds since the epoch. */
  readonly startedAt: number | undefined;
  readonly pid: number | undefined;
}

/** The questions that are asked of each worker, and what is kept of the answers. */
export interface Inspections {
  readonly stats: Inspection<WorkerStats>;
  readonly activeQueues: Inspection<readonly ActiveQueue[]>;
  readonly registered: Inspection<readonly RegisteredTask[]>;
  readonly active: Inspection<readonly ActiveTask[]>;
  /** `worker_pool_restarts` of its configuration. */
  readonly poolRestarts: Inspection<boolean>;
}

export type Question = keyof Inspections;

/**
 * All that is known of one worker, its row in the list. The object lives as long as the row and changes in place;
 * while the connection is lost its figures stay as they were. Times are seconds since the epoch, on our clock.
 */
export interface WorkerFacts extends Inspections {
  readonly hostname: string;
  readonly status: WorkerStatus;
  /** When it last sent or answered anything. */
  readonly lastSeen: number;
  /** The last worker-online or worker-heartbeat. */
  readonly lastBeat: number | undefined;
  /** Seconds since `lastBeat`. */
  readonly beatAge: number | undefined;
  /** Our clock minus the worker's, in seconds, by its last heartbeat: includes the time the event travelled. */
  readonly drift: number | undefined;
  readonly offlineSince: number | undefined;
  /** Seconds since it went away; undefined while it is there. The row is forgotten after ten minutes. */
  readonly goneFor: number | undefined;
  /** How many tasks ran when it went away. */
  readonly wasActive: number | undefined;
  /** Tasks running now, by its last heartbeat. */
  readonly activeCount: number | undefined;
  readonly processed: number | undefined;
  readonly loadavg: readonly number[] | undefined;
  readonly pid: number | undefined;
  /** `py-celery 5.6.3 Linux` */
  readonly software: string | undefined;
  /** How many tasks can run at once; undefined until `stats` has answered. */
  readonly slots: number | undefined;
  /** True once a task event other than task-sent came from it; silence proves nothing. */
  readonly sendsTaskEvents: boolean;
  /** Undefined before the first request to it; false when the last one got no answer in time. */
  readonly answers: boolean | undefined;
  /** Tasks that ended in the last 60 s, in success or failure, and those in failure alone. */
  readonly doneInMinute: number;
  readonly failedInMinute: number;
}
