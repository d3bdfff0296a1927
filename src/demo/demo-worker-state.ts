import type { Pool } from './demo-pool.ts';
import type { Request } from './demo-request.ts';
import type { TaskMessage } from './demo-task-message.ts';
import { builtinTasks } from './demo-task-registry.ts';
import { taskTypes } from './demo-tasks.ts';

/** celery/worker/state.py:REVOKES_MAX is 50000; a demo has enough of this many. */
const mostRevoked = 500;

/** What remote control may change of a task type, as it was sent: null is not set. */
export interface TaskSettings {
  rateLimit: unknown;
  /** Seconds. */
  timeLimit: unknown;
  softTimeLimit: unknown;
}

/** One worker's bookkeeping. Mirrors celery/worker/state.py. */
export interface WorkerState {
  readonly hostname: string;
  readonly pid: number;
  readonly pool: Pool;
  /** Everything received and not ended, by id. */
  readonly requests: Map<string, Request>;
  readonly revoked: Set<string>;
  readonly revokedStamps: Map<string, Set<string>>;
  readonly settings: Map<string, TaskSettings>;
  /** Runs begun, by task name. */
  readonly totals: Map<string, number>;
  processed: number;
  stage: 'running' | 'stopping' | 'gone';
  readonly sendsTaskEvents: () => boolean;
  /** Sends a task event, together with others of the same hub tick. */
  readonly emit: (type: string, fields: Record<string, unknown>) => void;
}

export function initialSettings(): Map<string, TaskSettings> {
  return new Map(
    [...taskTypes, ...builtinTasks].map(({ name, rateLimit, timeLimit, softTimeLimit }) => [
      name,
      { rateLimit: rateLimit ?? null, timeLimit: timeLimit ?? null, softTimeLimit: softTimeLimit ?? null },
    ]),
  );
}

export function requestsIn(state: WorkerState, ...stages: readonly Request['stage'][]): Request[] {
  return [...state.requests.values()].filter(({ stage }) => stages.includes(stage));
}

export function addRevoked(revoked: Set<string>, ids: Iterable<string>): void {
  for (const id of ids) {
    revoked.delete(id);
    revoked.add(id);
  }
  for (const oldest of revoked) {
    if (revoked.size <= mostRevoked) return;
    revoked.delete(oldest);
  }
}

/**
 * Whether a task must not run: revoked by id or by stamp, or expired. If so, says it with `task-revoked`.
 * Mirrors celery/worker/request.py:Request.revoked.
 */
export function discardIfRevoked(state: WorkerState, message: TaskMessage, now: number): boolean {
  const expired = message.expires !== undefined && now > message.expires;
  if (expired) addRevoked(state.revoked, [message.id]);
  if (!expired && !state.revoked.has(message.id) && !isStampRevoked(state, message)) return false;
  state.emit('task-revoked', { uuid: message.id, terminated: false, signum: null, expired });
  message.onEnd?.(false);
  return true;
}

/** The first header name that is known decides, matching or not, as in Celery. */
function isStampRevoked(state: WorkerState, { stamps }: TaskMessage): boolean {
  const known = Object.entries(stamps).find(([header]) => state.revokedStamps.has(header));
  return known !== undefined && (state.revokedStamps.get(known[0])?.has(known[1]) ?? false);
}
