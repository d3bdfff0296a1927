import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { lease, scratchFolder } from './lease.ts';
import { killGroup, until } from './process-group.ts';
import { freshRedisDb, ownQueues } from './servers.ts';

export const celeryApp: string = fileURLToPath(new URL('../fixtures/celery-app', import.meta.url));

export type WorkerOptions = {
  broker: string;
  /** A node name: `w1@host`. Two workers of one test need two. */
  hostname: string;
  pool?: 'prefork' | 'solo' | 'threads';
  concurrency?: number;
  /** Whether the worker starts with its task events on (-E); on unless told otherwise. */
  events?: boolean;
  /** [most, fewest] processes. */
  autoscale?: readonly [number, number];
  queues?: readonly string[];
  /** Celery settings, merged into those of the app. */
  settings?: Record<string, unknown>;
  env?: Record<string, string>;
  /** More arguments of `celery worker`. */
  args?: readonly string[];
};

/** A real `celery worker`. */
export type Worker = {
  readonly hostname: string;
  readonly pid: number;
  /** Whether its main process still runs. */
  alive(): boolean;
  /** A warm shutdown. Kills after 30 s. */
  stop(): Promise<void>;
  /** Signals the main process and its pool; resolves when the main process has ended. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** What it has written, log and banner. */
  output(): string;
  /** Resolves when the process has ended by itself. */
  ended(): Promise<void>;
};

export type SendOptions = {
  queue?: string;
  countdown?: number;
  eta?: string;
  expires?: number | string;
  priority?: number;
  retry?: boolean;
  task_id?: string;
} & Record<string, unknown>;

export type TaskResult = { state: string; result: unknown; traceback: string | null };

export type CliResult = { status: number; stdout: string; stderr: string };

/** The path of a Python that can import Celery. */
export function celeryPython(): string {
  return inject('celeryPython');
}

