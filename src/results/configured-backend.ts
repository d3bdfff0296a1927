import { NoReplyError, UnreadableResultError, UsageError } from '../errors.ts';
import { type BrokerAddress, redactUrl } from '../protocol/broker-url.ts';
import { printable } from '../protocol/serializer.ts';
import { parseBackendUrl } from './backend-url.ts';

/** Where workers keep results, as far as they tell. */
export interface ConfiguredBackend {
  readonly url: string;
  /** `global_keyprefix` of `result_backend_transport_options`, empty for none. */
  readonly keyPrefix: string;
}

/** What workers put in the place of a secret (celery/app/utils.py:filter_hidden_settings). */
const mask = '********';
const give = 'give it with --result-backend or STALK_RESULT_BACKEND';

/**
 * The result backend that the workers' replies to `conf` name. They mask its password and its key prefix: the password
 * is taken from the broker's URL when both are the same user of the same Redis.
 *
 * @param keyPrefix the prefix that was given by hand, undefined for none
 * @throws NoReplyError when no worker has answered
 * @throws UsageError when something must be given by hand, or when workers disagree
 * @throws UnreadableResultError when they have no backend, or one that cannot be read from here
 */
export function configuredBackend(
  replies: Readonly<Record<string, unknown>>,
  broker: BrokerAddress,
  keyPrefix: string | undefined,
): ConfiguredBackend {
  const hostnames = Object.keys(replies);
  if (hostnames.length === 0) {
    throw new NoReplyError(`No worker answered that could tell the result backend: ${give}.`);
  }
  const urls = new Map<string, string>();
  for (const [hostname, conf] of Object.entries(replies)) {
    const url = backendOf(conf);
    if (url !== undefined && !urls.has(url)) urls.set(url, hostname);
  }
  const [url, ...others] = urls.keys();
  if (url === undefined) {
    throw new UnreadableResultError('No result is kept: result_backend is not set on the workers.');
  }
  if (others.length > 0) {
    const places = [...urls].map(([each, hostname]) => `${printable(hostname, 100)} in ${shown(each)}`);
    throw new UsageError(`The workers keep results in different places, ${places.join(', ')}: ${give}.`);
  }
  return {
    url: withPassword(url, broker),
    keyPrefix: keyPrefix ?? prefixOf(Object.values(replies)),
  };
}

/** The setting may have its old name. */
function backendOf(conf: unknown): string | undefined {
  const url = fieldOf(conf, 'result_backend') ?? fieldOf(conf, 'CELERY_RESULT_BACKEND');
  return typeof url === 'string' && url !== '' ? url : undefined;
}

function prefixOf(confs: readonly unknown[]): string {
  const prefixes = confs.map((conf) =>
    fieldOf(fieldOf(conf, 'result_backend_transport_options'), 'global_keyprefix'),
  );
  const prefix = prefixes.find((each) => typeof each === 'string' && each !== '') ?? '';
  if (prefix === mask) {
    throw new UsageError(
      'The workers put a prefix before the keys of results and do not tell it: give global_keyprefix with --result-keyprefix.',
    );
  }
  return String(prefix);
}

function withPassword(url: string, broker: BrokerAddress): string {
  // Workers leave out everything behind the path.
  if (/^rediss:/i.test(url)) throw untold(url, 'how its certificate is checked (ssl_cert_reqs)');
  const address = parseBackendUrl(url);
  if (address.socketPath !== undefined) throw untold(url, 'the database');
  if (address.password !== mask) return url;
  const isSame =
    broker.transport === 'redis' &&
    broker.password !== undefined &&
    broker.hostname === address.hostname &&
    broker.port === address.port &&
    broker.username === address.username;
  if (!isSame) throw untold(url, 'its password');
  return url.replace(mask, encodeURIComponent(broker.password));
}

function untold(url: string, what: string): UsageError {
  return new UsageError(`The workers keep results in ${shown(url)} and do not tell ${what}: ${give}.`);
}

/** It came from a worker. */
function shown(url: string): string {
  return printable(redactUrl(url), 200);
}

function fieldOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}
