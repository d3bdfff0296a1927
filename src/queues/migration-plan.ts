import { UsageError } from '../errors.ts';
import { redactUrl } from '../protocol/broker-url.ts';
import type { QueueCount, TaskQueues } from '../transport/task-queues.ts';
import type { QueueMapping } from './queue-mapping.ts';
import { isSameBroker } from './same-broker.ts';

export interface PlannedQueue extends QueueMapping {
  readonly count: QueueCount;
  /** The destination has no such queue yet. */
  readonly isNew: boolean;
}

export interface MigrationPlan {
  /** What there is to migrate, in the order given. */
  readonly queues: readonly PlannedQueue[];
  /** Queues that the source does not have. */
  readonly missing: readonly string[];
  /** Messages in all of the queues. */
  readonly total: number;
  /** Messages of all queues that the workers of the source hold: they cannot be migrated. */
  readonly unacknowledged: number | undefined;
}

/**
 * Looks at both sides and changes nothing, but for the mark of `isSameBroker`.
 * @throws UsageError when a queue would be migrated into itself; BrokerUnreachableError, BrokerRefusedError
 */
export async function planMigration(
  source: TaskQueues,
  destination: TaskQueues,
  mapping: readonly QueueMapping[],
  markName: string | undefined,
): Promise<MigrationPlan> {
  const sources = new Set(mapping.map((each) => each.source));
  const overlap = mapping.find((each) => sources.has(each.destination));
  if (overlap !== undefined && (await isSameBroker(source, destination, markName))) {
    throw intoItself(overlap.destination, destination);
  }
  const queues: PlannedQueue[] = [];
  const missing: string[] = [];
  for (const each of mapping) {
    const count = await source.count(each.source);
    if (count === undefined) missing.push(each.source);
    else queues.push({ ...each, count, isNew: (await destination.count(each.destination)) === undefined });
  }
  const total = queues.reduce((sum, { count }) => sum + count.messages + count.held, 0);
  return { queues, missing, total, unacknowledged: await source.unacknowledged() };
}

function intoItself(queue: string, { address }: TaskQueues): UsageError {
  const name = JSON.stringify(queue);
  return new UsageError(
    `${name} on ${redactUrl(address)} is source and destination at once: give the destination another name with -Q ${queue}:other`,
  );
}
