import { UsageError } from '../errors.ts';

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

interface Scheme {
  readonly transport: BrokerAddress['transport'];
  readonly tls: boolean;
  readonly port: number;
}

const amqp: Scheme = { transport: 'amqp', tls: false, port: 5672 };
const schemes: Readonly<Record<string, Scheme>> = {
  amqp,
  pyamqp: amqp,
  amqps: { transport: 'amqp', tls: true, port: 5671 },
  redis: { transport: 'redis', tls: false, port: 6379 },
  rediss: { transport: 'redis', tls: true, port: 6379 },
  'redis+socket': { transport: 'redis', tls: false, port: 0 },
  demo: { transport: 'demo', tls: false, port: 0 },
};

const certificateModes = /^(cert_)?(required|optional|none)$/i;
const encodingHint = 'any of @ : / ? # ; in a user name or password is written percent-encoded';

/**
 * Takes a broker URL apart as kombu does, defaults filled in. Mirrors kombu/utils/url.py:url_to_parts and the
 * `virtual_host` rules of its transports (protocol.md B.3).
 * @throws UsageError that says what was wrong and what is allowed; it never repeats a part that may be a password
 */
export function parseBrokerUrl(url: string): BrokerAddress {
  const [, name, rest] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(url.trim()) ?? [];
  if (name === undefined || rest === undefined) {
    throw new UsageError(
      `The broker URL has no scheme; it is written like amqp://user:password@host:5672//.`,
    );
  }
  const schemeName = name.toLowerCase();
  const scheme = Object.hasOwn(schemes, schemeName) ? schemes[schemeName] : undefined;
  if (!scheme) {
    const known = Object.keys(schemes).map((each) => `${each}://`);
    throw new UsageError(`Brokers at ${schemeName}:// are not supported; supported are ${known.join(', ')}.`);
  }
  if (rest.includes(';')) {
    throw new UsageError(
      `A list of broker URLs (;) is not supported: name the one to watch; ${encodingHint}.`,
    );
  }
  const [, authority = '', path = '', search = ''] = /^([^/?#]*)([^?#]*)(?:\?([^#]*))?/.exec(rest) ?? [];
  const query = parseQuery(search);
  const at = authority.lastIndexOf('@');
  if (at < 0 && rest.slice(authority.length).includes('@')) {
    // More likely the rest of a password than a name with an @ in it; taken for a host, it would be shown.
    throw new UsageError(`The broker URL has an @ after its host; ${encodingHint}.`);
  }
  const credentials = parseCredentials(at < 0 ? '' : authority.slice(0, at), scheme);
  const common = { transport: scheme.transport, tls: scheme.tls, ...credentials, query };
  if (schemeName === 'redis+socket')
    return { ...common, ...parseSocket(authority.slice(at + 1), path, query) };
  const place = parseHost(authority.slice(at + 1), scheme);
  return { ...common, ...place, virtualHost: parseVirtualHost(path, scheme), socketPath: undefined };
}

function parseQuery(search: string): Readonly<Record<string, string>> {
  const query = Object.fromEntries(new URLSearchParams(search));
  const mode = query['ssl_cert_reqs'];
  if (mode !== undefined && !certificateModes.test(mode)) {
    throw new UsageError(
      'ssl_cert_reqs in the broker URL is not understood; it is required, optional or none.',
    );
  }
  return query;
}

function parseCredentials(text: string, scheme: Scheme): Pick<BrokerAddress, 'username' | 'password'> {
  const colon = text.indexOf(':');
  const username = decode(colon < 0 ? text : text.slice(0, colon));
  const password = decode(colon < 0 ? '' : text.slice(colon + 1));
  const missing = scheme.transport === 'amqp' ? 'guest' : undefined;
  return { username: username || missing, password: password || missing };
}

function parseHost(text: string, scheme: Scheme): Pick<BrokerAddress, 'hostname' | 'port'> {
  const [, ipv6, name, port] =
    /^(?:\[([0-9a-f:.]+(?:%[^\]]*)?)\]|([^:[\]\s]*))(?::(\d{0,5}))?$/i.exec(text) ?? [];
  const number = port === undefined || port === '' ? scheme.port : Number(port);
  if ((ipv6 === undefined && name === undefined) || number > 65_535) {
    throw new UsageError(`The broker URL needs host:port with a port up to 65535; ${encodingHint}.`);
  }
  return { hostname: ipv6 ?? (decode(name ?? '') || 'localhost'), port: number };
}

function parseVirtualHost(path: string, scheme: Scheme): string {
  const virtualHost = decode(path.slice(1));
  if (scheme.transport !== 'redis') return virtualHost || '/';
  return parseDatabase(virtualHost.replace(/^\//, ''));
}

function parseSocket(
  host: string,
  path: string,
  query: Readonly<Record<string, string>>,
): Pick<BrokerAddress, 'hostname' | 'port' | 'socketPath' | 'virtualHost'> {
  const socketPath = decode(path);
  if (host !== '' || socketPath.length < 2) {
    throw new UsageError(
      'A redis+socket URL needs a path, like redis+socket:///run/redis.sock?virtual_host=0.',
    );
  }
  const virtualHost = parseDatabase((query['virtual_host'] ?? '').replace(/^\//, ''));
  return { hostname: 'localhost', port: 0, socketPath, virtualHost };
}

function parseDatabase(text: string): string {
  if (text === '') return '0';
  if (!/^\d{1,9}$/.test(text)) {
    throw new UsageError(`The Redis database in the broker URL is a number, not a name; 0 is the default.`);
  }
  return String(Number(text));
}

/** As Python's unquote: what is not valid percent-encoding stays as it is. */
function decode(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (encoded) => {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return encoded;
    }
  });
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
