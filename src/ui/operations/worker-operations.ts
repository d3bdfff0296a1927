import { typedArgumentsProblem } from '../../control/arguments.ts';
import { formatDuration } from '../../presentation/format.ts';
import type { Line } from '../../presentation/line.ts';
import { clean } from '../../presentation/text.ts';
import {
  type Facts,
  type Operation,
  type Request,
  type Target,
  type Values,
  type WorkerFacts,
  workersLabel,
} from './operation.ts';

function named(hostname: string): string {
  return clean(hostname, 60);
}

function first(target: Target): string {
  return target.hostnames[0] ?? '';
}

function offline(target: Target, facts: Facts): string | undefined {
  if (target.hostnames.length === 0) return 'no worker is selected';
  const gone = target.hostnames.find((hostname) => facts.worker(hostname)?.online !== true);
  return gone === undefined ? undefined : `${named(gone)} is offline: nobody is there to obey`;
}

function firstReason(
  target: Target,
  facts: Facts,
  reason: (hostname: string, worker: WorkerFacts | undefined) => string | undefined,
): string | undefined {
  const gone = offline(target, facts);
  if (gone !== undefined) return gone;
  for (const hostname of target.hostnames) {
    const text = reason(hostname, facts.worker(hostname));
    if (text !== undefined) return text;
  }
  return undefined;
}

function cannotResize(target: Target, facts: Facts): string | undefined {
  return firstReason(target, facts, (hostname, worker) => {
    if (worker?.autoscale !== undefined) return `${named(hostname)} autoscales: change its range with =`;
    const pool = worker?.poolImplementation;
    return pool === undefined || /prefork|eventlet|gevent/.test(pool)
      ? undefined
      : `${named(hostname)} runs a ${clean(pool, 40)} pool, which cannot grow or shrink`;
  });
}

/** A dialog is not a report: no more workers than this are named one by one. */
const namedWorkers = 5;

/** Every worker that would be told, with what is to be said of each. */
export function workerLines(target: Target, tell: (hostname: string) => string = () => ''): readonly Line[] {
  const { hostnames } = target;
  const lines = hostnames.slice(0, namedWorkers).map((hostname, index): Line => {
    const label = index > 0 ? '' : hostnames.length === 1 ? 'Worker' : 'Workers';
    return [{ text: `${label.padEnd(12)}${named(hostname)}${tell(hostname)}` }];
  });
  const more = hostnames.length - lines.length;
  return more > 0 ? [...lines, [{ text: `            … and ${more} more`, tone: 'muted' }]] : lines;
}

/** The number that was typed; whatever else was typed stays text, which no command takes for a number. */
function typedNumber(text: string | undefined): number | string {
  const trimmed = (text ?? '').trim();
  return /^\d+$/.test(trimmed) ? Number(trimmed) : trimmed;
}

function processes(count: number | string): string {
  return count === 1 ? '1 process' : `${count} processes`;
}

function resize(direction: 'grow' | 'shrink'): Operation {
  const step = direction === 'grow' ? 1 : -1;
  const method = `pool_${direction}`;
  function problem(values: Values): string | undefined {
    return typedArgumentsProblem(method, { n: typedNumber(values['n']) });
  }
  function after(hostname: string, values: Values, facts: Facts): number | undefined {
    const size = facts.worker(hostname)?.poolSize;
    const n = typedNumber(values['n']);
    return size === undefined || problem(values) !== undefined ? undefined : size + step * Number(n);
  }
  function emptied(target: Target, values: Values, facts: Facts): readonly string[] {
    return target.hostnames.filter((hostname) => (after(hostname, values, facts) ?? 1) <= 0);
  }
  function sizes(hostname: string, values: Values, facts: Facts): string {
    const size = facts.worker(hostname)?.poolSize;
    return `${size ?? '?'} now, ${after(hostname, values, facts) ?? '?'} afterwards`;
  }
  return {
    id: direction,
    title: () => (direction === 'grow' ? 'Grow the pool' : 'Shrink the pool'),
    fields: () => [{ id: 'n', label: 'By', initial: '1', note: 'processes' }],
    disabled: cannotResize,
    explain(target, values, facts) {
      const alone = target.hostnames.length === 1;
      const call = `${method}(${clean(values['n'] ?? '', 10)})`;
      const lines: Line[] = [
        ...workerLines(target, (hostname) => (alone ? '' : `  ${sizes(hostname, values, facts)}`)),
        ...(alone ? [[{ text: `Pool        ${sizes(first(target), values, facts)}` }]] : []),
        [{ text: `Will send   ${call} to ${workersLabel(target.hostnames.map(named))}` }],
      ];
      const none = emptied(target, values, facts);
      if (none.length > 0) {
        const where = alone ? 'No process is left' : `No process is left on ${workersLabel(none.map(named))}`;
        const verbs = none.length === 1 ? 'the worker takes tasks but runs' : 'they take tasks but run';
        lines.push([{ text: `${where}: ${verbs} none.`, tone: 'warn' }]);
      }
      return lines;
    },
    problem,
    level: (target, values, facts) => (emptied(target, values, facts).length > 0 ? 2 : 1),
    words: () => '',
    request: (target, values) => ({
      method,
      args: { n: typedNumber(values['n']) },
      destination: target.hostnames,
      label: `${method} ${processes(typedNumber(values['n']))} on ${workersLabel(target.hostnames)}`,
    }),
  };
}

