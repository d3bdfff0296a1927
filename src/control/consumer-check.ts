import { UsageError } from '../errors.ts';
import type { QueueDeclaration } from '../transport/transport.ts';
import { type ActiveQueue, parseActiveQueues } from './active-queues.ts';
import type { Arguments } from './arguments.ts';
import { parseQueueSettings, type QueueSettings } from './queue-settings.ts';
import type { Reply } from './reply.ts';

/** Whom `add_consumer` is for, and where to learn what would come of it. */
export interface ConsumerEnquiry {
  /** Nodes known to be meant. */
  readonly addressed: readonly string[];
  /** Whether they are all that are meant; otherwise those who answer are meant too. */
  readonly isComplete: boolean;
  /** The replies of all workers, whoever is to obey: the whole broker shares its exchanges. */
  activeQueues(): Promise<readonly Reply[]>;
  /** Replies to `conf`. */
  settings(hostnames: readonly string[]): Promise<readonly Reply[]>;
  conflict(queue: QueueDeclaration): Promise<string | undefined>;
}

/** Missing for who did not answer, undefined for whose answer was no list. */
type QueuesOfNodes = ReadonlyMap<string, readonly ActiveQueue[] | undefined>;

type FindConflict = (queue: QueueDeclaration) => Promise<string | undefined>;

/**
 * A worker stops when the broker refuses what it declares for `add_consumer`, after it has answered "ok": so the
 * workers and the broker are asked first. A worker that consumes the queue already declares nothing, and one whose
 * settings name it declares it as they say (celery/worker/consumer/consumer.py:add_task_queue).
 * @throws UsageError when a worker would stop
 */
export async function checkNewConsumer(args: Arguments, enquiry: ConsumerEnquiry): Promise<void> {
  const queue = declarationOf(args);
  const replies = await enquiry.activeQueues();
  const queuesOf: QueuesOfNodes = new Map(
    replies.map(({ hostname, value }) => [hostname, parseActiveQueues(value)]),
  );
  const meant = enquiry.isComplete ? enquiry.addressed : [...enquiry.addressed, ...queuesOf.keys()];
  const declaring = [...new Set(meant)].filter(
    (hostname) => !queuesOf.get(hostname)?.some(({ name }) => name === queue.name),
  );
  if (meant.length > 0 && declaring.length === 0) return;
  const findConflict: FindConflict = async (each) =>
    exchangeConflict(each, queuesOf) ?? brokerConflict(each, await enquiry.conflict(each));
  const conflict = await findConflict(queue);
  if (declaring.length === 0) refuse(conflict);
  if (conflict === undefined && !declaring.some((hostname) => mayGivePriorities(queuesOf.get(hostname)))) {
    return;
  }
  await checkSettings(queue, conflict, await enquiry.settings(declaring), declaring, findConflict);
}

/** @throws UsageError for a worker that does not know the queue and would not declare it as it is */
async function checkSettings(
  queue: QueueDeclaration,
  conflict: string | undefined,
  replies: readonly Reply[],
  declaring: readonly string[],
  findConflict: FindConflict,
): Promise<void> {
  const settings = new Map<string, QueueSettings>(
    replies.map(({ hostname, value }) => [hostname, parseQueueSettings(value)]),
  );
  const unaware = declaring.filter((hostname) => !settings.get(hostname)?.names(queue.name));
  const priorities = new Set(unaware.map((hostname) => settings.get(hostname)?.maxPriority));
  for (const maxPriority of priorities) {
    refuse(maxPriority === undefined ? conflict : await findConflict({ ...queue, maxPriority }));
  }
}

/** Of checked arguments (arguments.ts), with the defaults of add_task_queue. */
function declarationOf(args: Arguments): QueueDeclaration {
  const name = String(args['queue']);
  const type = args['exchange_type'];
  return {
    name,
    exchange: typeof args['exchange'] === 'string' ? args['exchange'] : name,
    exchangeType: type === 'topic' || type === 'fanout' ? type : 'direct',
  };
}

/** On Redis it is the worker itself that refuses another type (kombu's NotEquivalentError). */
function exchangeConflict(
  { exchange: name, exchangeType }: QueueDeclaration,
  queuesOf: QueuesOfNodes,
): string | undefined {
  const known = [...queuesOf.values()]
    .flatMap((queues) => queues ?? [])
    .find(({ exchange }) => exchange?.name === name && exchange.type !== exchangeType)?.exchange;
  return (
    known &&
    `the exchange ${name} is of type ${known.type}, and a worker that declares it as ${exchangeType} stops`
  );
}

function brokerConflict({ name }: QueueDeclaration, reason: string | undefined): string | undefined {
  if (reason === undefined) return undefined;
  return `a worker that declares the queue ${name} stops, because the broker refuses that (${reason}); name it in task_queues of the worker instead`;
}

/** A worker with `task_queue_max_priority` consumes from no queue without priorities. */
function mayGivePriorities(queues: readonly ActiveQueue[] | undefined): boolean {
  return queues?.every(({ hasPriorities }) => hasPriorities) ?? false;
}

function refuse(conflict: string | undefined): void {
  if (conflict !== undefined) throw new UsageError(`add_consumer was not sent: ${conflict}.`);
}
