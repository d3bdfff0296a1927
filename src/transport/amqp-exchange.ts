import type { Channel } from 'amqplib';
import { replyCode } from './amqp-failure.ts';

export interface ExchangeDeclaration {
  readonly name: string;
  readonly type: 'topic' | 'fanout';
  /** Celery's flags: the event exchange is durable, the control exchange is not (protocol.md A.1, C.1). */
  readonly durable: boolean;
}

const accessRefused = 403;
const preconditionFailed = 406;

/**
 * A fresh channel on which the exchange is known to exist. Who may not declare it, or finds it declared with other
 * flags, can still use it: that error has closed the first channel, so a second one only looks whether it is there.
 */
export async function openOnExchange<C extends Channel>(
  open: () => Promise<C>,
  exchange: ExchangeDeclaration,
): Promise<C> {
  const channel = await openQuietly(open);
  try {
    await channel.assertExchange(exchange.name, exchange.type, { durable: exchange.durable });
    return channel;
  } catch (error) {
    const code = replyCode(error);
    if (code !== accessRefused && code !== preconditionFailed) throw error;
    return await openOnExisting(open, exchange.name, error);
  }
}

async function openOnExisting<C extends Channel>(
  open: () => Promise<C>,
  name: string,
  declareError: unknown,
): Promise<C> {
  const channel = await openQuietly(open);
  try {
    await channel.checkExchange(name);
    return channel;
  } catch {
    throw declareError;
  }
}

/** The `error` of a channel repeats what the failed operation rejects with; without a listener it would be thrown. */
export async function openQuietly<C extends Channel>(open: () => Promise<C>): Promise<C> {
  const channel = await open();
  channel.on('error', () => {});
  return channel;
}
