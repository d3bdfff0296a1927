import { UnreadableResultError, UsageError } from '../errors.ts';
import { type BrokerAddress, parseBrokerUrl } from '../protocol/broker-url.ts';

/** Celery's other backends by their scheme or name, in words. Mirrors celery/app/backends.py:BACKEND_ALIASES. */
const otherBackends: Readonly<Record<string, string>> = {
  db: 'a database',
  database: 'a database',
  sqla: 'a database',
  cache: 'memcached',
  memcached: 'memcached',
  pylibmc: 'memcached',
  sentinel: 'Redis behind Sentinel',
  mongodb: 'MongoDB',
  elasticsearch: 'Elasticsearch',
  cassandra: 'Cassandra',
  astradb: 'Cassandra',
  couchbase: 'Couchbase',
  couchdb: 'CouchDB',
  cosmosdbsql: 'Cosmos DB',
  riak: 'Riak',
  file: 'a file system',
  filesystem: 'a file system',
  consul: 'Consul',
  dynamodb: 'DynamoDB',
  azureblockblob: 'Azure Block Blob',
  arangodb: 'ArangoDB',
  s3: 'S3',
  gs: 'Google Cloud Storage',
};

/**
 * The place of a Redis result backend. Mirrors celery/app/backends.py:by_url and celery/backends/redis.py:_params_from_url.
 * @throws UnreadableResultError for a backend that Celery has and that cannot be read from here
 * @throws UsageError for anything else, never repeating a part that may be a password
 */
export function parseBackendUrl(url: string): BrokerAddress {
  const text = url.trim();
  // A backend may go by its name alone; Redis is then at its default place.
  const [, scheme = ''] = /^([a-z][a-z0-9+.-]*)(?::\/\/|$)/i.exec(text) ?? [];
  const name = scheme.toLowerCase();
  if (name === 'redis' || name === 'rediss' || name === 'redis+socket') {
    return checkedTls(parseAddress(text.includes('://') ? text : `${name}://`));
  }
  const [family = ''] = name.split('+');
  if (family === 'rpc' || family === 'amqp') {
    throw new UnreadableResultError(
      `Results in ${family}:// belong to the client that sent the task: they go to a queue that only it reads.`,
    );
  }
  if (family === 'disabled')
    throw new UnreadableResultError('The result backend is disabled: no result is kept.');
  const other = Object.hasOwn(otherBackends, family) ? otherBackends[family] : undefined;
  if (other !== undefined) {
    throw new UnreadableResultError(
      `Results in ${other} (${name}://) cannot be read from here yet; those in redis://, rediss:// and redis+socket:// can.`,
    );
  }
  throw new UsageError(
    'The result backend is not understood; it is a URL like redis://:password@host:6379/0, rediss:// or redis+socket://.',
  );
}

/** Redis is addressed alike as a broker; only the sentences speak of one. */
function parseAddress(url: string): BrokerAddress {
  try {
    return parseBrokerUrl(url);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(error.message.replaceAll('broker URL', 'result backend URL'));
  }
}

/** As Celery refuses them, so that nobody believes in a check that is not made. */
function checkedTls(address: BrokerAddress): BrokerAddress {
  const given = Object.keys(address.query).some((key) => key.startsWith('ssl_'));
  if (address.tls && address.query['ssl_cert_reqs'] === undefined) {
    throw new UsageError(
      'A rediss:// result backend URL needs ?ssl_cert_reqs=required, optional or none, as it does for Celery.',
    );
  }
  if (!address.tls && given) {
    throw new UsageError(
      'A result backend URL with ssl_… settings must begin with rediss://, or TLS is not used.',
    );
  }
  return address;
}
