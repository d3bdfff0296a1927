import { saferepr } from '../protocol/saferepr.ts';
import { sendEvent } from './demo-events.ts';
import { type FailureName, failures, poolFailure } from './demo-failures.ts';
import type { DemoParts } from './demo-parts.ts';
import type { PoolProcess, Request } from './demo-request.ts';
import type { Course, Ending, TaskMessage } from './demo-task-message.ts';
import { findTaskType } from './demo-task-registry.ts';
import { applicationRoot, type Failure, formatTraceback, retryTraceback } from './demo-tracebacks.ts';
import { discardIfRevoked, requestsIn, type WorkerState } from './demo-worker-state.ts';
import { PythonError } from './python-error.ts';
import type { Value } from './python-repr.ts';

type RunEnding = Ending | { readonly kind: 'hard-limit'; readonly seconds: number };

const poolModules = { prefork: 'prefork', threads: 'thread', solo: 'solo' } as const;

/**
 * The half of a worker that runs tasks: takes reserved requests as processes become free and lets each end as its
 * course says. Mirrors what celery/worker/request.py sends at each step.
 */
export class Execution {
  readonly #parts: DemoParts;
  readonly #state: WorkerState;
  /** Called after each end: there is room for more, and a stopping worker may be done. */
  readonly #onFree: () => void;

  constructor(parts: DemoParts, state: WorkerState, onFree: () => void) {
    this.#parts = parts;
    this.#state = state;
    this.#onFree = onFree;
  }

  /** Starts what the pool has room for, oldest first. */
  startReserved(): void {
    for (const request of requestsIn(this.#state, 'reserved')) {
      const process = this.#state.pool.idle();
      if (process === undefined || this.#state.stage !== 'running') return;
      if (discardIfRevoked(this.#state, request.message, this.#parts.agenda.now)) {
        this.#state.requests.delete(request.message.id);
        this.#parts.queues.settled(request.message);
      } else {
        this.#start(request, process);
      }
    }
  }

  /**
   * Kills the process of a running task; one that has not begun is only flagged.
   * @throws PythonError when the pool cannot kill.
   */
  terminate(request: Request, signum: number): void {
    if (request.process === undefined) return;
    const { pool } = this.#state;
    if (!pool.canKill) {
      throw new PythonError(
        `NotImplementedError("<class 'celery.concurrency.${poolModules[pool.kind]}.TaskPool'> does not implement kill_job")`,
      );
    }
    const process = this.#release(request);
    if (process) pool.replace(process);
    this.#state.emit('task-revoked', { uuid: request.message.id, terminated: true, signum, expired: false });
    request.message.onEnd?.(false);
    this.#onFree();
  }

  /** The machine is gone: what ran is lost, and nobody says so. */
  abandon(): void {
    for (const request of requestsIn(this.#state, 'active')) {
      this.#release(request);
      request.message.onEnd?.(false);
    }
  }

  #start(request: Request, process: PoolProcess): void {
    const { agenda, queues } = this.#parts;
    const { message } = request;
    request.stage = 'active';
    request.timeStart = agenda.now;
    request.process = process;
    process.busyWith = request;
    process.runs += 1;
    queues.settled(message);
    this.#state.processed += 1;
    this.#state.totals.set(message.name, (this.#state.totals.get(message.name) ?? 0) + 1);
    this.#state.emit('task-started', { uuid: message.id });
    const { runtime, ending, progressSteps = 0 } = this.#limited(message, message.decide(message));
    if (progressSteps > 0) this.#progress(request, runtime / progressSteps, 1, progressSteps);
    if (ending.kind === 'stuck') return;
    request.next = agenda.after(runtime, () => this.#end(request, ending));
  }

  /** A time limit cuts a run short, in pools that can do that. */
  #limited(
    message: TaskMessage,
    course: Course,
  ): { runtime: number; ending: RunEnding; progressSteps?: number | undefined } {
    const settings = this.#state.settings.get(message.name);
    const runtime = course.ending.kind === 'stuck' ? Number.POSITIVE_INFINITY : course.runtime;
    const soft = seconds(settings?.softTimeLimit);
    const hard = seconds(settings?.timeLimit);
    if (!this.#state.pool.canKill || Math.min(soft, hard) >= runtime) return course;
    if (soft < hard)
      return { ...course, runtime: soft, ending: { kind: 'failure', failure: 'softTimeLimit' } };
    return { ...course, runtime: hard, ending: { kind: 'hard-limit', seconds: hard } };
  }

  /** Custom events leave at once and from the child, so they may overtake `task-started` (protocol.md A.3). */
  #progress(request: Request, interval: number, step: number, steps: number): void {
    this.#parts.agenda.after(interval * (step === 1 ? 0.2 : 1), () => {
      const { process, message } = request;
      if (process?.busyWith !== request) return;
      const from = { hostname: this.#state.hostname, pid: process.pid, clock: process.clock };
      // A real task sends these without -E as well; a demo without events is to have none.
      if (this.#state.sendsTaskEvents()) {
        sendEvent(this.#parts, from, 'task-progress', { uuid: message.id, done: step, total: steps });
      }
      if (step < steps) this.#progress(request, interval, step + 1, steps);
    });
  }

  /** Takes the request off the books; returns the process, idle again. */
  #release(request: Request): PoolProcess | undefined {
    const { process } = request;
    this.#parts.agenda.cancel(request.next);
    this.#state.requests.delete(request.message.id);
    if (process) process.busyWith = undefined;
    return process;
  }

  #end(request: Request, ending: RunEnding): void {
    const process = this.#release(request);
    if (process) this.#finish(request, process, ending);
    this.#onFree();
  }

  #finish(request: Request, process: PoolProcess, ending: RunEnding): void {
    const { message } = request;
    switch (ending.kind) {
      case 'success':
        this.#succeed(request, process, ending.result);
        break;
      case 'failure':
        this.#fail(message, this.#failure(message, ending.failure));
        break;
      case 'retry':
        this.#retry(message, process, ending);
        break;
      case 'reject':
        this.#reject(message, ending.requeue);
        break;
      case 'hard-limit':
        this.#state.pool.replace(process);
        this.#failInPool(message, poolFailure({ hardLimit: ending.seconds }));
        break;
      case 'worker-lost':
        this.#lose(message, process);
        break;
      case 'stuck':
        break;
    }
  }

