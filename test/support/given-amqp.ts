import { connect } from 'amqplib';
import { Gate } from './gate.ts';

/** What Celery declares under its default settings in a virtual host. */
const exchanges = ['celery', 'celeryev', 'celery.pidbox', 'reply.celery.pidbox'];
const queues = ['celery'];

/**
 * The virtual host that STALK_TEST_AMQP_URL names. It must hold nothing of Celery's, so that whatever is there at
 * the end is the tests' own and can be deleted.
 */
export class GivenAmqp {
  readonly #address: URL;
  readonly #gate: Gate;
  readonly #queuesOfTests = new Set<string>();
  #proven = false;
  #owning: Promise<void> = Promise.resolve();

  constructor(url: string, directory: string) {
    this.#address = new URL(url);
    if (this.#address.protocol !== 'amqp:') {
      throw new Error('STALK_TEST_AMQP_URL must be an amqp:// URL: amqp://user:password@host:port/vhost.');
    }
    const port = Number(this.#address.port || 5672);
    this.#gate = new Gate({ host: this.#address.hostname, port }, `${directory}/amqp.sock`);
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

  async freshVhost(): Promise<string> {
    return decodeURIComponent(this.#address.pathname.slice(1));
  }

  /** These are about to be declared by a test and deleted at the end: none may be there already. */
  ownQueues(names: Iterable<string>): Promise<void> {
    // One after the other, or one test would take for a stranger's what another has just declared.
    const owned = this.#owning.then(() => this.#own([...names]));
    this.#owning = owned.catch(() => {});
    return owned;
  }

  async destroy(): Promise<void> {
    if (!this.#proven) return;
    const queuesOfTests = [...queues, ...this.#queuesOfTests];
    await this.#eachInOwnChannel(queuesOfTests, (channel, name) => channel.deleteQueue(name).catch(() => {}));
    const exchangesOfTests = [...exchanges, ...this.#queuesOfTests];
    await this.#eachInOwnChannel(exchangesOfTests, (channel, name) =>
      channel.deleteExchange(name).catch(() => {}),
    );
  }

  async #own(names: readonly string[]): Promise<void> {
    const fresh = names.filter((name) => canBeDeclared(name) && !this.#queuesOfTests.has(name));
    if (fresh.length === 0) return;
    const found = await this.#existing(
      fresh.filter((name) => !queues.includes(name)),
      fresh.filter((name) => !exchanges.includes(name)),
    );
    if (found.length > 0) {
      throw new Error(
        `STALK_TEST_AMQP_URL names a virtual host that already has ${found.join(', ')}, which a test would declare and delete: name an empty one.`,
      );
    }
    for (const name of fresh) this.#queuesOfTests.add(name);
  }

  async #existing(queueNames: Iterable<string>, exchangeNames: Iterable<string>): Promise<string[]> {
    const found: string[] = [];
    await this.#eachInOwnChannel(queueNames, async (channel, name) => {
      if (await exists(channel.checkQueue(name))) found.push(name);
    });
    await this.#eachInOwnChannel(exchangeNames, async (channel, name) => {
      if (await exists(channel.checkExchange(name))) found.push(name);
    });
    return found;
  }

  async #refuseForeign(): Promise<void> {
    const found = await this.#existing(queues, exchanges);
    if (found.length > 0) {
      throw new Error(
        `STALK_TEST_AMQP_URL names a virtual host in which Celery already has ${found.join(', ')}: name an empty one, because the tests delete what they leave there.`,
      );
    }
  }

  /** A refused operation closes its channel, so each has its own. */
  async #eachInOwnChannel(
    names: Iterable<string>,
    operate: (channel: Channel, name: string) => Promise<unknown>,
  ): Promise<void> {
    const connection = await connect(this.#address.href).catch((error: Error) => {
      throw new Error(`The broker that STALK_TEST_AMQP_URL names cannot be used: ${error.message}.`);
    });
    connection.on('error', () => {});
    try {
      for (const name of names) {
        const channel = await connection.createChannel();
        channel.on('error', () => {});
        await operate(channel, name);
      }
    } finally {
      await connection.close();
    }
  }
}

/** Only "not found" says that nothing is there: what may not be looked at is somebody's. */
async function exists(check: Promise<unknown>): Promise<boolean> {
  try {
    await check;
    return true;
  } catch (error) {
    return (error as { code?: unknown }).code !== 404;
  }
}

/** No test can leave behind what the broker keeps for itself or cannot name. */
function canBeDeclared(name: string): boolean {
  return name !== '' && !name.startsWith('amq.') && Buffer.byteLength(name) <= 255;
}

type Channel = Awaited<ReturnType<Awaited<ReturnType<typeof connect>>['createChannel']>>;
