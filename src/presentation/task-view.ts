import { isShed, shedNote } from './shed-text.ts';
import { valueNumber, valueText } from './value-text.ts';

/**
 * What is read of a task: the fields of state/task.ts. Every one but uuid and state comes from an event as it was
 * sent, so it can be missing, null, or of any JSON type. Times are seconds since the epoch.
 */
export interface TaskView {
  readonly uuid: string;
  readonly state: string;
  readonly name?: unknown;
  readonly worker?: unknown;
  readonly queue?: unknown;
  readonly exchange?: unknown;
  readonly routingKey?: unknown;
  readonly client?: unknown;
  readonly args?: unknown;
  readonly kwargs?: unknown;
  readonly result?: unknown;
  readonly exception?: unknown;
  readonly traceback?: unknown;
  readonly runtime?: unknown;
  readonly retries?: unknown;
  readonly timestamp?: unknown;
  readonly sent?: unknown;
  readonly received?: unknown;
  readonly started?: unknown;
  readonly succeeded?: unknown;
  readonly failed?: unknown;
  readonly retried?: unknown;
  readonly revoked?: unknown;
  readonly rejected?: unknown;
  readonly eta?: unknown;
  readonly expires?: unknown;
  readonly parentId?: unknown;
  readonly rootId?: unknown;
  /** Fields of events that no declared field of a task holds: `pid`, `terminated`, `signum`, `requeue`, … */
  readonly extra?: unknown;
  /** Texts that were known and were dropped to save memory: `args`, `result`, `traceback`, … */
  readonly shed?: readonly string[];
  /** Everything known, by wire name. */
  fields?(): Readonly<Record<string, unknown>>;
}

