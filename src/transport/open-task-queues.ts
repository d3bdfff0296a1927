import { UsageError } from '../errors.ts';
import type { BrokerAddress } from '../protocol/broker-url.ts';
import type { TaskQueueOptions, TaskQueues } from './task-queues.ts';

/**
 * Connects to the queues of a broker; the library for it is loaded on demand.
 * @throws UsageError for demo://, BrokerUnreachableError, BrokerRefusedError
 */
export async function openTaskQueues(
  address: BrokerAddress,
  options: TaskQueueOptions,
  signal: AbortSignal,
): Promise<TaskQueues> {
  if (address.transport === 'demo') {
    throw new UsageError('demo:// is a cluster inside the monitor: it has no queues that can be reached');
  }
  if (address.transport === 'amqp') {
    const { openAmqpTaskQueues } = await import('./amqp-task-queues.ts');
    return await openAmqpTaskQueues(address, options, signal);
  }
  const { openRedisTaskQueues } = await import('./redis-task-queues.ts');
  return await openRedisTaskQueues(address, options, signal);
}
