import type { BrokerAddress } from '../protocol/broker-url.ts';
import type { TaskQueues } from '../transport/task-queues.ts';

/**
 * Whether two connections lead to the same queues, also by different names of the host. Asked by a mark that lives for
 * the moment; who may not leave one is told apart by the address alone.
 * @param markName unlike any other; undefined to leave no mark
 */
export async function isSameBroker(
  a: TaskQueues,
  b: TaskQueues,
  markName: string | undefined,
): Promise<boolean> {
  if (a.address.transport !== b.address.transport) return false;
  if (placeOf(a.address) === placeOf(b.address)) return true;
  if (markName === undefined) return false;
  try {
    const removeMark = await a.leaveMark(markName);
    try {
      return await b.hasMark(markName);
    } finally {
      await removeMark();
    }
  } catch {
    return false;
  }
}

function placeOf({ hostname, port, socketPath, virtualHost }: BrokerAddress): string {
  const host = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/i.test(hostname) ? 'localhost' : hostname.toLowerCase();
  return JSON.stringify([socketPath ?? `${host}:${port}`, virtualHost]);
}
