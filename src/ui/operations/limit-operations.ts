import { parseRateLimit, parseTimeLimit } from '../../control/arguments.ts';
import { formatRate } from '../../presentation/format.ts';
import type { Line } from '../../presentation/line.ts';
import { clean } from '../../presentation/text.ts';
import {
  type Facts,
  type Field,
  type Operation,
  type Target,
  type Values,
  workersLabel,
} from './operation.ts';

function typeOf(target: Target): string | undefined {
  const name = target.taskName ?? target.tasks[0]?.name;
  return typeof name === 'string' && name !== '' ? name : undefined;
}

/** A limit belongs to one type: which one is meant must be beyond doubt. */
function notOneType(target: Target): string | undefined {
  const types = new Set(target.tasks.map(({ name }) => name));
  if (target.taskName === undefined && types.size > 1) return 'the marked tasks are of several types';
  return typeOf(target) === undefined
    ? 'the type of this task is not known: no event named it yet'
    : undefined;
}

/** The worker that all of them are on. */
function workerOf(target: Target): string | undefined {
  const [first, ...others] = new Set(target.tasks.map(({ worker }) => worker));
  return others.length === 0 ? first : undefined;
}

function sendTo(target: Target, facts: Facts): Field {
  const worker = workerOf(target);
  const all = { value: 'all', label: `all ${facts.online.length} online workers` };
  const choices = worker === undefined ? [all] : [all, { value: 'this', label: `${clean(worker, 40)} only` }];
  return { id: 'to', label: 'Send to', initial: 'all', choices };
}

function destination(target: Target, values: Values): readonly string[] | undefined {
  const worker = workerOf(target);
  return values['to'] === 'this' && worker !== undefined ? [worker] : undefined;
}

function toWhom(target: Target, values: Values, facts: Facts): string {
  return workersLabel(destination(target, values) ?? facts.online);
}

function willSend(call: string, target: Target, values: Values, facts: Facts): readonly Line[] {
  return [
    [{ text: `Will send   ${call} to ${toWhom(target, values, facts)}` }],
    [{ text: '            Lasts until each worker restarts.', tone: 'muted' }],
  ];
}

function addressed(target: Target, values: Values): { destination?: readonly string[] } {
  const to = destination(target, values);
  return to === undefined ? {} : { destination: to };
}

export const rateLimit: Operation = {
  id: 'rate-limit',
  title: () => 'Rate limit',
  fields: (target, facts) => [
    { id: 'rate', label: 'New rate', initial: '', note: 'N/s  N/m  N/h, 0 = no limit' },
    sendTo(target, facts),
  ],
  disabled: notOneType,
  explain(target, values, facts) {
    const name = typeOf(target) ?? '';
    const limit = facts.rateLimit(name) ?? 'no limit known';
    const call = `rate_limit("${clean(name, 200)}", "${clean(values['rate'] ?? '', 40)}")`;
    return [
      [{ text: `Task type   ${clean(name, 200)}` }],
      [{ text: `Now         ${clean(limit, 40)}, measured ${formatRate(facts.measuredRate(name))}/s` }],
      ...willSend(call, target, values, facts),
    ];
  },
  problem: (values) => parseRateLimit(values['rate'] ?? '').problem,
  level: () => 1,
  words: () => '',
  request: (target, values) => ({
    method: 'rate_limit',
    args: { task_name: typeOf(target) ?? '', rate_limit: parseRateLimit(values['rate'] ?? '').value },
    ...addressed(target, values),
    label: `rate_limit ${typeOf(target) ?? ''} ${values['rate'] ?? ''}`,
  }),
};

export const timeLimit: Operation = {
  id: 'time-limit',
  title: () => 'Time limit',
  fields: (target, facts) => [
    { id: 'soft', label: 'Soft', initial: '', note: 'seconds, empty = none' },
    { id: 'hard', label: 'Hard', initial: '', note: 'seconds, empty = none' },
    sendTo(target, facts),
  ],
  disabled: notOneType,
  explain(target, values, facts) {
    const name = typeOf(target) ?? '';
    const { soft, hard } = parseTimeLimit(values['soft'] ?? '', values['hard'] ?? '');
    const call = `time_limit("${clean(name, 200)}", soft=${soft ?? 'none'}, hard=${hard ?? 'none'})`;
    return [
      [{ text: `Task type   ${clean(name, 200)}` }],
      ...willSend(call, target, values, facts),
      // A worker builds the limits into its task handlers once (celery/worker/strategy.py, request.py:create_request_cls).
      [{ text: '            Celery 5.6 obeys it after a pool restart or a reconnect.', tone: 'muted' }],
    ];
  },
  problem: (values) => parseTimeLimit(values['soft'] ?? '', values['hard'] ?? '').problem,
  level: () => 1,
  words: () => '',
  request(target, values) {
    const { soft, hard } = parseTimeLimit(values['soft'] ?? '', values['hard'] ?? '');
    return {
      method: 'time_limit',
      args: { task_name: typeOf(target) ?? '', soft: soft ?? null, hard: hard ?? null },
      ...addressed(target, values),
      label: `time_limit ${typeOf(target) ?? ''} ${soft ?? 'none'}/${hard ?? 'none'}`,
    };
  },
};
