import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { prepareCelery } from '../support/celery-venv.ts';
import { scratchFolder } from '../support/lease.ts';
import { PrivateRabbitmq } from '../support/private-rabbitmq.ts';
import { PrivateRedis } from '../support/private-redis.ts';
import { killGroup } from '../support/process-group.ts';
import { Consumer, DumpFile, Lines, Quiet } from './consumer.ts';
import { longestList } from './event-stream.ts';
import type { LoadOptions } from './load-options.ts';
import { Load } from './load-process.ts';
import { PseudoTerminal, type TerminalOptions } from './pseudo-terminal.ts';
import type { ReaderOptions } from './reader-options.ts';
import { askRedis } from './redis-question.ts';

export type Broker = 'amqp' | 'redis';

export const brokerNames: Readonly<Record<Broker, string>> = { amqp: 'RabbitMQ', redis: 'Redis' };

/** Programs of the bench that run in a process of their own, the names of their files. */
const scripts = [
  'load',
  'library-reader',
  'client-reader',
  'byte-reader',
  'library-fold',
  'json-parse',
] as const;

/** Of Linux. */
const inMemory = '/dev/shm';

type Script = (typeof scripts)[number];

interface ChildOptions {
  /** A file that takes what it prints; what it complains about goes into another beside it. */
  readonly output?: string;
  /** For Node itself. */
  readonly flags?: readonly string[];
}

/** Never reached, so that nothing is lost of what a reader counts, and both sides fold below their limit. */
const readerDefaults: Omit<ReaderOptions, 'url'> = {
  step: 12_000,
  listLength: longestList,
  maxTasks: 1_000_000,
};

/** What every measurement has at hand: what is measured, servers of the bench's own, load for them. */
export class Cluster {
  readonly folder: string;
  readonly #dist: string;
  readonly #redis: PrivateRedis;
  readonly #rabbitmq: PrivateRabbitmq;
  /** Loads and readers that have not ended. */
  readonly #children = new Set<ChildProcess>();
  #databases = 0;
  #files = 0;

  private constructor(dist: string, folder: string) {
    this.#dist = dist;
    this.folder = folder;
    this.#redis = new PrivateRedis(folder);
    this.#rabbitmq = new PrivateRabbitmq(folder);
  }

  /** @param dist the folder of the build that is measured. */
  static async start(dist: string): Promise<Cluster> {
    const folder = await scratchFolder();
    // The loaders of the bench must not run in what it measures, so its processes are plain JavaScript.
    await build({
      entryPoints: scripts.map((name) => fileURLToPath(new URL(`${name}.ts`, import.meta.url))),
      outdir: folder,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'error',
      banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    });
    const cluster = new Cluster(dist, folder);
    await cluster.#redis.start();
    return cluster;
  }

  /** A place on a broker that nobody has used, so that no two measurements see each other's events. */
  async fresh(broker: Broker): Promise<string> {
    return broker === 'redis' ? this.freshRedis() : await this.freshRabbitmq();
  }

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
    return new Load(this.#node('load', [JSON.stringify(options)]));
  }

