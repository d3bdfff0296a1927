/**
 * Task states as Celery spells them, best precedence first. Any other name is a custom state and ranks between
 * FAILURE and REVOKED. Mirrors celery/states.py:PRECEDENCE.
 */
const ranks: ReadonlyMap<string, number> = new Map([
  ['SUCCESS', 0],
  ['FAILURE', 1],
  ['REVOKED', 3],
  ['STARTED', 4],
  ['RECEIVED', 5],
  ['REJECTED', 6],
  ['RETRY', 7],
  ['PENDING', 8],
]);

const customRank = 2;

/** Subject of a task event → the state it reports. Mirrors celery/events/state.py:TASK_EVENT_TO_STATE. */
const stateBySubject: ReadonlyMap<string, string> = new Map([
  ['sent', 'PENDING'],
  ['received', 'RECEIVED'],
  ['started', 'STARTED'],
  ['failed', 'FAILURE'],
  ['retried', 'RETRY'],
  ['succeeded', 'SUCCESS'],
  ['revoked', 'REVOKED'],
  ['rejected', 'REJECTED'],
]);

/** The states Celery itself knows; a custom event such as `task-progress` adds others (`PROGRESS`). */
export const taskStates: readonly string[] = [...ranks.keys()];

/** A task in one of these will not run again. Mirrors celery/states.py:READY_STATES. */
export const readyStates: ReadonlySet<string> = new Set(['SUCCESS', 'FAILURE', 'REVOKED']);

/** Lower wins when events arrive out of order. */
export function precedence(state: string): number {
  return ranks.get(state) ?? customRank;
}

/** `succeeded` → `SUCCESS`; a subject Celery does not know is a custom state: `custom-thing` → `CUSTOM-THING`. */
export function stateOfSubject(subject: string): string {
  return stateBySubject.get(subject) ?? subject.toUpperCase();
}

/** Subjects whose event time Celery keeps on the task under the subject's own name (`task.started`). */
export const stageSubjects: readonly string[] = [...stateBySubject.keys()];
