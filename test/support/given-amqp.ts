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
  #proven = false;

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

  async destroy(queuesOfTests: Iterable<string>): Promise<void> {
    if (!this.#proven) return;
    await this.#eachInOwnChannel([...queues, ...queuesOfTests], (channel, name) => channel.deleteQueue(name));
    const exchangesOfTests = [...exchanges, ...queuesOfTests];
    await this.#eachInOwnChannel(exchangesOfTests, (channel, name) => channel.deleteExchange(name));
  }

  async #refuseForeign(): Promise<void> {
    const found: string[] = [];
    await this.#eachInOwnChannel(queues, async (channel, name) => {
      await channel.checkQueue(name);
      found.push(name);
    });
    await this.#eachInOwnChannel(exchanges, async (channel, name) => {
      await channel.checkExchange(name);
      found.push(name);
    });
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
    for (const name of names) {
      const channel = await connection.createChannel();
      channel.on('error', () => {});
      await operate(channel, name).catch(() => {});
    }
    await connection.close();
  }
}

type Channel = Awaited<ReturnType<Awaited<ReturnType<typeof connect>>['createChannel']>>;
