import { type ChildProcess, spawn } from 'node:child_process';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { findProgram } from './install.ts';
import { killGroup, until } from './process-group.ts';

const databases = 4096;

/** A Redis of the tests' own, on a free port and a unix socket, that keeps nothing on disk. */
export class PrivateRedis {
  readonly socketPath: string;
  readonly #directory: string;
  #port = 0;
  #child: ChildProcess | undefined;

  constructor(directory: string) {
    this.#directory = directory;
    this.socketPath = join(directory, 'redis.sock');
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#port}/0`;
  }

  async start(): Promise<void> {
    if (this.#child !== undefined) return;
    const program = await findProgram('redis-server');
    if (program === undefined) throw new Error('redis-server is not installed.');
    if (this.#port === 0) this.#port = await freePort();
    const options = {
      port: this.#port,
      bind: '127.0.0.1',
      unixsocket: this.socketPath,
      save: '',
      appendonly: 'no',
      daemonize: 'no',
      databases,
      dir: this.#directory,
    };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const child = spawn(program, args, { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-2000);
    });
    child.once('exit', () => {
      if (this.#child === child) this.#child = undefined;
    });
    this.#child = child;
    await until('the private redis-server to answer', () => {
      if (this.#child !== child) throw new Error(`redis-server ended before it was ready: ${output}`);
      return answersPing(this.#port);
    });
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (child?.pid === undefined) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    killGroup(child.pid, signal);
    await ended;
  }

  killNow(): void {
    if (this.#child?.pid !== undefined) killGroup(this.#child.pid, 'SIGKILL');
  }

  async destroy(): Promise<void> {
    await this.stop('SIGKILL');
  }
}

function answersPing(port: number): Promise<true | undefined> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString().startsWith('+PONG') ? true : undefined);
    });
    socket.once('error', () => resolve(undefined));
  });
}
