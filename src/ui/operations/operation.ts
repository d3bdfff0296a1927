import type { Line } from '../../presentation/line.ts';

/** A task as far as operations care. One that was never seen can be named too, by its uuid alone. */
export interface TargetTask {
  readonly uuid: string;
  readonly state: string;
  readonly ready: boolean;
  readonly name?: unknown;
  readonly worker?: string | undefined;
  readonly started?: unknown;
}

/** The state of a task that is known by its uuid alone. */
export const notSeen = 'not seen';

export function unseenTask(uuid: string): TargetTask {
  return { uuid, state: notSeen, ready: false };
}

/** What an operation was aimed at when its key was pressed. Identities, captured once: the list may move on. */
export interface Target {
  readonly tasks: readonly TargetTask[];
  readonly hostnames: readonly string[];
  /** A task type named by itself, without a task of it. */
  readonly taskName?: string;
  /** Why it is aimed at nothing: what was selected is no longer there to be seen. */
  readonly missing?: string;
}

/** What is known of a worker that matters for commanding it. Undefined where its inspection has not answered. */
export interface WorkerFacts {
  readonly online: boolean;
  readonly poolImplementation: string | undefined;
  readonly poolSize: number | undefined;
  readonly autoscale: { readonly min: number; readonly max: number } | undefined;
  readonly queues: readonly string[] | undefined;
  readonly activeCount: number | undefined;
  /** Seconds that its oldest running task has run. */
  readonly oldestActive: number | undefined;
  readonly eventsOn: boolean | undefined;
}

/** The present, as operations see it. Read again at every tick while a dialog is open. */
export interface Facts {
  /** Seconds since the epoch. */
  readonly now: number;
  readonly online: readonly string[];
  worker(hostname: string): WorkerFacts | undefined;
  /** The task as it is now; undefined when it has been evicted from memory. */
  task(uuid: string): TargetTask | undefined;
  /** The limit that the workers report for a task type, for example `10/s`; undefined when none or not known. */
  rateLimit(taskName: string): string | undefined;
  /** Tasks of this type started per second over the last five minutes. */
  measuredRate(taskName: string): number;
}

export type Values = Readonly<Record<string, string>>;

export interface Field {
  readonly id: string;
  readonly label: string;
  readonly initial: string;
  /** A choice is turned with ←/→ and takes no typing. */
  readonly choices?: readonly { readonly value: string; readonly label: string }[];
  /** Said beside the field while it is being filled. */
  readonly note?: string;
}

/** A control request, ready to be sent by the monitor. `label` is how messages and the command log name it. */
export interface Request {
  readonly method: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly destination?: readonly string[];
  readonly label: string;
}

/**
 * One thing that an operator can do to the cluster: what it needs to know, how much it must ask, what it will say
 * and what it will send. Declared once; keys, palette and the actions menu all go through the same dialog.
 */
export interface Operation {
  readonly id: OperationId;
  title(target: Target): string;
  fields(target: Target, facts: Facts): readonly Field[];
  /** Why it cannot be done now, in one short sentence; undefined when it can. Nothing is sent while there is one. */
  disabled(target: Target, facts: Facts): string | undefined;
  /** What is true of the target at this moment and what will happen, line by line. */
  explain(target: Target, values: Values, facts: Facts): readonly Line[];
  /** What is wrong with the values; undefined when they can be sent. */
  problem(values: Values): string | undefined;
  /** 1: Enter sends. 2: `y` sends. 3: the words of `words` must be typed. */
  level(target: Target, values: Values, facts: Facts): 1 | 2 | 3;
  words(target: Target, values: Values): string;
  request(target: Target, values: Values, facts: Facts): Request;
}

export type OperationId =
  | 'revoke'
  | 'terminate'
  | 'rate-limit'
  | 'time-limit'
  | 'grow'
  | 'shrink'
  | 'autoscale'
  | 'add-consumer'
  | 'cancel-consumer'
  | 'task-events'
  | 'shutdown';

export function workersLabel(hostnames: readonly string[]): string {
  return hostnames.length === 1 ? (hostnames[0] ?? '') : `${hostnames.length} workers`;
}
