import type { CommonConfig, ConfigOf } from '../config/config.ts';
import { nearest } from '../config/nearest.ts';
import type { graphOptions } from '../config/result-options.ts';
import { parseActiveQueues } from '../control/active-queues.ts';
import { Inspect, type ValuesByHostname } from '../control/inspect.ts';
import { fieldOf } from '../control/json-field.ts';
import { exitStatus, NoReplyError, UsageError } from '../errors.ts';
import { type GraphOptions, type WorkerFacts, workersGraph } from '../presentation/workers-graph.ts';
import { redactUrl } from '../protocol/broker-url.ts';
import type { CommandContext } from './command-context.ts';
import { connectBroker } from './connect-broker.ts';

type GraphConfig = CommonConfig & ConfigOf<typeof graphOptions>;

/** More processes than any pool has: a number from a worker must not fill the memory. */
const mostProcesses = 1000;

/**
 * `stalk graph workers`: the cluster as it is now in DOT, as `celery graph workers` draws it, workers in the order of
 * their names.
 *
 * @throws NoReplyError after the graph, when no worker answers
 */
export async function runGraph(context: CommandContext<GraphConfig>): Promise<number> {
  const { config, words, stdout } = context;
  const options = readWords(words, config.queues);
  const interrupted = context.interrupted();
  const broker = await connectBroker(config, interrupted);
  try {
    const workers = await askWorkers(new Inspect(broker.transport), config, interrupted);
    stdout.write(workersGraph({ broker: broker.label, workers }, options));
    if (workers.length === 0) throw new NoReplyError('No worker replied within the time constraint.');
    return exitStatus.ok;
  } finally {
    await broker.close();
  }
}

async function askWorkers(
  inspect: Inspect,
  config: GraphConfig,
  signal: AbortSignal,
): Promise<readonly WorkerFacts[]> {
  const request = { timeout: config.timeout, signal };
  const nothing: ValuesByHostname = {};
  const [stats, queues, confs] = await Promise.all([
    inspect.stats(request),
    config.queues ? inspect.activeQueues(request) : nothing,
    config.resultBackend === undefined ? inspect.conf(request) : nothing,
  ]);
  return Object.keys(stats)
    .sort()
    .map((hostname) => {
      const backend = config.resultBackend ?? fieldOf(confs[hostname], 'result_backend');
      const names = parseActiveQueues(queues[hostname])?.map(({ name }) => name) ?? [];
      return {
        hostname,
        concurrency: concurrencyOf(stats[hostname]),
        backend: typeof backend === 'string' && backend !== '' ? redactUrl(backend) : undefined,
        queues: names.filter((name) => typeof name === 'string').sort(),
      };
    });
}

function concurrencyOf(stats: unknown): number {
  const number = fieldOf(fieldOf(stats, 'pool'), 'max-concurrency');
  return typeof number === 'number' && number > 0 ? Math.min(Math.floor(number), mostProcesses) : 0;
}

/** Celery's words behind `graph workers`: `wmax:4 tmax:3 generic enumerate`. */
function readWords(words: readonly string[], queues: boolean): GraphOptions {
  const [kind, ...rest] = words;
  if (kind !== 'workers') {
    const given = kind === undefined ? '' : `, not of ${JSON.stringify(kind.slice(0, 60))}`;
    throw new UsageError(`stalk graph draws a graph of workers${given}: stalk graph workers`);
  }
  const options = { wmax: 4, tmax: 3, generic: false, enumerate: false };
  for (const word of rest) {
    const [name = '', value] = word.split(':');
    if (name === 'wmax' || name === 'tmax') options[name] = readCount(name, value);
    else if ((name === 'generic' || name === 'enumerate') && value === undefined) options[name] = true;
    else throw unknownWord(word);
  }
  return { ...options, queues };
}

function readCount(name: string, value: string | undefined): number {
  if (value === undefined || !/^\d{1,6}$/.test(value)) {
    throw new UsageError(`${name} is a whole number, 0 for all: ${name}:4`);
  }
  return Number(value);
}

function unknownWord(word: string): UsageError {
  const known = ['wmax:N', 'tmax:N', 'generic', 'enumerate'];
  const meant = nearest(word, known);
  const advice = meant === undefined ? `there are ${known.join(', ')}` : `did you mean ${meant}?`;
  return new UsageError(`stalk graph workers does not know ${JSON.stringify(word.slice(0, 60))}: ${advice}`);
}
