import { readyStates } from '../../protocol/task-state.ts';
import { timeOf } from '../clock-time.ts';
import { isProblem } from '../problem.ts';
import { isFinished, isRunning, runSeconds, type TaskView, waitingSince, waitSeconds } from '../task-view.ts';
import { valueNumber, valueText } from '../value-text.ts';
import type { FilterContext } from './filter-fields.ts';

/** A task with what is asked of it only by filters. */
export interface FilterTask extends TaskView {
  readonly children?: readonly unknown[] | undefined;
}

/** What a filter of tasks asks of the session; each answers for one task, type or worker. */
export interface TaskFilterContext extends FilterContext {
  readonly marked: (uuid: string) => boolean;
  /** Revoked from here, and no event has confirmed it. */
  readonly revoking: (uuid: string) => boolean;
  /** A gap in the events hides how it went on, so it is not said to run. */
  readonly unknown: (uuid: string) => boolean;
  /** Seconds that a task may wait once it is due, before it is late. */
  readonly lateAfter: () => number;
  /** Seconds within which 99 % of the tasks of a type finish; undefined as long as there is too little to tell. */
  readonly p99: (name: string) => number | undefined;
  readonly offline: (hostname: string) => boolean;
}

/** Seconds that it took, or has run so far; undefined while it waits. */
export function runtimeOf(task: FilterTask, context: TaskFilterContext): number | undefined {
  if (task.state === 'PENDING' || task.state === 'RECEIVED') return undefined;
  if (!isRunning(task)) return atLeastZero(runSeconds(task));
  return context.unknown(task.uuid) ? undefined : since(valueNumber(task.started), context);
}

/** Seconds before the start, or so far. */
export function waitOf(task: FilterTask, context: TaskFilterContext): number | undefined {
  return atLeastZero(waitSeconds(task)) ?? since(waitingSince(task), context);
}

/** Seconds between sending and receipt, or so far; known only of tasks whose sender sends events. */
export function queueWaitOf(task: FilterTask, context: TaskFilterContext): number | undefined {
  const sent = valueNumber(task.sent);
  const received = valueNumber(task.received);
  if (sent === undefined) return undefined;
  if (received !== undefined) return Math.max(0, received - sent);
  return task.state === 'PENDING' ? since(sent, context) : undefined;
}

/** Seconds since its newest event. */
export function ageOf(task: FilterTask, context: TaskFilterContext): number | undefined {
  return since(valueNumber(task.timestamp), context);
}

/** The uuid of the task that started it. After a retry a worker sends the task's own uuid here. */
export function parentOf(task: FilterTask): string | undefined {
  const parent = valueText(task.parentId);
  return parent === task.uuid || parent === '' ? undefined : parent;
}

export function hasChildren(task: FilterTask): boolean {
  return (task.children?.length ?? 0) > 0;
}

/** As Celery has it: it will not run again. */
export function isReadyState(state: string): boolean {
  return readyStates.has(state);
}

export function mayRunIn(state: string): boolean {
  return isRunning({ uuid: '', state, started: 0 });
}

export function isUnfinishedState(state: string): boolean {
  return !isFinished({ uuid: '', state });
}

export function isProblemState(state: string): boolean {
  return isProblem({ state });
}

/** Took or takes longer than 99 % of its type. */
export function isSlow(task: FilterTask, context: TaskFilterContext): boolean {
  const name = valueText(task.name);
  const usual = name === undefined ? undefined : context.p99(name);
  const runtime = runtimeOf(task, context);
  return usual !== undefined && runtime !== undefined && runtime > usual;
}

/** Runs longer than 99 % of its type, or was running on a worker that is gone, which makes its fate unknown too. */
export function isStuck(task: FilterTask, context: TaskFilterContext): boolean {
  if (!isRunning(task)) return false;
  const hostname = valueText(task.worker);
  if (hostname !== undefined && context.offline(hostname)) return true;
  return !context.unknown(task.uuid) && isSlow(task, context);
}

/** Waits although it is due: its time has come, or it has none. */
export function isLate(task: FilterTask, context: TaskFilterContext): boolean {
  const waiting = waitingSince(task);
  if (waiting === undefined) return false;
  const due = Math.max(waiting, timeOf(task.eta) ?? 0);
  return context.now() - due > context.lateAfter();
}

function since(time: number | undefined, context: FilterContext): number | undefined {
  return time === undefined ? undefined : Math.max(0, context.now() - time);
}

/** Clocks of hosts that differ make a task end before it began. */
function atLeastZero(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.max(0, seconds);
}