  #succeed({ message, timeStart }: Request, process: PoolProcess, result: Value): void {
    const { now } = this.#parts.agenda;
    message.onSuccess?.(process, message);
    this.#state.emit('task-succeeded', {
      uuid: message.id,
      result: saferepr(result),
      runtime: now - (timeStart ?? now),
    });
    message.onEnd?.(true);
  }

  /** Threads have no process of their own to lose: there the task only fails. */
  #lose(message: TaskMessage, process: PoolProcess): void {
    const { pool, processed } = this.#state;
    if (!pool.canKill) {
      this.#fail(message, this.#failure(message, 'brokenImage'));
      return;
    }
    pool.replace(process);
    this.#failInPool(message, poolFailure({ lostJob: processed }));
  }

  #failure(message: TaskMessage, name: FailureName): Failure {
    return failures[name](placeOf(message.name), this.#parts.chance);
  }

  #fail(message: TaskMessage, failure: Failure): void {
    this.#failInPool(message, { exception: failure.exception, traceback: formatTraceback(failure.chain) });
  }

  #failInPool(message: TaskMessage, failed: { exception: string; traceback: string }): void {
    this.#state.emit('task-failed', { uuid: message.id, ...failed });
    message.onEnd?.(false);
  }

  #retry(message: TaskMessage, process: PoolProcess, ending: Extract<Ending, { kind: 'retry' }>): void {
    const { countdown } = ending;
    const failure = ending.failure === undefined ? undefined : this.#failure(message, ending.failure);
    this.#parts.producer.retry(process, message, countdown);
    const exception = failure?.exception ?? 'None';
    this.#state.emit('task-retried', {
      uuid: message.id,
      // Only a prefork pool unwraps the Retry before it is shown.
      exception: this.#state.pool.canKill ? exception : `Retry(Retry(...), ${exception}, ${countdown})`,
      traceback: retryTraceback(failure, placeOf(message.name), countdown),
    });
  }

  #reject(message: TaskMessage, requeue: boolean): void {
    const { agenda, queues } = this.#parts;
    this.#state.emit('task-rejected', { uuid: message.id, requeue });
    if (!requeue) {
      message.onEnd?.(false);
      return;
    }
    agenda.after(0.002, () => {
      queues.unsettled(message);
      queues.requeue(message);
    });
  }
}

function placeOf(name: string): { file: string; function: string } {
  const file = findTaskType(name)?.file ?? 'tasks.py';
  return { file: `${applicationRoot}/${file}`, function: name.slice(name.lastIndexOf('.') + 1) };
}

/** A limit of null or 0 is none, as in Python's `or`. */
function seconds(limit: unknown): number {
  return typeof limit === 'number' && limit > 0 ? limit : Number.POSITIVE_INFINITY;
}
