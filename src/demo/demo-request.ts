import { saferepr } from '../protocol/saferepr.ts';
import type { Appointment } from './demo-agenda.ts';
import type { Sender } from './demo-events.ts';
import type { TaskMessage } from './demo-task-message.ts';

/** One process or thread of a pool. As a sender it is what tasks send tasks and custom events from. */
export interface PoolProcess extends Sender {
  busyWith: Request | undefined;
  /** Tasks that were written to it. */
  runs: number;
}

/**
 * A message that a worker has received. Mirrors celery/worker/request.py:Request.
 * `scheduled` waits for its eta, `limited` for its rate limit, `reserved` for a process.
 */
export interface Request {
  readonly message: TaskMessage;
  stage: 'scheduled' | 'limited' | 'reserved' | 'active';
  /** Seconds since the epoch; null before it runs. */
  timeStart: number | null;
  process: PoolProcess | undefined;
  /** What is due next for it: the eta, or the end of its run. */
  next: Appointment | undefined;
}

/** What inspect commands tell of it (Request.info). */
export function requestInfo(request: Request, hostname: string, safe: boolean): Record<string, unknown> {
  const { message, process, timeStart } = request;
  return {
    id: message.id,
    name: message.name,
    args: safe ? saferepr(message.args, { tuple: true }) : message.args,
    kwargs: safe ? saferepr(message.kwargs) : message.kwargs,
    type: message.name,
    hostname,
    time_start: timeStart,
    acknowledged: timeStart !== null,
    delivery_info: {
      exchange: '',
      routing_key: message.queue,
      priority: null,
      redelivered: message.redelivered,
    },
    worker_pid: process?.pid ?? null,
  };
}
