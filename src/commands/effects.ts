import { parseActiveQueues } from '../control/active-queues.ts';
import { fieldOf } from '../control/json-field.ts';
import type { RequestResult } from '../control/mailbox.ts';
import type { Reply } from '../control/reply.ts';
import { counted } from '../presentation/format.ts';
import type { Line } from '../presentation/line.ts';
import { tableLines } from '../presentation/table-lines.ts';
import { clean } from '../presentation/text.ts';
import { valueText } from '../presentation/value-text.ts';
import { missingSentences } from './missing-nodes.ts';
import { stopsWork } from './remote-call.ts';
import type { RemoteSession } from './remote-session.ts';
import { type Load, loadLines, loadOf } from './worker-load.ts';

/** What a call would stop. */
export interface Effect {
  readonly lines: readonly Line[];
  readonly question: string;
  /** For where nobody can be asked: `w1@x would be left without …`. */
  readonly sentence: string;
}

/** What the call would stop now, as the workers tell; undefined when it stops nothing. */
export async function effectOf(session: RemoteSession): Promise<Effect | undefined> {
  const { call } = session;
  switch (call.method) {
    case 'shutdown':
      return await effectOfShutdown(session);
    case 'terminate':
    case 'revoke':
      return stopsWork(call) ? await effectOfTerminate(session) : undefined;
    case 'revoke_by_stamped_headers':
      return stopsWork(call) ? await effectOfStamps(session) : undefined;
    case 'pool_shrink':
      return await effectOfShrink(session);
    case 'cancel_consumer':
      return await effectOfCancel(session);
    default:
      return undefined;
  }
}

async function effectOfShutdown(session: RemoteSession): Promise<Effect> {
  const result = await session.request('active', {});
  const loads = loadsOf(result);
  const who = session.call.addressing.destination ? '' : ', and every other worker that gets it';
  return {
    lines: [
      [{ text: 'These workers stop after the tasks that they run:' }],
      ...loadLines(loads, session.context.now()),
      ...silentLines(result),
    ],
    question: `Shut down ${counted(loads.size, 'worker')}${who}?`,
    sentence: `shutdown stops ${counted(loads.size, 'worker')}`,
  };
}

async function effectOfTerminate(session: RemoteSession): Promise<Effect> {
  const { args, method } = session.call;
  const given = args['task_id'];
  const ids = (Array.isArray(given) ? given : [given]).map(String);
  const { replies } = await session.request('query_task', { ids });
  const rows = replies.flatMap(({ hostname, value }) => holdings(hostname, value));
  const found = new Set(rows.map(([id]) => id));
  const missing = ids.filter((id) => !found.has(id));
  return {
    lines: [
      ...(rows.length === 0 ? [] : tableLines(['ID', 'STATE', 'TASK', 'WORKER'], rows, { indent: 2 })),
      ...(missing.length === 0
        ? []
        : [[{ text: clean(`  No worker that answered runs or holds ${missing.join(', ')}.`, 1000) }]]),
    ],
    question: `Revoke ${counted(ids.length, 'task')} and kill what runs of ${ids.length === 1 ? 'it' : 'them'}?`,
    sentence: `${method} kills the processes of ${counted(ids.length, 'task')}`,
  };
}

/** Of a reply to `query_task`: id, state, task and worker. */
function holdings(hostname: string, value: unknown): (readonly [string, string, string, string])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([id, pair]) =>
    Array.isArray(pair)
      ? [[id, valueText(pair[0]) ?? '', valueText(fieldOf(pair[1], 'name')) ?? '', hostname] as const]
      : [],
  );
}

async function effectOfStamps(session: RemoteSession): Promise<Effect> {
  const { replies } = await session.request('active', {});
  const workers = counted(replies.length, 'worker');
  return {
    lines: [[{ text: `Every task with these stamps that runs on ${workers} is killed.` }]],
    question: 'Revoke what carries these stamps and kill what runs of it?',
    sentence: 'revoke_by_stamped_headers with terminate kills every task that carries the stamps',
  };
}

async function effectOfShrink(session: RemoteSession): Promise<Effect | undefined> {
  const n = typeof session.call.args['n'] === 'number' ? session.call.args['n'] : 1;
  const result = await session.request('stats', {});
  const emptied = result.replies.filter((reply) => wouldEmpty(reply, n));
  return await effectOnWorkers(session, result, emptied, {
    what: 'would have no process left, and run nothing',
    unknown: 'whether a process would be left is not known',
    verb: 'Shrink',
  });
}

/** A pool that scales itself refuses to be shrunk. */
function wouldEmpty({ value }: Reply, n: number): boolean {
  const pool = fieldOf(value, 'pool');
  const processes = fieldOf(pool, 'processes');
  const most = fieldOf(pool, 'max-concurrency');
  const size = Array.isArray(processes) ? processes.length : most;
  return fieldOf(value, 'autoscaler') === undefined && typeof size === 'number' && size <= n;
}

async function effectOfCancel(session: RemoteSession): Promise<Effect | undefined> {
  const queue = session.call.args['queue'];
  const result = await session.request('active_queues', {});
  const emptied = result.replies.filter(({ value }) => {
    const queues = parseActiveQueues(value) ?? [];
    return queues.length > 0 && queues.every(({ name }) => name === queue);
  });
  return await effectOnWorkers(session, result, emptied, {
    what: 'would be left without any queue, and take no tasks',
    unknown: 'whether a queue would be left is not known',
    verb: 'Cancel',
  });
}

interface Words {
  readonly what: string;
  /** Of workers that did not answer. */
  readonly unknown: string;
  readonly verb: string;
}

async function effectOnWorkers(
  session: RemoteSession,
  asked: RequestResult,
  emptied: readonly Reply[],
  { what, unknown, verb }: Words,
): Promise<Effect | undefined> {
  const unheard = unheardSentences(session, asked).map((sentence) => `${sentence}: ${unknown}`);
  const destination = emptied.map(({ hostname }) => hostname);
  if (destination.length === 0 && unheard.length === 0) return undefined;
  const names = destination.length <= 3 ? destination.join(', ') : counted(destination.length, 'worker');
  const sentences = [...(destination.length === 0 ? [] : [`${names} ${what}`]), ...unheard];
  const result = destination.length === 0 ? undefined : await session.request('active', {}, { destination });
  return {
    lines: [
      ...sentences.map((sentence): Line => [{ text: clean(sentence) }]),
      ...(result === undefined ? [] : loadLines(loadsOf(result), session.context.now())),
      ...(result === undefined ? [] : silentLines(result)),
    ],
    question: `${verb} all the same?`,
    sentence: sentences.join('; '),
  };
}

/** Of those that are there and did not answer. */
function unheardSentences({ call, known }: RemoteSession, result: RequestResult): string[] {
  const { addressing, timeout } = call;
  const silent = result.silent.filter((hostname) => !result.absent?.includes(hostname));
  return missingSentences({ ...result, silent }, { addressing, timeout, known });
}

function loadsOf({ replies }: RequestResult): ReadonlyMap<string, Load> {
  const sorted = [...replies].sort((a, b) => (a.hostname < b.hostname ? -1 : 1));
  return new Map(sorted.map((reply) => [reply.hostname, loadOf(reply)]));
}

function silentLines({ silent, absent = [] }: RequestResult): Line[] {
  return silent
    .filter((hostname) => !absent.includes(hostname))
    .map((hostname) => [{ text: clean(`  ${hostname} did not answer.`), tone: 'warn' }]);
}
