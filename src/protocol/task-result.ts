import type { ExactJson, ExactObject } from './exact-json.ts';
import { readyStates } from './task-state.ts';

/** What a task left in the result backend. */
export interface TaskResult {
  readonly id: string;
  /** `SUCCESS`, `FAILURE`, `STARTED` …, or a custom one. */
  readonly state: string;
  /** The return value; of a failure the exception, of a custom state its meta. */
  readonly result: ExactJson;
  readonly traceback: string | undefined;
  /** Everything that Celery stored, under Celery's own names and in its order. */
  readonly meta: ExactObject;
  /** Seconds until it is deleted; undefined when it never is. */
  readonly ttl: number | undefined;
}

/** A group that was saved (`GroupResult.save()`); a member is the id of a task or a group again. */
export interface StoredGroup {
  readonly id: string;
  readonly members: readonly (string | StoredGroup)[];
  /** Seconds until it is deleted; undefined when it never is. */
  readonly ttl: number | undefined;
}

/** How far the tasks of a chord have come whose body has not been sent yet. */
export interface ChordProgress {
  readonly id: string;
  readonly done: number;
  /** Undefined as long as Celery has not stored it. */
  readonly total: number | undefined;
}

/** What is stored under an id, which may be that of a task, of a group or of a chord. */
export type Found =
  | { readonly kind: 'task'; readonly id: string; readonly result: TaskResult }
  /** `results` has those members that have left something, by id. */
  | {
      readonly kind: 'group';
      readonly id: string;
      readonly group: StoredGroup;
      readonly results: ReadonlyMap<string, TaskResult>;
    }
  | { readonly kind: 'chord'; readonly id: string; readonly chord: ChordProgress }
  /** An id that nobody knows, and a task that waits, runs unseen, ignores its result or whose result has expired. */
  | { readonly kind: 'nothing'; readonly id: string };

/** Whether the task will not run again. Mirrors celery/result.py:AsyncResult.ready. */
export function isReady(result: TaskResult | undefined): boolean {
  return result !== undefined && readyStates.has(result.state);
}

/** Whether there is nothing left to wait for. */
export function isDone(found: Found): boolean {
  if (found.kind === 'task') return isReady(found.result);
  return found.kind === 'group' && memberIds(found.group).every((id) => isReady(found.results.get(id)));
}

/** The tasks of a group and of the groups in it, in their order. */
export function memberIds(group: StoredGroup): readonly string[] {
  return group.members.flatMap((member) => (typeof member === 'string' ? [member] : memberIds(member)));
}
