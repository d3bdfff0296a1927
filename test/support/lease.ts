import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { inject } from 'vitest';
import type { KeeperReply, KeeperRequest } from './keeper-protocol.ts';
import { killGroup } from './process-group.ts';

type Waiting = { resolve: (value: unknown) => void; reject: (error: Error) => void };

/** Scripts (screenshots, bench) use the same terminal as the tests do, without a keeper. */
const withoutKeeper = process.env['VITEST'] === undefined;
const waiting = new Map<number, Waiting>();
let connecting: Promise<Socket> | undefined;
let lastId = 0;

/**
 * Lets a process die with this test process, together with its process group: start it `detached`, so that the
 * group is its own.
 * @returns a function that takes the process out of the lease once it has ended.
 */
export async function lease(pid: number): Promise<() => Promise<void>> {
  if (withoutKeeper) {
    const kill = (): void => killGroup(pid, 'SIGKILL');
    process.once('exit', kill);
    return async () => {
      process.off('exit', kill);
    };
  }
  await askKeeper({ do: 'lease', pid });
  return async () => {
    await askKeeper({ do: 'release', pid });
  };
}

/** An empty folder that is gone when the test run is over. */
export async function scratchFolder(): Promise<string> {
  if (withoutKeeper) {
    const folder = mkdtempSync(join(tmpdir(), 'stalk-script-'));
    process.once('exit', () =>
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }),
    );
    return folder;
  }
  const folder = String(await askKeeper({ do: 'scratch' }));
  await mkdir(folder, { recursive: true });
  return folder;
}

export async function askKeeper(request: KeeperRequest): Promise<unknown> {
  connecting ??= connectToKeeper();
  const socket = await connecting;
  lastId += 1;
  const id = lastId;
  // While an answer is due the socket keeps this process alive; afterwards it must not.
  socket.ref();
  try {
    return await new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      socket.write(`${JSON.stringify({ id, ...request })}\n`);
    });
  } finally {
    waiting.delete(id);
    if (waiting.size === 0) socket.unref();
  }
}

async function connectToKeeper(): Promise<Socket> {
  const socket = createConnection(inject('servers').keeper);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  createInterface(socket).on('line', (line) => {
    const reply = JSON.parse(line) as KeeperReply;
    if ('failed' in reply) waiting.get(reply.id)?.reject(new Error(reply.failed));
    else waiting.get(reply.id)?.resolve(reply.value);
  });
  // The keeper ends with the test run. An interrupted run can leave this process behind, in the middle of a test.
  socket.once('close', () => process.kill(process.pid, 'SIGKILL'));
  return socket;
}