export const grow: Operation = resize('grow');
export const shrink: Operation = resize('shrink');

function autoscaleArguments(values: Values): Request['args'] {
  return { max: typedNumber(values['max']), min: typedNumber(values['min']) };
}

export const autoscale: Operation = {
  id: 'autoscale',
  title: () => 'Autoscale',
  fields: (target, facts) => {
    const ranges = target.hostnames.map((hostname) => facts.worker(hostname)?.autoscale);
    // A proposal only where it would change nothing: workers of different ranges share none.
    const [range] = ranges;
    const same = ranges.every((other) => other?.max === range?.max && other?.min === range?.min);
    return [
      { id: 'max', label: 'Max', initial: same ? String(range?.max ?? '') : '', note: 'processes' },
      { id: 'min', label: 'Min', initial: same ? String(range?.min ?? '') : '', note: 'processes' },
    ];
  },
  disabled(target, facts) {
    return firstReason(target, facts, (hostname, worker) =>
      worker?.poolSize !== undefined && worker.autoscale === undefined
        ? `${named(hostname)} does not autoscale: start it with --autoscale`
        : undefined,
    );
  },
  explain: (target, values, facts) => [
    ...workerLines(target, (hostname) => {
      const range = facts.worker(hostname)?.autoscale;
      return range === undefined || target.hostnames.length === 1 ? '' : `  ${range.min} to ${range.max} now`;
    }),
    [
      {
        text: `Will send   autoscale(max=${clean(values['max'] ?? '', 10)}, min=${clean(values['min'] ?? '', 10)}) to ${workersLabel(target.hostnames.map(named))}`,
      },
    ],
  ],
  problem: (values) => typedArgumentsProblem('autoscale', autoscaleArguments(values)),
  level: () => 1,
  words: () => '',
  request: (target, values) => ({
    method: 'autoscale',
    args: autoscaleArguments(values),
    destination: target.hostnames,
    label: `autoscale ${values['max']},${values['min']} on ${workersLabel(target.hostnames)}`,
  }),
};

export const taskEvents: Operation = {
  id: 'task-events',
  title: () => 'Task events',
  fields: (target, facts) => {
    const on = target.hostnames.some((hostname) => facts.worker(hostname)?.eventsOn === true);
    return [
      {
        id: 'switch',
        label: 'Turn them',
        initial: on && target.hostnames.length === 1 ? 'off' : 'on',
        choices: [
          { value: 'on', label: 'on' },
          { value: 'off', label: 'off' },
        ],
      },
    ];
  },
  disabled: (target, facts) =>
    target.hostnames.length === 0 ? 'no worker is online' : offline(target, facts),
  explain(target, values) {
    const method = values['switch'] === 'off' ? 'disable_events' : 'enable_events';
    const lines: Line[] = [
      [{ text: `Will send   ${method}() to ${workersLabel(target.hostnames.map(named))}` }],
      [{ text: '            Lasts until each worker restarts.', tone: 'muted' }],
    ];
    if (method === 'disable_events') {
      lines.push([{ text: '            A worker started with -E keeps sending them.', tone: 'muted' }]);
    }
    return lines;
  },
  problem: () => undefined,
  level: () => 1,
  words: () => '',
  request(target, values) {
    const method = values['switch'] === 'off' ? 'disable_events' : 'enable_events';
    return {
      method,
      args: {},
      destination: target.hostnames,
      label: `${method} on ${workersLabel(target.hostnames)}`,
    };
  },
};

export const shutdown: Operation = {
  id: 'shutdown',
  title: (target) =>
    `Shut down ${target.hostnames.length === 1 ? '1 worker' : `${target.hostnames.length} workers`}`,
  fields: () => [],
  disabled: offline,
  explain(target, _values, facts) {
    const workers = target.hostnames.map((hostname): Line => {
      const worker = facts.worker(hostname);
      const oldest =
        worker?.oldestActive === undefined ? '' : `, oldest ${formatDuration(worker.oldestActive)}`;
      return [{ text: `${named(hostname)}  ${worker?.activeCount ?? '?'} tasks running${oldest}` }];
    });
    return [
      ...workers,
      [],
      [{ text: 'Warm shutdown: running tasks finish, reserved tasks go back to the queue.' }],
      [{ text: 'This tool cannot start workers again.', tone: 'warn' }],
      ...orphanedQueues(target, facts),
    ];
  },
  problem: () => undefined,
  level: () => 3,
  words: (target) => `shutdown ${target.hostnames.length}`,
  request: (target) => ({
    method: 'shutdown',
    args: {},
    destination: target.hostnames,
    label: `shutdown ${workersLabel(target.hostnames)}`,
  }),
};

function orphanedQueues(target: Target, facts: Facts): readonly Line[] {
  const queues = new Set(target.hostnames.flatMap((hostname) => facts.worker(hostname)?.queues ?? []));
  return [...queues]
    .filter((queue) => consumersWithout(queue, target.hostnames, facts) === 0)
    .map(
      (queue): Line => [{ text: `After this queue "${clean(queue, 60)}" has 0 consumers.`, tone: 'warn' }],
    );
}

/** How many online workers would still consume a queue if `without` stopped doing so. */
export function consumersWithout(queue: string, without: readonly string[], facts: Facts): number {
  return facts.online.filter(
    (hostname) => !without.includes(hostname) && facts.worker(hostname)?.queues?.includes(queue) === true,
  ).length;
}

export { first as firstWorker, named, offline };
