import type { Channel } from 'amqplib';
import { openQuietly } from './amqp-exchange.ts';
import { closeReason } from './amqp-failure.ts';
import type { QueueDeclaration } from './transport.ts';

const accessRefused = 403;
const notFound = 404;
const resourceLocked = 405;
const preconditionFailed = 406;

/**
 * The broker's words when it refuses the declaration; undefined when it takes it. Only what exists is declared, so that
 * nothing new comes of asking. Each question has a channel of its own: the broker closes the one that it refuses.
 */
export async function declarationRefusal(
  open: () => Promise<Channel>,
  { name, exchange, exchangeType, maxPriority }: QueueDeclaration,
): Promise<string | undefined> {
  const ofExchange = await refusal(
    open,
    (channel) => channel.checkExchange(exchange),
    (channel) => channel.assertExchange(exchange, exchangeType, { durable: true }),
  );
  if (ofExchange !== undefined) return ofExchange;
  return await refusal(
    open,
    (channel) => channel.checkQueue(name),
    (channel) =>
      channel.assertQueue(name, { durable: true, ...(maxPriority === undefined ? {} : { maxPriority }) }),
  );
}

/** What is not there cannot be in conflict; what we may not declare tells nothing about workers, who may. */
async function refusal(
  open: () => Promise<Channel>,
  look: (channel: Channel) => Promise<unknown>,
  declare: (channel: Channel) => Promise<unknown>,
): Promise<string | undefined> {
  const channel = await openQuietly(open);
  try {
    await look(channel);
    await declare(channel);
  } catch (error) {
    const { code, reason } = closeReason(error);
    if (code === notFound || code === accessRefused) return undefined;
    if (code === preconditionFailed || code === resourceLocked) return reason;
    throw error;
  }
  await channel.close();
  return undefined;
}
