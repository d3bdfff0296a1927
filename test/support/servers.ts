import { inject } from 'vitest';
import type { ServerName } from './keeper-protocol.ts';
import { askKeeper } from './lease.ts';

/** A server that tests can take away and bring back, at the same address. */
export type TestServer = {
  /** SIGTERM lets a private server say goodbye to its clients; SIGKILL is a crash. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Resolves when the server answers again. What it held: RabbitMQ its queues, Redis nothing. */
  start(): Promise<void>;
};

export const amqp: TestServer = testServer('amqp');
export const redis: TestServer = testServer('redis');

/** The broker's address with its default virtual host. Tests that run Celery want `freshVhost()`. */
export function amqpUrl(): string {
  return inject('servers').amqp;
}

/** The address of database 0. Tests that run Celery want `freshRedisDb()`. */
export function redisUrl(): string {
  return inject('servers').redis;
}

/** The same Redis on a unix socket, for `redis+socket://` URLs. */
export function redisSocketPath(): string {
  return inject('servers').redisSocket;
}

/**
 * A URL with a virtual host that no other test has seen, so that neither its workers nor its events are seen here.
 * With STALK_TEST_AMQP_URL it is always the one virtual host that was given.
 */
export async function freshVhost(): Promise<string> {
  const url = new URL(amqpUrl());
  url.pathname = `/${encodeURIComponent(String(await askKeeper({ do: 'vhost' })))}`;
  return url.href;
}

/** A URL with an empty database. With STALK_TEST_REDIS_URL it is always the one that was given. */
export async function freshRedisDb(): Promise<string> {
  const url = new URL(redisUrl());
  const database = await askKeeper({ do: 'database' });
  if (database !== null) url.pathname = `/${database}`;
  return url.href;
}

/** A fresh URL on the broker of that name, for tests that run on both. */
export function freshBroker(name: ServerName): Promise<string> {
  return name === 'amqp' ? freshVhost() : freshRedisDb();
}

/** Names of the queues and bindings of that broker; undefined for a broker that was given, which nobody here may list. */
export async function amqpTopology(url: string): Promise<string[] | undefined> {
  const vhost = decodeURIComponent(new URL(url).pathname.slice(1));
  return ((await askKeeper({ do: 'topology', vhost })) as string[] | null) ?? undefined;
}

/** Queues with names of a test's own: on a broker that was given they are deleted when the run is over. */
export async function ownQueues(...queues: string[]): Promise<void> {
  await askKeeper({ do: 'own queues', queues });
}

function testServer(server: ServerName): TestServer {
  return {
    async stop(signal = 'SIGTERM') {
      await askKeeper({ do: 'stop', server, signal });
    },
    async start() {
      await askKeeper({ do: 'start', server });
    },
  };
}
