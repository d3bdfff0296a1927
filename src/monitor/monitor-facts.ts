import type { WorkerFacts } from './worker-facts.ts';

/** What the monitor can say about why there may be nothing to see. */
export interface MonitorFacts {
  /** Names of the workers that are not offline, heard of in any way, in order. */
  readonly workers: readonly string[];
  /** Those of them that answered the last request. */
  readonly workersAnswered: readonly string[];
  /** How many of `workers` have sent a task event. */
  readonly workersSendingEvents: number;
  /** Whether any client has sent task-sent. */
  readonly sentSeen: boolean;
}

export function monitorFacts(all: readonly WorkerFacts[], sentSeen: boolean): MonitorFacts {
  const there = all.filter(({ offlineSince }) => offlineSince === undefined);
  const names = (rows: readonly WorkerFacts[]): string[] => rows.map(({ hostname }) => hostname).sort();
  return {
    workers: names(there),
    workersAnswered: names(there.filter(({ answers }) => answers === true)),
    workersSendingEvents: there.filter(({ sendsTaskEvents }) => sendsTaskEvents).length,
    sentSeen,
  };
}
