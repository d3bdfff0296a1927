import type { CommonConfig } from '../config/config.ts';
import { BrokerRefusedError, BrokerUnreachableError } from '../errors.ts';
import type { CommandContext } from './command-context.ts';
import { type OpenBroker, openBroker } from './open-broker.ts';

/**
 * The broker of the settings, connected. A script wants to know at once, so the first failure is final.
 * @throws UsageError for a URL that cannot be understood; BrokerUnreachableError, also when `signal` aborts first;
 *   BrokerRefusedError
 */
export async function connectBroker(
  { config }: Pick<CommandContext<CommonConfig>, 'config'>,
  signal: AbortSignal,
): Promise<OpenBroker> {
  const broker = await openBroker(config);
  try {
    await firstOutcome(broker, signal);
    return broker;
  } catch (error) {
    await broker.close();
    throw error;
  }
}

function firstOutcome({ transport, label }: OpenBroker, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const check = (): void => {
      const { status } = transport;
      if (status.kind === 'ready') finish(resolve);
      else if (status.kind === 'refused') finish(() => reject(new BrokerRefusedError(status.error)));
      else if (status.kind === 'retrying') finish(() => reject(new BrokerUnreachableError(status.error)));
      else if (signal.aborted) {
        finish(() => reject(new BrokerUnreachableError(`interrupted before ${label} was connected to`)));
      }
    };
    const finish = (outcome: () => void): void => {
      stop();
      signal.removeEventListener('abort', check);
      outcome();
    };
    const stop = transport.onStatus(check);
    signal.addEventListener('abort', check);
    check();
  });
}
