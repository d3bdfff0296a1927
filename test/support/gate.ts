import { createConnection, createServer, type NetConnectOpts, type Server, type Socket } from 'node:net';
import { freePort } from './free-port.ts';

/**
 * A door in front of a broker that the tests were given and may not stop: shut, the broker is gone for everyone who
 * came through it. It opens on the same TCP port and unix socket again.
 */
export class Gate {
  readonly socketPath: string;
  readonly #target: NetConnectOpts;
  readonly #sockets = new Set<Socket>();
  #servers: Server[] = [];
  #port = 0;

  constructor(target: NetConnectOpts, socketPath: string) {
    this.#target = target;
    this.socketPath = socketPath;
  }

  get port(): number {
    return this.#port;
  }

  async start(): Promise<void> {
    if (this.#servers.length > 0) return;
    if (this.#port === 0) this.#port = await freePort();
    this.#servers = [createServer(), createServer()];
    for (const server of this.#servers) server.on('connection', (socket) => this.#pass(socket));
    await Promise.all([
      listening(this.#servers[0]!, { port: this.#port, host: '127.0.0.1' }),
      listening(this.#servers[1]!, { path: this.socketPath }),
    ]);
  }

  async stop(): Promise<void> {
    const closed = this.#servers.map((server) => new Promise((resolve) => server.close(resolve)));
    this.#servers = [];
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(closed);
  }

  killNow(): void {
    for (const socket of this.#sockets) socket.destroy();
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
      from.pipe(to);
    }
  }
}

function listening(server: Server, where: { port: number; host: string } | { path: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, () => resolve());
  });
}
