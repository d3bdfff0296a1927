import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { freePort } from './free-port.ts';

/**
 * A TCP proxy between a client and its broker, whose ways of failing a test can choose: cut is a broker that is gone,
 * blocked is a network that swallows everything and says nothing.
 */
export class TcpProxy {
  readonly #target: { readonly host: string; readonly port: number };
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;
  #isBlocked = false;

  private constructor(target: { readonly host: string; readonly port: number }) {
    this.#target = target;
  }

  /** A proxy in front of the broker of that URL. */
  static async before(broker: string): Promise<TcpProxy> {
    const { hostname, port, protocol } = new URL(broker);
    const usual = protocol.startsWith('amqp') ? 5672 : 6379;
    const proxy = new TcpProxy({ host: hostname, port: Number(port || usual) });
    proxy.#port = await freePort();
    await proxy.#listen();
    return proxy;
  }

  /** The broker's URL by way of the proxy. */
  url(broker: string): string {
    const url = new URL(broker);
    url.host = `127.0.0.1:${this.#port}`;
    return url.href;
  }

  /** Ends all connections and refuses new ones for so long. */
  async cut(milliseconds: number): Promise<void> {
    await this.close();
    await pause(milliseconds);
    await this.#listen();
  }

  /** Forwards nothing, either way, for so long. Nobody is told; what the systems buffer comes afterwards. */
  async block(milliseconds: number): Promise<void> {
    this.#isBlocked = true;
    for (const socket of this.#sockets) socket.pause();
    await pause(milliseconds);
    this.#isBlocked = false;
    for (const socket of this.#sockets) socket.resume();
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server?.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #listen(): Promise<void> {
    const server = createServer((client) => this.#pass(client));
    this.#server = server;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, '127.0.0.1', () => resolve());
    });
  }

  #pass(client: Socket): void {
    const broker = createConnection(this.#target);
    for (const [from, to] of [
      [client, broker],
      [broker, client],
    ] as const) {
      this.#sockets.add(from);
      from.setNoDelay(true);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      // Not pipe: it would resume a socket that is blocked.
      from.on('data', (bytes) => {
        if (to.write(bytes)) return;
        from.pause();
        to.once('drain', () => {
          if (!this.#isBlocked) from.resume();
        });
      });
      if (this.#isBlocked) from.pause();
    }
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
