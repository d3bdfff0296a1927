import {
  type Command,
  type CommandArguments,
  type CommandContext,
  nok,
  ok,
  raiseTypeError,
} from './demo-command-call.ts';
import { consumedQueue } from './demo-consumed-queue.ts';
import { parseRate } from './demo-rate-limit.ts';
import { revokeById, revokeByStamps } from './demo-revocation.ts';
import { PythonError } from './python-error.ts';

/** The commands that change a worker. Mirrors celery/worker/control.py, to the last text. */
export const controlCommands: readonly (readonly [string, Command])[] = [
  ['revoke', open(['task_id'], ['terminate', 'signal'], ({ worker }, args) => revokeById(worker, args))],
  [
    'terminate',
    open(['signal', 'task_id'], [], ({ worker }, args) => revokeById(worker, { ...args, terminate: true })),
  ],
  [
    'revoke_by_stamped_headers',
    open(['headers'], ['terminate', 'signal'], ({ worker }, args) => revokeByStamps(worker, args)),
  ],
  ['rate_limit', open(['task_name', 'rate_limit'], [], setRateLimit)],
  ['time_limit', open([], ['task_name', 'hard', 'soft'], setTimeLimit)],
  [
    'election',
    open(['id', 'topic'], ['action'], ({ elections, worker }, args) => elections.enter(worker, args)),
  ],
  ['enable_events', closed([], enableEvents)],
  ['disable_events', closed([], disableEvents)],
  [
    'heartbeat',
    closed([], ({ worker }) => {
      worker.sendRequestedHeartbeat();
      return null;
    }),
  ],
  ['pool_grow', open([], ['n'], growPool)],
  ['pool_shrink', open([], ['n'], shrinkPool)],
  [
    'pool_restart',
    open([], ['modules', 'reload', 'reloader'], () => {
      throw new PythonError("ValueError('Pool restarts not enabled')");
    }),
  ],
  ['autoscale', closed(['max', 'min'], autoscale)],
  ['shutdown', open([], ['msg'], ({ worker }) => worker.shutDown())],
  ['add_consumer', open(['queue'], ['exchange', 'exchange_type', 'routing_key'], addConsumer)],
  [
    'cancel_consumer',
    open(['queue'], [], ({ worker }, args) => {
      worker.cancelQueue(String(args['queue']));
      return ok(`no longer consuming from ${args['queue']}`);
    }),
  ],
];

function setRateLimit({ worker }: CommandContext, args: CommandArguments): unknown {
  const rate = args['rate_limit'];
  try {
    parseRate(rate);
  } catch (error) {
    if (!(error instanceof PythonError) || !error.repr.startsWith('ValueError')) throw error;
    return nok(`Invalid rate limit string: ${error.repr}`);
  }
  const settings = worker.state.settings.get(String(args['task_name']));
  if (settings === undefined) return nok('unknown task');
  settings.rateLimit = rate;
  worker.intake.resetRateLimits();
  return ok(rate ? 'new rate limit set successfully' : 'rate limit disabled successfully');
}

function setTimeLimit({ worker }: CommandContext, args: CommandArguments): unknown {
  const settings = worker.state.settings.get(String(args['task_name']));
  if (settings === undefined) return nok('unknown task');
  settings.softTimeLimit = args['soft'] ?? null;
  settings.timeLimit = args['hard'] ?? null;
  return ok('time limits set successfully');
}

/** A worker with -E has no groups to add to: it says "already", both times (protocol.md C.4). */
function enableEvents({ worker }: CommandContext): unknown {
  const { groups } = worker.dispatcher;
  if (groups.size === 0 || groups.has('task')) return ok('task events already enabled');
  groups.add('task');
  return ok('task events enabled');
}

function disableEvents({ worker }: CommandContext): unknown {
  return ok(
    worker.dispatcher.groups.delete('task') ? 'task events disabled' : 'task events already disabled',
  );
}

function growPool({ worker }: CommandContext, args: CommandArguments): unknown {
  const count = wholeNumber(args['n']);
  if (worker.autoscaler)
    return nok('pool_grow is not supported with autoscale. Adjust autoscale range instead.');
  worker.state.pool.grow(count);
  worker.intake.changePrefetch(count);
  worker.refill();
  return ok('pool will grow');
}

function shrinkPool({ worker }: CommandContext, args: CommandArguments): unknown {
  const count = wholeNumber(args['n']);
  if (worker.autoscaler)
    return nok('pool_shrink is not supported with autoscale. Adjust autoscale range instead.');
  worker.state.pool.shrink(count);
  worker.intake.changePrefetch(-count);
  return ok('pool will shrink');
}

function autoscale({ worker }: CommandContext, args: CommandArguments): unknown {
  if (worker.autoscaler === undefined) throw new PythonError("ValueError('Autoscale not enabled')");
  const { max, min } = worker.autoscaler.update(args['max'], args['min']);
  return ok(`autoscale now max=${max} min=${min}`);
}

function addConsumer({ worker }: CommandContext, args: CommandArguments): unknown {
  const { queue, exchange, exchange_type: exchangeType, routing_key: routingKey, ...others } = args;
  worker.addQueue(consumedQueue(String(queue), { exchange, exchangeType, routingKey, others }));
  return ok(`add consumer ${queue}`);
}

function wholeNumber(value: unknown): number {
  if (value === undefined) return 1;
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  const type = typeof value === 'number' ? 'float' : typeof value === 'string' ? 'str' : 'object';
  return raiseTypeError(`'${type}' object cannot be interpreted as an integer`);
}

function open(required: readonly string[], optional: readonly string[], run: Command['run']): Command {
  return { required, optional, open: true, run };
}

function closed(optional: readonly string[], run: Command['run']): Command {
  return { required: [], optional, open: false, run };
}
