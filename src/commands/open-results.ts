import type { CommonConfig, ConfigOf } from '../config/config.ts';
import type { resultBackendOptions } from '../config/result-options.ts';
import { Inspect } from '../control/inspect.ts';
import { parseBrokerUrl } from '../protocol/broker-url.ts';
import { type ConfiguredBackend, configuredBackend } from '../results/configured-backend.ts';
import { openResultBackend } from '../results/open-result-backend.ts';
import type { ResultBackend } from '../results/result-backend.ts';
import { connectBroker } from './connect-broker.ts';

export type ResultBackendConfig = CommonConfig & ConfigOf<typeof resultBackendOptions>;

/** Seconds that workers have to say where they keep results. */
const askFor = 1;
/** Seconds of silence after an answer that end the question sooner: one worker is enough to know. */
const quiet = 0.15;

/**
 * Opens the result backend of the settings; where they name none, workers are asked.
 *
 * @throws UsageError, UnreadableResultError, NoReplyError, BrokerUnreachableError or BrokerRefusedError, each with what
 *   to do about it
 */
export async function openResults(config: ResultBackendConfig, signal: AbortSignal): Promise<ResultBackend> {
  const { resultBackend, resultKeyprefix = '' } = config;
  const { url, keyPrefix }: ConfiguredBackend =
    resultBackend === undefined
      ? await askWorkers(config, signal)
      : { url: resultBackend, keyPrefix: resultKeyprefix };
  return await openResultBackend(url, { keyPrefix, signal });
}

async function askWorkers(config: ResultBackendConfig, signal: AbortSignal): Promise<ConfiguredBackend> {
  const broker = await connectBroker(config, signal);
  try {
    const untilQuiet = { seconds: quiet };
    const replies = await new Inspect(broker.transport).conf({ timeout: askFor, signal, untilQuiet });
    return configuredBackend(replies, parseBrokerUrl(config.broker), config.resultKeyprefix);
  } finally {
    await broker.close();
  }
}
