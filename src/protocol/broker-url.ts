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

/**
 * A URL that may be shown: `amqp://user:***@host:5672//`, in the form Celery prints. Text that is not a URL we know is
 * masked all the same, rather too much than too little.
 */
export function redactUrl(addressOrUrl: BrokerAddress | string): string {
  return typeof addressOrUrl === 'string' ? redactText(addressOrUrl) : format(addressOrUrl);
}

function format(address: BrokerAddress): string {
  if (address.transport === 'demo') return 'demo://';
  const user = encodeURIComponent(address.username ?? '');
  const credentials = address.password === undefined ? user : `${user}:***`;
  const authority = credentials === '' ? '' : `${credentials}@`;
  if (address.socketPath !== undefined) {
    return `redis+socket://${authority}${address.socketPath}?virtual_host=${address.virtualHost}`;
  }
  const scheme = address.transport === 'redis' ? 'redis' : 'amqp';
  const host = address.hostname.includes(':') ? `[${address.hostname}]` : address.hostname;
  const path = address.virtualHost === '/' ? '/' : encodeURIComponent(address.virtualHost);
  return `${scheme}${address.tls ? 's' : ''}://${authority}${host}:${address.port}/${path}`;
}

function redactText(url: string): string {
  return url
    .replace(/(:\/\/[^:@/?#;]*):[^;]*@/g, '$1:***@')
    .replace(/([?&][^=&;]*(?:password|secret|token)[^=&;]*=)[^&;]*/gi, '$1***');
}
