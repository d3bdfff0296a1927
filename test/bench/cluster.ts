import { type ChildProcess, spawn } from 'node:child_process';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { scratchFolder } from '../support/lease.ts';
import { PrivateRabbitmq } from '../support/private-rabbitmq.ts';
import { PrivateRedis } from '../support/private-redis.ts';
import { killGroup } from '../support/process-group.ts';
import type { LoadOptions, LoadTotals } from './load-options.ts';
import { PseudoTerminal, type TerminalOptions } from './pseudo-terminal.ts';

/** What every measurement has at hand: the program that is measured, servers of the bench's own, load for them. */
export class Cluster {
  readonly #dist: string;
  readonly #scripts: string;
  readonly #redis: PrivateRedis;
  readonly #rabbitmq: PrivateRabbitmq;
  /** Loads and readers that have not ended. */
  readonly #children = new Set<ChildProcess>();
  #databases = 0;

  private constructor(dist: string, scripts: string) {
    this.#dist = dist;
    this.#scripts = scripts;
    this.#redis = new PrivateRedis(scripts);
    this.#rabbitmq = new PrivateRabbitmq(scripts);
  }

  /** @param dist the folder of the build that is measured. */
  static async start(dist: string): Promise<Cluster> {
    const scripts = await scratchFolder();
    // The loaders of the bench must not run in what it measures, so its processes are plain JavaScript.
    await build({
      entryPoints: ['load', 'library-reader'].map((name) =>
        fileURLToPath(new URL(`${name}.ts`, import.meta.url)),
      ),
      outdir: scripts,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'error',
      banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    });
    const cluster = new Cluster(dist, scripts);
    await cluster.#redis.start();
    return cluster;
  }

  /** A Redis database of its own, so that no two measurements see each other's events. */
  freshRedis(): string {
    this.#databases += 1;
    return this.#redis.url.replace(/\d+$/, String(this.#databases));
  }

  async freshRabbitmq(): Promise<string> {
    await this.#rabbitmq.start();
    const vhost = await this.#rabbitmq.freshVhost();
    return this.#rabbitmq.url.replace(/\/\/$/, `/${vhost}`);
  }

  /** `stalk events` in a terminal, on a broker. */
  open(
    url: string,
    flags: readonly string[] = [],
    options: Omit<TerminalOptions, 'command'> = {},
  ): PseudoTerminal {
    const program = join(this.#dist, 'stalk.js');
    return new PseudoTerminal({
      command: [process.execPath, program, 'events', '--broker', url, ...flags],
      ...options,
    });
  }

  load(options: LoadOptions): Load {
    return new Load(this.#spawn('load', [JSON.stringify(options)]));
  }

  /** The library on the same stream; resolves when it receives. */
  async libraryReader(url: string): Promise<ChildProcess> {
    const reader = this.#spawn('library-reader', [join(this.#dist, 'index.js'), url]);
    await new Promise((resolve) => reader.stdout?.once('data', resolve));
    return reader;
  }

  /** Bytes that Redis holds back for the monitor's subscription because it does not read fast enough. */
  async heldBack(): Promise<number> {
    const list = await askRedis(this.#redis.url, 'CLIENT LIST');
    const subscribers = list
      .split('\n')
      .filter((line) => /name=celery-stalk/.test(line) && /\bp?sub=[1-9]/.test(line));
    return Math.max(0, ...subscribers.map((line) => Number(/\bomem=(\d+)/.exec(line)?.[1] ?? 0)));
  }

  /** For a run that ends before it should. */
  killNow(): void {
    for (const { pid } of this.#children) if (pid !== undefined) killGroup(pid, 'SIGKILL');
    this.#redis.killNow();
    this.#rabbitmq.killNow();
  }

  async destroy(): Promise<void> {
    await Promise.all([this.#redis.destroy(), this.#rabbitmq.destroy()]);
  }

  #spawn(script: string, args: readonly string[]): ChildProcess {
    const program = join(this.#scripts, `${script}.mjs`);
    const started = spawn(process.execPath, [program, ...args], {
      detached: true,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#children.add(started);
    started.once('exit', () => this.#children.delete(started));
    return started;
  }
}

/** A running load. */
export class Load {
  readonly #child: ChildProcess;

  constructor(process: ChildProcess) {
    this.#child = process;
  }

  /** Lets every task end and says what was sent. */
  async stop(): Promise<LoadTotals> {
    let report = '';
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      report += chunk.toString();
    });
    const ended = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.stdin?.end();
    await ended;
    return JSON.parse(report) as LoadTotals;
  }
}

/** One command, one bulk reply. */
function askRedis(url: string, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = createConnection(Number(port), hostname, () => socket.write(`${command}\r\n`));
    let reply = '';
    socket.on('data', (chunk) => {
      reply += chunk.toString();
      const head = /^\$(\d+)\r\n/.exec(reply);
      if (head === null || reply.length < Number(head[1]) + head[0].length) return;
      socket.destroy();
      resolve(reply);
    });
    socket.once('error', reject);
  });
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
