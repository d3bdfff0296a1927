import { timeOf } from '../clock-time.ts';
import { stateNames } from '../glyphs.ts';
import { exceptionText } from '../task-view.ts';
import { valueNumber, valueText } from '../value-text.ts';
import type { FieldOf, FilterFields, FlagOf } from './filter-fields.ts';
import {
  ageOf,
  type FilterTask,
  hasChildren,
  isLate,
  isProblemState,
  isReadyState,
  isSlow,
  isStuck,
  isUnfinishedState,
  mayRunIn,
  parentOf,
  queueWaitOf,
  runtimeOf,
  type TaskFilterContext,
  waitOf,
} from './task-filter-facts.ts';

/** The words of the screen, of the events and of the shell for what Celery calls a state. */
const stateAliases: ReadonlyMap<string, string> = new Map([
  ['sent', 'PENDING'],
  ['queued', 'PENDING'],
  ['waiting', 'PENDING'],
  ['recv', 'RECEIVED'],
  ['run', 'STARTED'],
  ['running', 'STARTED'],
  ['active', 'STARTED'],
  ['ok', 'SUCCESS'],
  ['succeeded', 'SUCCESS'],
  ['done', 'SUCCESS'],
  ['failed', 'FAILURE'],
  ['error', 'FAILURE'],
  ['retried', 'RETRY'],
  ['retrying', 'RETRY'],
  ['rtry', 'RETRY'],
  ['rvkd', 'REVOKED'],
  ['cancelled', 'REVOKED'],
  ['rjct', 'REJECTED'],
]);

const fields: readonly FieldOf<FilterTask, TaskFilterContext>[] = [
  {
    name: 'state',
    short: 's',
    kind: 'choice',
    help: 'state, its first letters or a word for it',
    choices: stateNames,
    aliases: stateAliases,
    index: 'state',
    isShared: true,
    read: (task) => task.state,
  },
  {
    name: 'name',
    short: 'n',
    kind: 'text',
    help: 'name of the task type',
    index: 'name',
    isShared: true,
    read: (task) => valueText(task.name),
  },
  { name: 'uuid', short: 'id', kind: 'text', help: 'uuid', index: 'uuid', read: (task) => task.uuid },
  {
    name: 'worker',
    short: 'w',
    kind: 'text',
    help: 'worker that has it',
    index: 'worker',
    isShared: true,
    read: (task) => valueText(task.worker),
  },
  {
    name: 'queue',
    short: 'q',
    kind: 'text',
    help: 'queue, where the sender told it',
    isShared: true,
    read: (task) => valueText(task.queue),
  },
  { name: 'args', kind: 'text', help: 'positional arguments', read: (task) => valueText(task.args) },
  {
    name: 'kwargs',
    kind: 'pairs',
    help: 'keyword arguments, or one of them: kwargs:key=value',
    read: (task) => valueText(task.kwargs),
  },
  { name: 'result', kind: 'text', help: 'result', read: (task) => valueText(task.result) },
  {
    name: 'exc',
    kind: 'text',
    help: 'exception',
    read: (task) => valueText(task.exception),
    // As it is shown: `ValueError: boom` for `ValueError('boom')`.
    readAlso: exceptionText,
  },
  { name: 'tb', kind: 'text', help: 'traceback', read: (task) => valueText(task.traceback) },
  {
    name: 'runtime',
    short: 'rt',
    kind: 'duration',
    help: 'run time, so far where it runs',
    read: runtimeOf,
    isUnsteady: true,
  },
  {
    name: 'wait',
    kind: 'duration',
    help: 'wait for the start, so far where it waits',
    read: waitOf,
    isUnsteady: true,
  },
  {
    name: 'qwait',
    kind: 'duration',
    help: 'wait in the queue, from sending to receipt',
    read: queueWaitOf,
    isUnsteady: true,
  },
  { name: 'retries', kind: 'count', help: 'retries so far', read: (task) => valueNumber(task.retries) },
  { name: 'parent', kind: 'text', help: 'uuid of the task that started it', read: parentOf },
  {
    name: 'root',
    kind: 'text',
    help: 'uuid of the first task of its workflow',
    index: 'root',
    read: (task) => valueText(task.rootId),
  },
  {
    name: 'client',
    kind: 'text',
    help: 'who sent it',
    isShared: true,
    read: (task) => valueText(task.client),
  },
  {
    name: 'pid',
    kind: 'count',
    help: 'process of its newest event',
    read: (task) => valueNumber((task as { readonly pid?: unknown }).pid),
  },
  {
    name: 'rk',
    kind: 'text',
    help: 'routing key',
    isShared: true,
    read: (task) => valueText(task.routingKey),
  },
  { name: 'time', kind: 'moment', help: 'time of its newest event', read: (task) => timeOf(task.timestamp) },
  { name: 'age', kind: 'duration', help: 'time since its newest event', read: ageOf, isUnsteady: true },
  {
    name: 'eta',
    kind: 'moment',
    help: 'when it is to run',
    isAhead: true,
    read: (task) => timeOf(task.eta),
  },
  {
    name: 'expires',
    kind: 'moment',
    help: 'when it is no longer to run',
    isAhead: true,
    read: (task) => timeOf(task.expires),
  },
];

