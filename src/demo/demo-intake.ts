import { saferepr } from '../protocol/saferepr.ts';
import type { DemoParts } from './demo-parts.ts';
import type { QueueConsumer } from './demo-queues.ts';
import { parseRate, TokenBucket } from './demo-rate-limit.ts';
import type { Request } from './demo-request.ts';
import { isoFormat, type TaskMessage } from './demo-task-message.ts';
import { findTaskType } from './demo-task-registry.ts';
import { discardIfRevoked, requestsIn, type WorkerState } from './demo-worker-state.ts';
import { reprString } from './python-repr.ts';

/** worker_prefetch_multiplier. */
const prefetchMultiplier = 4;

/**
 * The half of a worker that receives: prefetch, revocations, etas and rate limits.
 * Mirrors celery/worker/strategy.py:default and the buckets of celery/worker/consumer/consumer.py.
 */
export class Intake implements QueueConsumer {
  readonly #parts: DemoParts;
  readonly #state: WorkerState;
  readonly #onReserved: () => void;
  #buckets = new Map<string, TokenBucket>();
  #prefetch: number;

  constructor(parts: DemoParts, state: WorkerState, concurrency: number, onReserved: () => void) {
    this.#parts = parts;
    this.#state = state;
    this.#onReserved = onReserved;
    this.#prefetch = concurrency * prefetchMultiplier;
    this.resetRateLimits();
  }

  /** Messages with an eta are counted on top, so that they do not block the others. */
  get prefetchCount(): number {
    return this.#prefetch + requestsIn(this.#state, 'scheduled').length;
  }

  changePrefetch(processes: number): void {
    this.#prefetch = Math.max(1, this.#prefetch + processes * prefetchMultiplier);
  }

  /** Tasks are acknowledged when they start, so those that run take no room. */
  hasRoom(): boolean {
    return (
      this.#state.stage === 'running' &&
      requestsIn(this.#state, 'limited', 'reserved').length < this.#prefetch
    );
  }

  deliver(message: TaskMessage): void {
    const { queues, agenda } = this.#parts;
    if (findTaskType(message.name) === undefined) {
      queues.settled(message);
      this.#reportUnknown(message);
    } else if (discardIfRevoked(this.#state, message, agenda.now)) {
      queues.settled(message);
    } else {
      this.#announce(message);
      this.#accept(message);
    }
  }

  /** Later tasks go by the new limits; those held already still wait for the old ones, as in Celery. */
  resetRateLimits(): void {
    const { now } = this.#parts.agenda;
    this.#buckets = new Map();
    for (const [name, { rateLimit }] of this.#state.settings) {
      const rate = parseRate(rateLimit);
      if (rate > 0) this.#buckets.set(name, new TokenBucket(rate, now));
    }
  }

  /** Gives back what has not begun, for another worker or for later. */
  returnAll(): void {
    const { agenda, queues } = this.#parts;
    for (const request of requestsIn(this.#state, 'scheduled', 'limited', 'reserved').reverse()) {
      agenda.cancel(request.next);
      this.#state.requests.delete(request.message.id);
      if (request.stage === 'scheduled') queues.unsettled(request.message);
      queues.requeue(request.message);
    }
    this.#buckets.clear();
  }

  /** Mirrors Consumer.on_unknown_task: no task-received before, no traceback. */
  #reportUnknown(message: TaskMessage): void {
    const exception = `NotRegistered(${reprString(message.name)})`;
    this.#state.emit('task-failed', { uuid: message.id, exception });
    message.onEnd?.(false);
  }

  #accept(message: TaskMessage): void {
    const { queues, agenda } = this.#parts;
    const request: Request = {
      message,
      stage: 'scheduled',
      timeStart: null,
      process: undefined,
      next: undefined,
    };
    this.#state.requests.set(message.id, request);
    if (message.eta === undefined || message.eta <= agenda.now) {
      this.#limit(request);
      return;
    }
    queues.settled(message);
    request.next = agenda.after(message.eta - agenda.now, () => {
      queues.unsettled(message);
      this.#limit(request);
    });
  }

  #announce(message: TaskMessage): void {
    this.#state.emit('task-received', {
      uuid: message.id,
      name: message.name,
      args: saferepr(message.args, { tuple: true }),
      kwargs: saferepr(message.kwargs),
      root_id: message.rootId,
      parent_id: message.parentId,
      retries: message.retries,
      eta: message.eta === undefined ? null : isoFormat(message.eta),
      expires: message.expires === undefined ? null : isoFormat(message.expires),
    });
  }

  #limit(request: Request): void {
    const bucket = this.#buckets.get(request.message.name);
    if (bucket === undefined) {
      this.#reserve(request);
      return;
    }
    request.stage = 'limited';
    bucket.waiting.push(request);
    if (bucket.waiting.length === 1) this.#drain(bucket);
  }

  #drain(bucket: TokenBucket): void {
    const { agenda } = this.#parts;
    for (let first = bucket.waiting[0]; first !== undefined; first = bucket.waiting[0]) {
      if (first.stage !== 'limited' || !this.#state.requests.has(first.message.id)) {
        bucket.waiting.shift();
      } else if (bucket.take(agenda.now)) {
        bucket.waiting.shift();
        this.#reserve(first);
      } else {
        first.next = agenda.after(bucket.secondsToNext(agenda.now), () => this.#drain(bucket));
        return;
      }
    }
  }

  #reserve(request: Request): void {
    request.stage = 'reserved';
    request.next = undefined;
    this.#onReserved();
  }
}
