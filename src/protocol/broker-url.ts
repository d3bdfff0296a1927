/** A broker URL as kombu understands it, taken apart. */
export interface BrokerAddress {
  readonly transport: 'amqp' | 'redis' | 'demo';
  readonly tls: boolean;
  readonly hostname: string;
  readonly port: number;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** AMQP: the virtual host, `/` by default. Redis: the database number as text. */
  readonly virtualHost: string;
  /** Unix socket path, for redis+socket://. */
  readonly socketPath: string | undefined;
  /** The query string, for example `ssl_cert_reqs` or `heartbeat`. */
  readonly query: Readonly<Record<string, string>>;
}