const is: readonly FlagOf<FilterTask, TaskFilterContext>[] = [
  { ...ofStates('active', mayRunIn), help: 'it runs now' },
  { ...ofStates('ready', isReadyState), help: 'it succeeded, failed or was revoked' },
  {
    name: 'problem',
    help: 'failed, retried, revoked, rejected or stuck',
    holds: (task, context) => isProblemState(task.state) || isStuck(task, context),
    isUnsteady: true,
    states: (state) => isProblemState(state) || mayRunIn(state),
  },
  { name: 'slow', help: 'it took longer than 99 % of its type', holds: isSlow, isUnsteady: true },
  {
    name: 'stuck',
    help: 'it runs longer than 99 % of its type, or its worker is gone',
    holds: isStuck,
    states: mayRunIn,
    isUnsteady: true,
  },
  { name: 'root', help: 'no task started it', holds: (task) => parentOf(task) === undefined },
  { name: 'leaf', help: 'it started no task', holds: (task) => !hasChildren(task), isUnsteady: true },
  {
    name: 'retried',
    help: 'it was tried more than once',
    holds: (task) => task.state === 'RETRY' || (valueNumber(task.retries) ?? 0) > 0,
  },
  {
    name: 'marked',
    help: 'marked here',
    holds: (task, context) => context.marked(task.uuid),
    isUnsteady: true,
  },
  {
    name: 'revoking',
    help: 'revoked from here, not yet confirmed',
    holds: (task, context) => isUnfinishedState(task.state) && context.revoking(task.uuid),
    states: isUnfinishedState,
    isUnsteady: true,
  },
  {
    name: 'late',
    help: 'it is due and still waits',
    holds: isLate,
    states: (state) => state === 'PENDING' || state === 'RECEIVED',
    isUnsteady: true,
  },
];

const has: readonly FlagOf<FilterTask, TaskFilterContext>[] = [
  { name: 'traceback', help: 'a traceback', holds: (task) => isText(task.traceback) },
  { name: 'result', help: 'a result', holds: (task) => isText(task.result) },
  { name: 'eta', help: 'a time at which it is to run', holds: (task) => timeOf(task.eta) !== undefined },
  { name: 'parent', help: 'a task that started it', holds: (task) => parentOf(task) !== undefined },
  { name: 'children', help: 'tasks that it started', holds: hasChildren, isUnsteady: true },
];

/** What can be asked of tasks. */
export const taskFilterFields: FilterFields<FilterTask, TaskFilterContext> = {
  fields,
  is,
  has,
  searched: ['name', 'uuid', 'worker', 'queue', 'args', 'kwargs', 'result', 'exc'],
};

function ofStates(
  name: string,
  states: (state: string) => boolean,
): Omit<FlagOf<FilterTask, TaskFilterContext>, 'help'> {
  return { name, holds: (task) => states(task.state), states, isOfState: true };
}

function isText(value: unknown): boolean {
  const text = valueText(value);
  return text !== undefined && text !== '';
}
