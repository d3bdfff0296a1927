/** Where the servers of this test run are. */
export type ServerAddresses = { keeper: string; amqp: string; redis: string; redisSocket: string };

export type ServerName = 'amqp' | 'redis';

/** What a test process may ask of the keeper (keeper.ts). */
export type KeeperRequest =
  | { do: 'lease'; pid: number }
  | { do: 'release'; pid: number }
  | { do: 'own queues'; queues: readonly string[] }
  | { do: 'vhost' }
  | { do: 'database' }
  | { do: 'topology'; vhost: string }
  | { do: 'scratch' }
  | { do: 'stop'; server: ServerName; signal: NodeJS.Signals }
  | { do: 'start'; server: ServerName };

export type KeeperReply = { id: number; value: unknown } | { id: number; failed: string };

/** The keeper's first line on its standard output. */
export type KeeperGreeting = { ready: ServerAddresses } | { failed: string };