/** Starts a worker and resolves when it is ready for tasks and for remote control. */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  if (options.queues) await ownQueues(...options.queues);
  const child = spawn(celeryPython(), workerArguments(options), {
    cwd: celeryApp,
    detached: true,
    env: await celeryEnvironment(options.broker, options.settings, options.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const worker = await leasedWorker(child, options.hostname);
  await until(
    `${options.hostname} to be ready`,
    () => {
      if (!worker.alive())
        throw new Error(`${options.hostname} ended before it was ready: ${worker.output()}`);
      return worker.output().includes(`${options.hostname} ready.`) || undefined;
    },
    60_000,
  ).catch(async (error: Error) => {
    await worker.kill('SIGKILL');
    throw new Error(`${error.message}\n${worker.output()}`);
  });
  return worker;
}

/** Sends one task of proj.py (`proj.add`, or any name) and returns its id. */
export async function callTask(
  broker: string,
  name: string,
  args: readonly unknown[] = [],
  options: SendOptions = {},
  kwargs: Record<string, unknown> = {},
): Promise<string> {
  const sender = await senderOf(broker);
  return String(await sender.ask({ do: 'send', task: name, args, kwargs, options }));
}

/** Waits until the task is done, through the result backend. Other sends to this broker wait meanwhile. */
export async function taskResult(broker: string, id: string, timeoutS = 30): Promise<TaskResult> {
  const sender = await senderOf(broker);
  return (await sender.ask({ do: 'result', id, timeout: timeoutS })) as TaskResult;
}

/** Runs Celery's own command line: `celeryCli(broker, 'inspect', 'registered', '--json')`. */
export async function celeryCli(broker: string, ...args: readonly string[]): Promise<CliResult> {
  const env = await celeryEnvironment(broker);
  return new Promise((resolve) => {
    const command = ['-m', 'celery', '-A', 'proj', '--no-color', ...args];
    const options = { cwd: celeryApp, env, timeout: 60_000, maxBuffer: 64 * 1024 * 1024 };
    execFile(celeryPython(), command, options, (error, stdout, stderr) => {
      resolve({
        status: error === null ? 0 : typeof error.code === 'number' ? error.code : -1,
        stdout,
        stderr,
      });
    });
  });
}

/** Runs Python code beside proj.py, for what no function here does: `import proj` works in it. */
export async function runPython(broker: string, code: string, input = ''): Promise<CliResult> {
  const env = await celeryEnvironment(broker);
  return new Promise((resolve) => {
    const options = { cwd: celeryApp, env, timeout: 120_000, maxBuffer: 256 * 1024 * 1024 };
    const child = execFile(celeryPython(), ['-c', code], options, (error, stdout, stderr) => {
      resolve({
        status: error === null ? 0 : typeof error.code === 'number' ? error.code : -1,
        stdout,
        stderr,
      });
    });
    child.stdin?.end(input);
  });
}

/** Sends `proj.add` so many times, as fast as Celery can. */
export async function sendMany(broker: string, count: number): Promise<void> {
  const { ended } = await startScript(broker, 'many.py', String(count));
  const status = await ended;
  if (status !== 0) throw new Error(`The tasks could not be sent: Python ended with ${status}.`);
}

/**
 * Sends `proj.add` evenly to these queues, so many a second in all, until it is told to end, and with each an event of
 * `padding` bytes that is nobody's.
 */
export async function startLoad(
  broker: string,
  tasksPerSecond: number,
  queues: readonly string[],
  padding: number = 0,
): Promise<() => Promise<void>> {
  const script = await startScript(broker, 'load.py', String(tasksPerSecond), String(padding), ...queues);
  return async () => {
    script.child.stdin?.end();
    await script.ended;
  };
}

/** Runs a script that lies beside proj.py; `ended` is its exit status. */
async function startScript(
  broker: string,
  ...args: readonly string[]
): Promise<{ child: ChildProcess; ended: Promise<number> }> {
  const child = spawn(celeryPython(), args, {
    cwd: celeryApp,
    detached: true,
    env: await celeryEnvironment(broker),
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  if (child.pid === undefined) throw new Error(`No Python could be started at ${celeryPython()}.`);
  const release = await lease(child.pid);
  const ended = new Promise<number>((resolve) => {
    child.once('exit', (code) => {
      void release().catch(() => {});
      resolve(code ?? -1);
    });
  });
  return { child, ended };
}

function workerArguments(options: WorkerOptions): string[] {
  const args = ['-m', 'celery', '-A', 'proj', 'worker', '--loglevel', 'INFO', '--hostname', options.hostname];
  args.push('--pool', options.pool ?? 'prefork', '--concurrency', String(options.concurrency ?? 2));
  if (options.events !== false) args.push('--task-events');
  if (options.autoscale) args.push('--autoscale', options.autoscale.join(','));
  if (options.queues) args.push('--queues', options.queues.join(','));
  return [...args, ...(options.args ?? [])];
}

async function leasedWorker(child: ChildProcess, hostname: string): Promise<Worker> {
  const pid = child.pid;
  if (pid === undefined) throw new Error(`No Python could be started at ${celeryPython()}.`);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const release = await lease(pid);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve(release().catch(() => {})));
  });
  const alive = (): boolean => child.exitCode === null && child.signalCode === null;

  return {
    hostname,
    pid,
    alive,
    output: () => output,
    ended: () => ended,
    async kill(signal = 'SIGKILL') {
      if (alive()) killGroup(pid, signal);
      await ended;
    },
    async stop() {
      if (!alive()) return;
      // The main process alone: it ends its pool itself, when the tasks in it are done.
      process.kill(pid, 'SIGTERM');
      const tooLong = setTimeout(() => killGroup(pid, 'SIGKILL'), 30_000);
      await ended;
      clearTimeout(tooLong);
    },
  };
}

type Sender = { ask(request: object): Promise<unknown> };

const senders = new Map<string, Promise<Sender>>();

function senderOf(broker: string): Promise<Sender> {
  const known = senders.get(broker);
  if (known !== undefined) return known;
  const started = startSender(broker);
  senders.set(broker, started);
  return started;
}

async function startSender(broker: string): Promise<Sender> {
  const child = spawn(celeryPython(), ['sender.py'], {
    cwd: celeryApp,
    detached: true,
    env: await celeryEnvironment(broker),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const release = await lease(child.pid!);
  const waiting: ((answer: { value: unknown } | { failed: string }) => void)[] = [];
  createInterface(child.stdout).on('line', (line) => waiting.shift()?.(JSON.parse(line)));
  child.once('exit', () => {
    senders.delete(broker);
    for (const resolve of waiting.splice(0)) resolve({ failed: 'the sender of tasks has ended' });
    void release().catch(() => {});
  });
  return {
    async ask(request) {
      const answer = await new Promise<{ value: unknown } | { failed: string }>((resolve) => {
        waiting.push(resolve);
        child.stdin.write(`${JSON.stringify(request)}\n`);
      });
      if ('failed' in answer)
        throw new Error(`Celery could not do ${JSON.stringify(request)}: ${answer.failed}`);
      return answer.value;
    },
  };
}

let temporary: Promise<string> | undefined;

const backends = new Map<string, Promise<string>>();

/** Redis keeps its own results; RabbitMQ's go to a Redis database, because a chord needs a real result backend. */
export function backendOf(broker: string): Promise<string> {
  if (broker.startsWith('redis')) return Promise.resolve(broker);
  const known = backends.get(broker) ?? freshRedisDb();
  backends.set(broker, known);
  return known;
}

/** What makes a Python of the tests the one application on that broker. */
export async function celeryEnvironment(
  broker: string,
  settings: Record<string, unknown> = {},
  env: Record<string, string> = {},
): Promise<NodeJS.ProcessEnv> {
  temporary ??= scratchFolder();
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(CELERY_|STALK_|BROKER_URL|PYTHON)/.test(name),
  );
  return {
    ...Object.fromEntries(inherited),
    PROJ_BROKER: broker,
    PROJ_BACKEND: await backendOf(broker),
    PROJ_SETTINGS: JSON.stringify(settings),
    // A pool that is killed leaves its own temporary folders behind.
    TMPDIR: await temporary,
    PYTHONUNBUFFERED: '1',
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONUTF8: '1',
    // Celery warns root off pickle, which is not in use here.
    C_FORCE_ROOT: '1',
    ...env,
  };
}
