/**
 * Owns whatever the tests start, in a process of its own that lives exactly as long as the test run: its standard
 * input is a pipe from there, and the end of that pipe, however it came about, ends the servers, the leased processes
 * and the scratch folder.
 *
 * A test process talks to it over a unix socket, one JSON value a line; what a connection has leased dies with the
 * connection.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { GivenAmqp } from './given-amqp.ts';
import { GivenRedis } from './given-redis.ts';
import type { KeeperReply, KeeperRequest, ServerAddresses } from './keeper-protocol.ts';
import { PrivateRabbitmq } from './private-rabbitmq.ts';
import { PrivateRedis } from './private-redis.ts';
import { killGroup } from './process-group.ts';

const directory = mkdtempSync(join(tmpdir(), 'stalk-test-'));
const leases = new Map<Socket, Set<number>>();
const queuesOfTests = new Set<string>();
const amqpGiven = process.env['STALK_TEST_AMQP_URL'];
const redisGiven = process.env['STALK_TEST_REDIS_URL'];
let amqp: PrivateRabbitmq | GivenAmqp | undefined;
let redis: PrivateRedis | GivenRedis | undefined;
let databasesTaken = 0;
let scratchTaken = 0;
let ending = false;

process.stdin.resume();
for (const event of ['end', 'close', 'error'] as const) process.stdin.once(event, () => void end(0));
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => void end(1));
process.once('exit', endAtOnce);

try {
  amqp = amqpGiven ? new GivenAmqp(amqpGiven, directory) : new PrivateRabbitmq(directory);
  redis = redisGiven ? new GivenRedis(redisGiven, directory) : new PrivateRedis(directory);
  await Promise.all([amqp.start(), redis.start()]);
  say({ ready: await listen(amqp, redis) });
} catch (error) {
  say({ failed: error instanceof Error ? error.message : String(error) });
  await end(1);
}

async function listen(
  rabbit: { url: string },
  database: { url: string; socketPath: string },
): Promise<ServerAddresses> {
  const keeper = join(directory, 'keeper.sock');
  const server = createServer((socket) => {
    leases.set(socket, new Set());
    createInterface(socket).on('line', (line) => void answer(socket, line));
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      for (const pid of leases.get(socket) ?? []) killGroup(pid, 'SIGKILL');
      leases.delete(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(keeper, resolve));
  return { keeper, amqp: rabbit.url, redis: database.url, redisSocket: database.socketPath };
}

async function answer(socket: Socket, line: string): Promise<void> {
  const { id, ...request } = JSON.parse(line) as KeeperRequest & { id: number };
  const reply: KeeperReply = await perform(socket, request).then(
    (value) => ({ id, value: value ?? null }),
    (error: unknown) => ({ id, failed: error instanceof Error ? error.message : String(error) }),
  );
  if (!socket.destroyed) socket.write(`${JSON.stringify(reply)}\n`);
}

async function perform(socket: Socket, request: KeeperRequest): Promise<unknown> {
  if (amqp === undefined || redis === undefined) throw new Error('The servers of the tests are not up.');
  switch (request.do) {
    case 'lease':
      leases.get(socket)?.add(request.pid);
      return;
    case 'release':
      leases.get(socket)?.delete(request.pid);
      return;
    case 'own queues':
      if (amqp instanceof GivenAmqp) await amqp.ownQueues(request.queues);
      for (const queue of request.queues) queuesOfTests.add(queue);
      return;
    case 'vhost':
      return amqp.freshVhost();
    case 'database':
      // Given a database, the tests share it; of their own they have 4096.
      return redis instanceof GivenRedis ? null : ++databasesTaken;
    case 'topology':
      return amqp instanceof PrivateRabbitmq ? amqp.topology(request.vhost) : null;
    case 'scratch':
      return join(directory, `scratch-${++scratchTaken}`);
    case 'stop':
      return request.server === 'amqp' ? amqp.stop(request.signal) : redis.stop(request.signal);
    case 'start':
      return request.server === 'amqp' ? amqp.start() : redis.start();
  }
}

async function end(status: number): Promise<void> {
  if (ending) return;
  ending = true;
  for (const pids of leases.values()) for (const pid of pids) killGroup(pid, 'SIGKILL');
  try {
    await Promise.all([amqp?.destroy(), redis?.destroy(queuesOfTests)]);
    process.exit(status);
  } catch (error) {
    process.stderr.write(`The tests could not tidy up behind them: ${String(error)}\n`);
    process.exit(1);
  }
}

/** Also reached by a crash of this process. */
function endAtOnce(): void {
  for (const pids of leases.values()) for (const pid of pids) killGroup(pid, 'SIGKILL');
  amqp?.killNow();
  redis?.killNow();
  rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
