import { UsageError } from '../errors.ts';
import type { Event } from '../protocol/event.ts';
import type { Task } from './task.ts';
import type { Worker } from './worker.ts';

/** @typeParam Self the State itself */
export interface StateOptions<Self> extends StateListeners<Self> {
  /** Default 10,000. A task beyond it takes the place of the one seen first. */
  maxTasksInMemory?: number;
  /** Default 5,000. */
  maxWorkersInMemory?: number;
  /**
   * Bytes that the State may take, by its own estimate. Beyond it the oldest raw texts go, then the oldest finished
   * tasks, then the others, never counters. Unlimited by default.
   */
  maxBytesInMemory?: number;
}

/** Who is told what. @typeParam Self the State itself */
export interface StateListeners<Self> {
  /** Called with every event before it is taken in. */
  callback?: ((state: Self, event: Event) => void) | undefined;
  /** A worker was seen first by an event of its own, or said that it is online. */
  onNodeJoin?: ((worker: Worker) => void) | undefined;
  /** A worker said that it goes offline. Only with this callback is it then forgotten; else it stays, not alive. */
  onNodeLeave?: ((worker: Worker) => void) | undefined;
  /** Once per worker whose clock is more than 16 s from ours (Celery logs "Substantial drift"). Seconds, signed. */
  onDrift?: ((worker: Worker, seconds: number) => void) | undefined;
  /** Seconds since the epoch, for `aliveWorkers`. */
  now?: (() => number) | undefined;
}

/** What became of one event. */
export interface EventOutcome {
  object: Task | Worker | undefined;
  /** Whether the event is the first that we see of it. */
  created: boolean;
  subject: string;
  /**
   * When the task had come to this stage before, in seconds: an earlier run was, say, started, or the same event came
   * already. Undefined for the first time, and for what is no stage of a task.
   */
  earlier?: number | null | undefined;
}

/** Takes the place of the built-in handling of an event group. */
export type GroupHandler = (subject: string, event: Event) => Task | Worker | undefined;

export interface ListOptions {
  /** Number of tasks; all by default. */
  limit?: number;
  /** Newest first, each task at its newest event, which is the default; else oldest first, each at its oldest event. */
  reverse?: boolean;
}

/** @throws UsageError for a limit that is not a whole number above 0 */
export function limitOf(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new UsageError(`State cannot be made with ${name} ${value}: give a whole number above 0.`);
}
