import type { CommonConfig } from '../config/config.ts';
import { firstOutcome } from '../transport/connect.ts';
import { type OpenBroker, openBroker } from './open-broker.ts';

/**
 * Opens the broker of the settings and waits until it stands: for commands that a script runs, where the first failure
 * is final.
 *
 * @throws UsageError for a URL that cannot be understood
 * @throws BrokerUnreachableError or BrokerRefusedError when it does not stand, or `signal` aborts first
 */
export async function connectBroker(config: CommonConfig, signal: AbortSignal): Promise<OpenBroker> {
  const broker = await openBroker(config);
  try {
    await firstOutcome(broker.transport, signal);
    return broker;
  } catch (error) {
    await broker.close();
    throw error;
  }
}
