import type { Command, CommandArguments, CommandContext } from './demo-command-call.ts';
import { ok } from './demo-command-call.ts';
import { requestInfo } from './demo-request.ts';
import { changedSettings, defaultSettings, reportText } from './demo-settings.ts';
import { workerStats } from './demo-stats.ts';
import { isoFormat } from './demo-task-message.ts';
import type { TaskSettings } from './demo-worker-state.ts';
import { requestsIn } from './demo-worker-state.ts';
import { PythonError } from './python-error.ts';

/** The commands that only ask. Mirrors celery/worker/control.py. */
export const inspectCommands: readonly (readonly [string, Command])[] = [
  ['ping', open([], () => ok('pong'))],
  ['clock', open([], ({ worker }) => ({ clock: worker.clock.value }))],
  ['hello', { ...open(['revoked'], hello), required: ['from_node'] }],
  ['active', open(['safe'], ({ worker }, args) => infos(worker, ['active'], args['safe'] === true))],
  ['reserved', open([], ({ worker }) => infos(worker, ['reserved'], false))],
  ['scheduled', open([], scheduled)],
  ['revoked', open([], ({ worker }) => [...worker.state.revoked])],
  ['registered', open(['taskinfoitems', 'builtins'], registered)],
  ['stats', open([], ({ worker, parts }) => workerStats(worker, parts.agenda.now))],
  ['active_queues', { ...open([], ({ worker }) => [...worker.queues.values()]), open: false }],
  ['query_task', { ...open([], queryTask), required: ['ids'] }],
  ['conf', open(['with_defaults'], conf)],
  ['report', { ...open([], () => ok(reportText)), open: false }],
  ['memsample', open([], ({ worker }) => memory(worker))],
  ['memdump', open(['samples'], ({ worker }) => `- rss (end): ${memory(worker)}.\n`)],
  ['objgraph', { ...open(['num', 'max_depth', 'type'], withoutObjgraph), open: false }],
];

type Worker = CommandContext['worker'];

function infos({ state }: Worker, stages: Parameters<typeof requestsIn>[1][], safe: boolean): unknown[] {
  return requestsIn(state, ...stages).map((request) => requestInfo(request, state.hostname, safe));
}

function scheduled({ worker }: CommandContext): unknown[] {
  return requestsIn(worker.state, 'scheduled')
    .sort((one, other) => (one.message.eta ?? 0) - (other.message.eta ?? 0))
    .map((request) => ({
      eta: isoFormat(request.message.eta ?? 0),
      priority: 6,
      request: requestInfo(request, worker.state.hostname, false),
    }));
}

/** Tasks that wait for their eta are not found, nor those held back by a rate limit, as in Celery. */
function queryTask({ worker }: CommandContext, args: CommandArguments): Record<string, unknown> {
  const ids = Array.isArray(args['ids']) ? args['ids'] : [args['ids']];
  const { state } = worker;
  return Object.fromEntries(
    requestsIn(state, 'reserved', 'active')
      .filter(({ message }) => ids.includes(message.id))
      .map((request) => [request.message.id, [request.stage, requestInfo(request, state.hostname, false)]]),
  );
}

function registered({ worker }: CommandContext, args: CommandArguments): string[] {
  const given = Array.isArray(args['taskinfoitems']) ? args['taskinfoitems'].map(String) : [];
  const items = given.length > 0 ? given : ['exchange', 'routing_key', 'rate_limit'];
  return [...worker.state.settings]
    .filter(([name]) => args['builtins'] === true || !name.startsWith('celery.'))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, settings]) => {
      const attributes = items
        .map((item) => [item, attribute(name, settings, item)] as const)
        .filter(([, value]) => value !== null)
        .map(([item, value]) => `${item}=${value}`);
      return attributes.length === 0 ? name : `${name} [${attributes.join(' ')}]`;
    });
}

/** `str()` of an attribute of the Task class; null when it is None or does not exist. */
function attribute(name: string, settings: TaskSettings, item: string): string | null {
  const values: Record<string, unknown> = {
    name,
    rate_limit: settings.rateLimit,
    time_limit: settings.timeLimit,
    soft_time_limit: settings.softTimeLimit,
    max_retries: 3,
    default_retry_delay: 180,
    serializer: 'json',
    acks_late: 'False',
    ignore_result: 'False',
    send_events: 'True',
    track_started: 'True',
  };
  const value = Object.hasOwn(values, item) ? values[item] : null;
  return value === null || value === undefined ? null : String(value);
}

/** What a starting worker asks the others (mingle). */
function hello({ worker, parts }: CommandContext, args: CommandArguments): unknown {
  if (args['from_node'] === worker.state.hostname) return null;
  const since = parts.agenda.now - worker.startedAt;
  const revoked = Object.fromEntries([...worker.state.revoked].map((id) => [id, [since, id]]));
  return { revoked, clock: worker.clock.forward() };
}

function conf({ parts }: CommandContext, args: CommandArguments): Record<string, unknown> {
  const changed = { ...changedSettings, task_send_sent_event: parts.producer.sendsEvents };
  return args['with_defaults'] === true ? { ...defaultSettings, ...changed } : changed;
}

function memory({ state }: Worker): string {
  return `${(52 + state.requests.size * 0.05 + (state.processed % 400) / 100).toFixed(2)}MB`;
}

function withoutObjgraph(): never {
  throw new PythonError("ImportError('Requires the objgraph library')");
}

function open(optional: readonly string[], run: Command['run']): Command {
  return { required: [], optional, open: true, run };
}