/** A field of the task's events under its wire name, wherever the model keeps it. */
export function eventField(task: TaskView, name: string): unknown {
  const own = (task as unknown as Readonly<Record<string, unknown>>)[name];
  if (own !== undefined) return own;
  const { extra } = task;
  if (extra instanceof Map) return extra.get(name);
  return typeof extra === 'object' && extra !== null && Object.hasOwn(extra, name)
    ? (extra as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

/** CANCELLED is what a custom-looking `task-cancelled` of a cold shutdown becomes. */
const finished: ReadonlySet<string> = new Set(['SUCCESS', 'FAILURE', 'REVOKED', 'REJECTED', 'CANCELLED']);
const notStarted: ReadonlySet<string> = new Set(['PENDING', 'RECEIVED', 'RETRY']);

/** As much of a task as tells whether it runs. */
interface Progress extends Pick<TaskView, 'uuid' | 'state'> {
  readonly started?: unknown;
}

/** A custom state counts as running: it is what a task reports about itself while it runs. */
export function isRunning(task: Progress): boolean {
  return !isFinished(task) && !notStarted.has(task.state) && valueNumber(task.started) !== undefined;
}

export function isFinished({ state }: Progress): boolean {
  return finished.has(state);
}

/** When it ended, or undefined while it has not. */
export function finishedAt(task: TaskView): number | undefined {
  switch (task.state) {
    case 'SUCCESS':
      return valueNumber(task.succeeded);
    case 'FAILURE':
      return valueNumber(task.failed);
    case 'RETRY':
      return valueNumber(task.retried);
    case 'REVOKED':
      return valueNumber(task.revoked);
    case 'REJECTED':
      return valueNumber(task.rejected);
    default:
      return undefined;
  }
}

/**
 * Seconds that the code ran: what the worker measured (task-succeeded), else from start to end on the worker's clock.
 * Undefined before it started and while it runs, and of a try that ended before it began: after a retry, a task that is
 * revoked or rejected as soon as it is received.
 */
export function runSeconds(task: TaskView): number | undefined {
  const measured = valueNumber(task.runtime);
  if (measured !== undefined) return measured;
  const started = valueNumber(task.started);
  if (started !== undefined && (valueNumber(task.received) ?? started) > started) return undefined;
  const ended = finishedAt(task);
  return started === undefined || ended === undefined ? undefined : ended - started;
}

/** Seconds between the worker's receipt and the start; undefined while it waits (again, after a retry). */
export function waitSeconds(task: TaskView): number | undefined {
  const received = valueNumber(task.received);
  const started = valueNumber(task.started);
  const isWaiting = task.state === 'PENDING' || task.state === 'RECEIVED';
  return isWaiting || received === undefined || started === undefined ? undefined : started - received;
}

/** Since when it waits: received but not started, or sent and not received. */
export function waitingSince(task: TaskView): number | undefined {
  if (task.state === 'RECEIVED') return valueNumber(task.received);
  return task.state === 'PENDING' ? valueNumber(task.sent) : undefined;
}

/** The exception on one line, its kind first: `ValueError: boom 3` from `ValueError('boom 3')`. */
export function exceptionText(task: TaskView): string | undefined {
  const text = valueText(task.exception);
  if (text === undefined) return undefined;
  // Celery sends this literal for a lost worker and for the hard time limit; the truth is the traceback's last line.
  return text === 'ExceptionWithTraceback()' ? (lastTracebackLine(task) ?? text) : readableException(text);
}

function readableException(repr: string): string {
  const match = /^([\w.]{1,100})\((['"])([^'"\\]{0,2000})\2,?\)$/.exec(repr);
  return match === null || match[3] === '' ? repr : `${match[1]}: ${match[3]}`;
}

function lastTracebackLine(task: TaskView): string | undefined {
  const text = valueText(task.traceback)?.slice(-4096).trimEnd();
  const last = text?.slice(text.lastIndexOf('\n') + 1).trim();
  // Without the module path, which tells a reader nothing: billiard.exceptions.WorkerLostError.
  return last === undefined || last === '' ? undefined : last.replace(/^(?:\w{1,60}\.){1,8}(?=\w)/, '');
}

/** What tells most about a task in its state: an exception, a result, why it was revoked, or its arguments. */
export function tellingText(task: TaskView): string {
  switch (task.state) {
    case 'SUCCESS':
      return valueText(task.result) ?? noteIfShed(task, 'result');
    case 'FAILURE':
    case 'RETRY':
      return exceptionText(task) ?? noteIfShed(task, 'exception');
    case 'REVOKED':
      return revokedText(task);
    case 'REJECTED':
      if (isShed(task, 'extra')) return shedNote;
      return eventField(task, 'requeue') === true ? 'requeued' : 'dead-lettered';
    default:
      return argsText(task) || noteIfShed(task, 'args', 'kwargs');
  }
}

function noteIfShed(task: TaskView, ...fields: readonly string[]): string {
  return isShed(task, ...fields) ? shedNote : '';
}

function revokedText(task: TaskView): string {
  // How it was revoked stood in the fields that are gone.
  if (isShed(task, 'extra')) return `revoked, details ${shedNote}`;
  if (eventField(task, 'expired') === true) return 'expired';
  if (eventField(task, 'terminated') !== true) return 'revoked';
  const signum = eventField(task, 'signum');
  const name = valueText(signum);
  return name === undefined ? 'terminated' : `terminated ${signalNames.get(name) ?? name}`;
}

/** Numbers of Linux, where workers run; the event carries the number. */
const signalNames: ReadonlyMap<string, string> = new Map([
  ['1', 'SIGHUP'],
  ['2', 'SIGINT'],
  ['3', 'SIGQUIT'],
  ['6', 'SIGABRT'],
  ['9', 'SIGKILL'],
  ['10', 'SIGUSR1'],
  ['12', 'SIGUSR2'],
  ['15', 'SIGTERM'],
]);

/** `args=(4411,) kwargs={…}`; the parts that are empty or not known are left out. */
export function argsText(task: TaskView): string {
  const args = valueText(task.args);
  const kwargs = valueText(task.kwargs);
  const parts = [];
  if (args !== undefined && args !== '()' && args !== '[]') parts.push(`args=${args}`);
  if (kwargs !== undefined && kwargs !== '{}') parts.push(`kwargs=${kwargs}`);
  return parts.join(' ');
}
