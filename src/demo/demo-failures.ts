import { chainedFailures } from './demo-chained-failures.ts';
import { plainFailures } from './demo-plain-failures.ts';
import type { Chance } from './demo-random.ts';
import { type Failure, formatTraceback, library, type Place } from './demo-tracebacks.ts';

export type FailureName =
  | 'zeroDivision'
  | 'postcode'
  | 'productMissing'
  | 'connection'
  | 'readTimeout'
  | 'deadlock'
  | 'cardDeclined'
  | 'brokenImage'
  | 'recipientRefused'
  | 'badEncoding'
  | 'ffmpeg'
  | 'recursion'
  | 'softTimeLimit';

/** Every way in which a task's own code fails, by the name that the task table uses. */
export const failures: Readonly<Record<FailureName, (place: Place, chance: Chance) => Failure>> = {
  ...plainFailures,
  ...chainedFailures,
};

/** What the pool itself reports: `exception` hides the real type, which is the traceback's last line (protocol.md A.5). */
export function poolFailure(error: { lostJob: number } | { hardLimit: number }): {
  exception: string;
  traceback: string;
} {
  const [frame, text] =
    'lostJob' in error
      ? [
          library('billiard/pool.py', 1265, 'mark_as_worker_lost', 'raise WorkerLostError('),
          `billiard.exceptions.WorkerLostError: Worker exited prematurely: signal 9 (SIGKILL) Job: ${error.lostJob}.`,
        ]
      : [
          library('billiard/pool.py', 684, 'on_hard_timeout', 'raise TimeLimitExceeded(job._timeout)'),
          `billiard.exceptions.TimeLimitExceeded: TimeLimitExceeded(${error.hardLimit},)`,
        ];
  return {
    exception: 'ExceptionWithTraceback()',
    traceback: formatTraceback([{ frames: [frame], error: text }]),
  };
}
