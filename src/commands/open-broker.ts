import type { CommonConfig } from '../config/config.ts';
import { type BrokerAddress, parseBrokerUrl, redactUrl } from '../protocol/broker-url.ts';
import type { Transport, TransportOptions } from '../transport/transport.ts';

export interface OpenBroker {
  readonly transport: Transport;
  /** The URL without its password. */
  readonly label: string;
  readonly demo: boolean;
  /** Ends the connection, and the demo cluster if there is one. */
  readonly close: () => Promise<void>;
}

/**
 * Opens the broker of the settings and returns before it is connected. `demo://` starts a cluster inside the process.
 *
 * @throws UsageError for a URL that cannot be understood.
 */
export async function openBroker(config: CommonConfig): Promise<OpenBroker> {
  const address = parseBrokerUrl(config.broker);
  const demo = address.transport === 'demo';
  const transport = demo ? await openDemo(address) : await openReal(config);
  return { transport, label: redactUrl(address), demo, close: () => transport.close() };
}

async function openDemo(address: BrokerAddress): Promise<Transport> {
  const { openDemoTransport } = await import('../demo/demo-transport.ts');
  return openDemoTransport({ address });
}

async function openReal(config: CommonConfig): Promise<Transport> {
  const { open } = await import('../transport/connect.ts');
  return open(config.broker, transportOptions(config));
}

/** Celery's broker_transport_options as flags have them; `fanout_prefix` may be a text there. */
export function transportOptions(config: CommonConfig): TransportOptions {
  const { fanoutPrefix } = config;
  return {
    eventExchange: config.eventExchange,
    controlExchange: config.controlExchange,
    globalKeyprefix: config.globalKeyprefix,
    fanoutPrefix:
      fanoutPrefix === 'true' || fanoutPrefix === 'false' ? fanoutPrefix === 'true' : fanoutPrefix,
    fanoutPatterns: config.fanoutPatterns === 'true',
  };
}