  /** The library into its State; counts what it has taken. */
  library(
    options: Pick<ReaderOptions, 'url'> & Partial<ReaderOptions>,
    flags: readonly string[] = [],
  ): Reader {
    const args = [this.libraryPath, JSON.stringify({ ...readerDefaults, ...options })];
    return reader(this.#node('library-reader', args, { flags }));
  }

  /** The same of Celery's own Receiver and State. */
  async celery(options: Pick<ReaderOptions, 'url'> & Partial<ReaderOptions>): Promise<Reader> {
    const args = [besides('celery_reader.py'), JSON.stringify({ ...readerDefaults, ...options })];
    return reader(await this.#python(args));
  }

  /** amqplib with a handler that does nothing. */
  client(options: Pick<ReaderOptions, 'url'> & Partial<ReaderOptions>): Reader {
    return reader(this.#node('client-reader', [JSON.stringify({ ...readerDefaults, ...options })]));
  }

  /** Nothing but the bytes. */
  bytes(url: string): Consumer {
    const child = this.#node('byte-reader', [JSON.stringify({ ...readerDefaults, url })]);
    return new Consumer(child, new Quiet(child.stdout));
  }

  /** `--dump` into a file in memory, where a disk that is busy with the last one is not felt: ours, or that of `celery`. */
  async dump(whose: 'stalk' | 'celery', url: string): Promise<Dump> {
    const folder = existsSync(inMemory) ? inMemory : this.folder;
    const output = join(folder, `stalk-dump-${process.pid}-${++this.#files}`);
    const child =
      whose === 'stalk'
        ? this.#spawn(process.execPath, [join(this.#dist, 'stalk.js'), 'events', '-b', url, '--dump'], {
            output,
          })
        : await this.#python(['-m', 'celery', '-b', url, 'events', '--dump'], { output });
    const file = new DumpFile(output);
    // Both have it open; nobody has to clear it away.
    for (const path of [output, `${output}.err`]) rmSync(path);
    return { consumer: new Consumer(child, file), file };
  }

  /** A real worker of an application without tasks; it may not be ready yet. Ends with the returned function. */
  async worker(url: string, hostname: string): Promise<() => Promise<void>> {
    const args = ['-m', 'celery', '-b', url, 'worker', '--hostname', hostname, '--pool', 'solo'];
    const child = await this.#python(args, { output: join(this.folder, `worker-${++this.#files}`) });
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    return async () => {
      if (child.pid !== undefined) killGroup(child.pid, 'SIGKILL');
      await ended;
    };
  }

  /** One command line of ours or of Celery's, from the start of its process to its end. */
  async command(whose: 'stalk' | 'celery', url: string, ...args: readonly string[]): Promise<CommandRun> {
    const python = whose === 'celery' ? await prepareCelery() : '';
    const startedMs = performance.now();
    const child =
      whose === 'stalk'
        ? this.#spawn(process.execPath, [join(this.#dist, 'stalk.js'), '-b', url, ...args], {})
        : this.#spawn(python, ['-m', 'celery', '-b', url, ...args], {});
    let stdout = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    await new Promise((resolve) => child.once('close', resolve));
    return { stdout, seconds: (performance.now() - startedMs) / 1000 };
  }

  /** Runs a program of the bench to its end and returns what it printed, a JSON value. */
  async run(script: Script, args: readonly string[]): Promise<unknown> {
    return outputOf(this.#node(script, args));
  }

  /** The same for one in Python. */
  async runPython(script: string, args: readonly string[]): Promise<unknown> {
    return outputOf(await this.#python([besides(script), ...args]));
  }

  get libraryPath(): string {
    return join(this.#dist, 'index.js');
  }

  /** Bytes that Redis holds back for the monitor's subscription because it does not read fast enough. */
  async heldBack(): Promise<number> {
    const list = await askRedis(this.#redis.url, 'CLIENT LIST');
    const subscribers = list
      .split('\n')
      .filter((line) => /name=celery-stalk/.test(line) && /\bp?sub=[1-9]/.test(line));
    return Math.max(0, ...subscribers.map((line) => Number(/\bomem=(\d+)/.exec(line)?.[1] ?? 0)));
  }

  /** For a measurement that broke: its loads and readers must not disturb the next. */
  killChildren(): void {
    for (const { pid } of this.#children) if (pid !== undefined) killGroup(pid, 'SIGKILL');
  }

  /** For a run that ends before it should. */
  killNow(): void {
    this.killChildren();
    this.#redis.killNow();
    this.#rabbitmq.killNow();
  }

  async destroy(): Promise<void> {
    await Promise.all([this.#redis.destroy(), this.#rabbitmq.destroy()]);
  }

  #node(script: Script, args: readonly string[], options: ChildOptions = {}): ChildProcess {
    const program = join(this.folder, `${script}.mjs`);
    return this.#spawn(process.execPath, [...(options.flags ?? []), program, ...args], options);
  }

  async #python(args: readonly string[], options: ChildOptions = {}): Promise<ChildProcess> {
    return this.#spawn(await prepareCelery(), args, options);
  }

  #spawn(program: string, args: readonly string[], { output }: ChildOptions): ChildProcess {
    const into = (path: string): number => openSync(path, 'w');
    const stdio =
      output === undefined ? (['pipe', 'inherit'] as const) : [into(output), into(`${output}.err`)];
    const started = spawn(program, args, {
      detached: true,
      cwd: this.folder,
      env: { PATH: process.env['PATH'], HOME: this.folder, LANG: 'C.UTF-8', PYTHONDONTWRITEBYTECODE: '1' },
      stdio: ['pipe', ...stdio],
    });
    for (const file of stdio) if (typeof file === 'number') closeSync(file);
    this.#children.add(started);
    started.once('exit', () => this.#children.delete(started));
    return started;
  }
}

export interface CommandRun {
  readonly stdout: string;
  readonly seconds: number;
}

/** A consumer that prints what it has. */
export interface Reader {
  readonly consumer: Consumer;
  readonly lines: Lines;
}

/** A consumer that prints all that it gets. */
export interface Dump {
  readonly consumer: Consumer;
  readonly file: DumpFile;
}

function reader(child: ChildProcess): Reader {
  const lines = new Lines(child.stdout);
  return { consumer: new Consumer(child, lines), lines };
}

function besides(script: string): string {
  return join(dirname(fileURLToPath(import.meta.url)), script);
}

async function outputOf(child: ChildProcess): Promise<unknown> {
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await new Promise((resolve) => child.once('close', resolve));
  return JSON.parse(output);
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
