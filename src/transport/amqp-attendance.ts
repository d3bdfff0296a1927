import type { Channel } from 'amqplib';
import { openQuietly } from './amqp-exchange.ts';
import { replyCode } from './amqp-failure.ts';

const accessRefused = 403;
const notFound = 404;
const resourceLocked = 405;
const atOnce = 50;

/**
 * Those of the queues that do not exist or that nobody consumes from. Each question has a channel of its own: the
 * broker closes the one on which a queue is not found.
 */
export async function unreadQueues(
  open: () => Promise<Channel>,
  queues: readonly string[],
): Promise<readonly string[]> {
  const unread: string[] = [];
  for (let from = 0; from < queues.length; from += atOnce) {
    const some = queues.slice(from, from + atOnce);
    const answers = await Promise.all(some.map((queue) => isUnread(open, queue)));
    unread.push(...some.filter((_queue, index) => answers[index]));
  }
  return unread;
}

async function isUnread(open: () => Promise<Channel>, queue: string): Promise<boolean> {
  const channel = await openQuietly(open);
  try {
    const { consumerCount } = await channel.checkQueue(queue);
    await channel.close();
    return consumerCount === 0;
  } catch (error) {
    const code = replyCode(error);
    if (code === notFound) return true;
    // Somebody's exclusive queue is there as long as its owner is; what we may not look at may be read all the same.
    if (code === resourceLocked || code === accessRefused) return false;
    throw error;
  }
}
