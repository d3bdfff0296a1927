import type { CommonConfig } from '../config/config.ts';
import { Inspect } from '../control/inspect.ts';
import { AbortedError, UsageError } from '../errors.ts';
import { parseBrokerUrl } from '../protocol/broker-url.ts';
import { defaultPrioritySteps, defaultSep, type RedisQueueNaming } from '../protocol/redis-queue-naming.ts';
import { openTaskQueues } from '../transport/open-task-queues.ts';
import type { TaskQueues } from '../transport/task-queues.ts';
import { connectBroker } from './connect-broker.ts';

export type TaskQueueConfig = CommonConfig & {
  readonly sep: string | undefined;
  readonly prioritySteps: string | undefined;
};

/** Seconds that workers have to say what they consume. */
const askFor = 1;
/** Where the broker does not count workers: seconds of silence after the last answer. */
const quietFor = 0.3;

export interface Access {
  readonly config: TaskQueueConfig;
  readonly signal: AbortSignal;
  /** Milliseconds within which the broker must confirm a message; default 4000. */
  readonly confirmWithinMs?: number;
}

/** @throws UsageError for a URL or settings that cannot be understood, BrokerUnreachableError, BrokerRefusedError */
export async function accessTaskQueues(
  url: string,
  { config, signal, confirmWithinMs = 4000 }: Access,
): Promise<TaskQueues> {
  const redis = redisQueueNaming(config);
  return await openTaskQueues(parseBrokerUrl(url), { redis, confirmWithinMs }, signal);
}

/**
 * What workers say they consume, by their name; an empty object when none answers.
 * @throws BrokerUnreachableError, BrokerRefusedError; AbortedError when `signal` aborts
 */
export async function activeQueues(
  config: CommonConfig,
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  const broker = await connectBroker(config, signal);
  try {
    return await new Inspect(broker.transport).activeQueues({
      timeout: askFor,
      untilQuiet: { seconds: quietFor },
      signal,
    });
  } catch (error) {
    throw signal.aborted ? new AbortedError('interrupted before anything was done') : error;
  } finally {
    await broker.close();
  }
}

/** @throws UsageError when steps are not whole numbers from 0 to 9 in ascending order */
export function redisQueueNaming(config: TaskQueueConfig): RedisQueueNaming {
  const { globalKeyprefix, sep = defaultSep, prioritySteps } = config;
  return { globalKeyprefix, sep, prioritySteps: readSteps(prioritySteps) };
}

function readSteps(text: string | undefined): readonly number[] {
  if (text === undefined) return defaultPrioritySteps;
  const steps = text.split(',').map((part) => (/^\s*\d\s*$/.test(part) ? Number(part) : Number.NaN));
  const isAscending = steps.every((step, index) => index === 0 || step > (steps[index - 1] ?? 0));
  if (steps.every(Number.isInteger) && isAscending) return steps;
  throw new UsageError(
    `--priority-steps is a list of ascending numbers from 0 to 9, like 0,3,6,9, not ${JSON.stringify(text.slice(0, 40))}`,
  );
}
