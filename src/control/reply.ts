import type { ExactJson } from '../protocol/exact-json.ts';

/** What one worker answered. `value` is any JSON value, and hostile. */
export interface Reply {
  readonly hostname: string;
  /** `{ok}`, `{error}`, or whatever the command returns. */
  readonly value: unknown;
  /** The same as the worker wrote it, for who asked the mailbox for that. */
  readonly exact?: ExactJson;
  /** Milliseconds from sending to its arrival. */
  readonly latencyMs: number;
  /** False when nobody asked or expected this worker to answer. */
  readonly expected: boolean;
}

/** Celery's two conventions, and everything else. Texts are the worker's own and not clean. */
export type ReplyMeaning =
  | { readonly kind: 'ok'; readonly text: string }
  | { readonly kind: 'error'; readonly text: string }
  | { readonly kind: 'value'; readonly value: unknown };

/** Mirrors celery/worker/control.py:ok and nok. */
export function replyMeaning(value: unknown): ReplyMeaning {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { kind: 'value', value };
  const { ok, error } = value as { readonly ok?: unknown; readonly error?: unknown };
  // A list of tasks or settings may well have a key of that name among others.
  if (Object.keys(value).length !== 1) return { kind: 'value', value };
  if (error !== undefined) return { kind: 'error', text: textOf(error) };
  return ok === undefined ? { kind: 'value', value } : { kind: 'ok', text: textOf(ok) };
}

/** What came of `terminate`, or of `revoke` with terminate, over all workers that answered. */
export interface TerminateOutcome {
  /** They had the task and killed its process. */
  readonly terminatedBy: readonly string[];
  /** They never had it: every worker but one says so, which is no failure while there is that one. */
  readonly withoutTask: readonly string[];
  readonly failed: readonly Reply[];
}

/** Mirrors celery/worker/control.py:_revoke, which answers `terminate: tasks unknown` or the ids. */
export function terminateOutcome(replies: readonly Reply[]): TerminateOutcome {
  const terminatedBy: string[] = [];
  const withoutTask: string[] = [];
  const failed: Reply[] = [];
  for (const reply of replies) {
    const meaning = replyMeaning(reply.value);
    if (meaning.kind !== 'ok') failed.push(reply);
    else if (meaning.text === 'terminate: tasks unknown') withoutTask.push(reply.hostname);
    else terminatedBy.push(reply.hostname);
  }
  return { terminatedBy, withoutTask, failed };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
