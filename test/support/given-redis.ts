import { Redis } from 'ioredis';
import { Gate } from './gate.ts';

/** The keys that kombu and Celery write, as SCAN patterns. */
const patterns = ['_kombu.binding.*', 'unacked*', 'celery*', '*.celery.pidbox', '*.reply.celery.pidbox'];

/**
 * The database that STALK_TEST_REDIS_URL names. It must be empty, so that whatever Celery's keys it holds at the end
 * are the tests' own and can be deleted.
 */
export class GivenRedis {
  readonly socketPath: string;
  readonly #address: URL;
  readonly #gate: Gate;
  #proven = false;

  constructor(url: string, directory: string) {
    this.#address = new URL(url);
    if (this.#address.protocol !== 'redis:') {
      throw new Error('STALK_TEST_REDIS_URL must be a redis:// URL: redis://user:password@host:port/db.');
    }
    const port = Number(this.#address.port || 6379);
    this.#gate = new Gate({ host: this.#address.hostname, port }, `${directory}/redis.sock`);
    this.socketPath = this.#gate.socketPath;
  }

  get url(): string {
    const url = new URL(this.#address);
    url.host = `127.0.0.1:${this.#gate.port}`;
    return url.href;
  }

  async start(): Promise<void> {
    if (!this.#proven) await this.#refuseForeign();
    this.#proven = true;
    await this.#gate.start();
  }

  async stop(): Promise<void> {
    await this.#gate.stop();
  }

  killNow(): void {
    this.#gate.killNow();
  }

  async destroy(queuesOfTests: Iterable<string>): Promise<void> {
    if (!this.#proven) return;
    const redis = new Redis(this.#address.href);
    for (const pattern of [...patterns, ...queuesOfTests]) {
      let cursor = '0';
      do {
        const [next, keys] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', 500);
        if (keys.length > 0) await redis.del(...keys);
        cursor = next;
      } while (cursor !== '0');
    }
    await redis.quit();
  }

  async #refuseForeign(): Promise<void> {
    const redis = new Redis(this.#address.href, { lazyConnect: true, retryStrategy: () => null });
    redis.on('error', () => {});
    try {
      await redis.connect().catch((error: Error) => {
        throw new Error(`The broker that STALK_TEST_REDIS_URL names cannot be used: ${error.message}.`);
      });
      const keys = await redis.dbsize();
      if (keys === 0) return;
      throw new Error(
        `STALK_TEST_REDIS_URL names a database that holds ${keys} keys: name an empty one, because the tests delete what they leave there.`,
      );
    } finally {
      redis.disconnect();
    }
  }
}
