import { BrokerRefusedError, BrokerUnreachableError } from '../errors.ts';
import { redactUrl } from '../protocol/broker-url.ts';
import type { TaskResult } from '../protocol/task-result.ts';
import { parseBackendUrl } from './backend-url.ts';
import { deadline } from './deadline.ts';
import type { ResultBackend } from './result-backend.ts';

export interface ResultBackendOptions {
  /** `global_keyprefix` of `result_backend_transport_options`, default none. */
  readonly keyPrefix?: string;
  /** Gives up connecting when aborted. */
  readonly signal?: AbortSignal;
}

/**
 * Connects to the result backend of a cluster.
 *
 * @param url as Celery's `result_backend` has it: `redis://[user:pass@]host:port/db`, `rediss://…?ssl_cert_reqs=required`,
 *   `redis+socket:///path?virtual_host=db`
 * @throws UsageError for a URL that cannot be understood
 * @throws UnreadableResultError for a backend of Celery's that cannot be read from here
 * @throws BrokerUnreachableError when nothing answers there, BrokerRefusedError when it says no
 */
export async function openResultBackend(
  url: string,
  { keyPrefix = '', signal }: ResultBackendOptions = {},
): Promise<ResultBackend> {
  const address = parseBackendUrl(url);
  const [{ openRedisConnection }, { RedisBackend }] = await Promise.all([
    import('../transport/redis-connection.ts'),
    import('./redis-backend.ts'),
  ]);
  try {
    return new RedisBackend(await openRedisConnection(address, signal), address, keyPrefix);
  } catch (error) {
    if (signal?.aborted) {
      throw new BrokerUnreachableError(`Interrupted before ${redactUrl(address)} was connected to.`);
    }
    throw namingTheBackend(error);
  }
}

/**
 * Waits for the result of a task at most `timeout` seconds, and no longer than until `signal` aborts. Resolves with what
 * is stored then: `isReady` tells whether the task is done; undefined means that nothing is stored.
 *
 * @throws what `openResultBackend` throws, and what reading a result throws
 */
export async function waitForResult(
  url: string,
  id: string,
  timeout: number,
  signal?: AbortSignal,
  options: ResultBackendOptions = {},
): Promise<TaskResult | undefined> {
  const ended = deadline(timeout, signal);
  let backend: ResultBackend | undefined;
  try {
    backend = await openResultBackend(url, options);
    const found = await backend.wait(id, ended.signal);
    return found.kind === 'task' ? found.result : undefined;
  } finally {
    ended.release();
    await backend?.close();
  }
}

/** The transport's sentences take every server for the broker. */
function namingTheBackend(error: unknown): unknown {
  const isFailure = error instanceof BrokerUnreachableError || error instanceof BrokerRefusedError;
  if (!isFailure) return error;
  const Failure = error instanceof BrokerRefusedError ? BrokerRefusedError : BrokerUnreachableError;
  const message = error.message.replace('is the broker running there', 'is it running there');
  return new Failure(`The result backend cannot be used. ${message}`, { cause: error });
}
