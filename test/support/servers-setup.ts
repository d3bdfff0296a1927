import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { prepareCelery } from './celery-venv.ts';
import { ensurePrograms } from './install.ts';
import type { KeeperGreeting, ServerAddresses } from './keeper-protocol.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    servers: ServerAddresses;
    /** A Python interpreter that can import Celery. */
    celeryPython: string;
  }
}

type Keeper = { process: ChildProcess; addresses: ServerAddresses };
type Shared = { keeper: Promise<Keeper>; celeryPython: Promise<string>; users: number };

/** Each project of a run loads this module anew; what they share hangs on the process. */
const holder = globalThis as { [key: symbol]: Shared | undefined };
const key = Symbol.for('celery-stalk.test-servers');

/** Brings up RabbitMQ and Redis once for all projects of this run that ask for them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  holder[key] ??= bringUp();
  const shared = holder[key];
  shared.users += 1;
  const tearDown = async (): Promise<void> => {
    shared.users -= 1;
    if (shared.users > 0) return;
    holder[key] = undefined;
    await endKeeper((await shared.keeper).process);
  };
  project.provide('servers', (await shared.keeper).addresses);
  try {
    project.provide('celeryPython', await shared.celeryPython);
  } catch (error) {
    await tearDown();
    throw error;
  }
  return tearDown;
}

function bringUp(): Shared {
  const ready = ensurePrograms(neededPrograms());
  const keeper = ready.then(startKeeper);
  // One after the other where apt may be at work, at once where it need not.
  const celeryPython = ready.then(prepareCelery);
  // Awaited in order above: the failure of the second must not count as unhandled while the first is awaited.
  celeryPython.catch(() => {});
  return { keeper, celeryPython, users: 0 };
}

async function startKeeper(): Promise<Keeper> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', fileURLToPath(new URL('./keeper.ts', import.meta.url))],
    {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      // A Ctrl-C in the terminal must reach the test run alone, which then lets go of the keeper in good order.
      detached: true,
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, TSX_DISABLE_CACHE: '1' },
    },
  );
  const greeting = await firstLine(child);
  if ('failed' in greeting) throw new Error(greeting.failed);
  return { process: child, addresses: greeting.ready };
}

function neededPrograms(): string[] {
  const needed = ['tmux'];
  if (!process.env['STALK_TEST_AMQP_URL']) needed.push('rabbitmq-server');
  if (!process.env['STALK_TEST_REDIS_URL']) needed.push('redis-server');
  return needed;
}

function firstLine(child: ChildProcess): Promise<KeeperGreeting> {
  return new Promise((resolve) => {
    createInterface(child.stdout!).once('line', (line) => resolve(JSON.parse(line) as KeeperGreeting));
    child.once('exit', (status, signal) => {
      resolve({ failed: `The keeper of the test servers ended early (${signal ?? `status ${status}`}).` });
    });
  });
}

async function endKeeper(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    process.exitCode = 1;
    console.error('The keeper of the test servers ended before the tests did.');
    return;
  }
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.stdin!.end();
  if ((await ended) !== 0) process.exitCode = 1;
}
