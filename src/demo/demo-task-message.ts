import type { Sender } from './demo-events.ts';
import type { FailureName } from './demo-failures.ts';
import type { Value } from './python-repr.ts';

export type Ending =
  | { readonly kind: 'success'; readonly result: Value }
  | { readonly kind: 'failure'; readonly failure: FailureName }
  /** Without a failure it is a plain `self.retry()`, as celery.chord_unlock does while it waits. */
  | { readonly kind: 'retry'; readonly failure: FailureName | undefined; readonly countdown: number }
  | { readonly kind: 'reject'; readonly requeue: boolean }
  /** The pool process is killed by the kernel. */
  | { readonly kind: 'worker-lost' }
  /** It waits for something that never comes. */
  | { readonly kind: 'stuck' };

/** What one run of a task does; decided when it starts. */
export interface Course {
  /** Seconds. */
  readonly runtime: number;
  readonly ending: Ending;
  /** How many `task-progress` events it sends on its way. */
  readonly progressSteps?: number;
}

/** A task in a queue: what Celery's protocol 2 carries, and what its run will do. */
export interface TaskMessage {
  readonly id: string;
  readonly name: string;
  readonly args: readonly Value[];
  readonly kwargs: Readonly<Record<string, Value>>;
  readonly rootId: string;
  readonly parentId: string | null;
  readonly retries: number;
  /** Seconds since the epoch, as is `expires`. */
  readonly eta: number | undefined;
  readonly expires: number | undefined;
  readonly queue: string;
  readonly redelivered: boolean;
  readonly stamps: Readonly<Record<string, string>>;
  readonly decide: (message: TaskMessage) => Course;
  /** Called in the pool process: sends what follows in a chain. */
  readonly onSuccess?: (process: Sender, message: TaskMessage) => void;
  /** Called once when this task will not run again, whatever became of it; a chord counts these. */
  readonly onEnd?: (succeeded: boolean) => void;
}

/** Seconds since the epoch as Python's `datetime.isoformat()` in UTC. */
export function isoFormat(seconds: number): string {
  const whole = Math.floor(seconds);
  const micros = Math.floor((seconds - whole) * 1e6);
  const text = new Date(whole * 1000).toISOString().slice(0, 19);
  return `${text}${micros === 0 ? '' : `.${String(micros).padStart(6, '0')}`}+00:00`;
}
