import type { Gap } from '../connection-gaps.ts';

/**
 * What can be said of a worker's figures, and why no more:
 * - `compared`: its heartbeats count its tasks, and each was looked for;
 * - `not-yet`: it is compared from the first heartbeat after its first task event;
 * - `off`: it runs tasks and sends no task events;
 * - `no-heartbeats`: only ends without a start and `stats` tell of losses, and not of all;
 * - `no-clock`: its events carry no clock, so starts cannot be assigned to heartbeats;
 * - `shared-name`: heartbeats contradict each other, most likely two workers have one name.
 */
export type Knowledge = 'compared' | 'not-yet' | 'off' | 'no-heartbeats' | 'no-clock' | 'shared-name';

/** What arrived from one worker, and what did not. Times are seconds since the epoch, events are task events. */
export interface WorkerIntake {
  readonly hostname: string;
  readonly knowledge: Knowledge;
  readonly events: number;
  readonly eventsPerSecond: number;
  readonly starts: number;
  /** Starts that were lost for certain, and those beyond that seem so. */
  readonly confirmedStarts: number;
  readonly provisionalStarts: number;
  /** Starts that are missing and may be lost or of tasks that send no events. */
  readonly unexplainedStarts: number;
  /** Tasks that it ran of types that send no events, and the names of the types. */
  readonly silentTasks: number;
  readonly silentTypes: readonly string[];
  /** Task events that each start stands for. */
  readonly ratio: number;
  /** Task events that were lost: confirmed and provisional starts times the ratio. */
  readonly lostEvents: number;
  readonly lastBeat: number | undefined;
  /** Our clock minus the worker's, in seconds, as far as the events tell. */
  readonly drift: number | undefined;
  /** How many processes have had this name. */
  readonly processes: number;
}

/** A stretch of time of which nothing was heard: without a connection, or although there was one. */
export interface Deafness extends Gap {
  readonly connected: boolean;
}

/** How much of what the cluster tells has reached us. Shares are from 0 to 1, undefined before there was anything. */
export interface IntakeReport {
  /** When we began to listen; undefined before that. */
  readonly since: number | undefined;
  readonly share: number | undefined;
  /** Over the last five minutes. */
  readonly recentShare: number | undefined;
  readonly events: number;
  readonly lostEvents: number;
  readonly confirmedStarts: number;
  readonly provisionalStarts: number;
  /** Task-sent events of clients: nothing tells how many were lost. */
  readonly sentEvents: number;
  /** Messages that could not be read. */
  readonly unreadable: number;
  /** Oldest first; only the last ones are kept. */
  readonly gaps: readonly Deafness[];
  readonly gapCount: number;
  readonly gapSeconds: number;
  readonly workers: readonly WorkerIntake[];
}

/** When we were deaf, with a connection and without one, in the order in which it began. */
export function deafnesses(gaps: readonly Gap[], silences: readonly Gap[]): readonly Deafness[] {
  const cut = gaps.map((gap) => ({ ...gap, connected: false }));
  const silent = silences.map((gap) => ({ ...gap, connected: true }));
  return [...cut, ...silent].sort((left, right) => left.fromMs - right.fromMs);
}
