import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/errors.ts';
import { type BrokerAddress, parseBrokerUrl, redactUrl } from '../../../src/protocol/broker-url.ts';

const amqp: BrokerAddress = {
  transport: 'amqp',
  tls: false,
  hostname: 'localhost',
  port: 5672,
  username: 'guest',
  password: 'guest',
  virtualHost: '/',
  socketPath: undefined,
  query: {},
};
const redis: BrokerAddress = {
  ...amqp,
  transport: 'redis',
  port: 6379,
  username: undefined,
  password: undefined,
  virtualHost: '0',
};

describe('parseBrokerUrl', () => {
  it.each<[string, BrokerAddress]>([
    ['amqp://', amqp],
    ['amqp://guest:guest@localhost:5672//', amqp],
    ['  amqp://localhost  ', amqp],
    ['AMQP://localhost', amqp],
    ['pyamqp://localhost//', amqp],
    ['amqp://h', { ...amqp, hostname: 'h' }],
    ['amqp://h/', { ...amqp, hostname: 'h' }],
    ['amqp://h//', { ...amqp, hostname: 'h' }],
    ['amqp://h/%2F', { ...amqp, hostname: 'h' }],
    ['amqp://h/lab', { ...amqp, hostname: 'h', virtualHost: 'lab' }],
    ['amqp://h//lab', { ...amqp, hostname: 'h', virtualHost: '/lab' }],
    ['amqp://h/%2Flab%20one', { ...amqp, hostname: 'h', virtualHost: '/lab one' }],
    ['amqp://h:5673/x#fragment', { ...amqp, hostname: 'h', port: 5673, virtualHost: 'x' }],
    ['amqp://h:/x', { ...amqp, hostname: 'h', virtualHost: 'x' }],
    ['amqp://user@h', { ...amqp, hostname: 'h', username: 'user' }],
    ['amqp://:pw@h', { ...amqp, hostname: 'h', password: 'pw' }],
    ['amqp://u%40x:p%3A%2F%3F%23%40%3B@h', { ...amqp, hostname: 'h', username: 'u@x', password: 'p:/?#@;' }],
    ['amqp://user:p@ss:w@h', { ...amqp, hostname: 'h', username: 'user', password: 'p@ss:w' }],
    ['amqp://user:100%25%zz%ff@h', { ...amqp, hostname: 'h', username: 'user', password: '100%%zz%ff' }],
    ['amqp://[::1]:5673/x', { ...amqp, hostname: '::1', port: 5673, virtualHost: 'x' }],
    ['amqp://u:p@[fe80::1%25eth0]', { ...amqp, hostname: 'fe80::1%25eth0', username: 'u', password: 'p' }],
    ['amqps://h', { ...amqp, tls: true, hostname: 'h', port: 5671 }],
    [
      'amqps://h/v?heartbeat=30&ssl_ca_certs=%2Fca.pem',
      {
        ...amqp,
        tls: true,
        hostname: 'h',
        port: 5671,
        virtualHost: 'v',
        query: { heartbeat: '30', ssl_ca_certs: '/ca.pem' },
      },
    ],
    ['redis://', redis],
    ['redis://h:6380/3', { ...redis, hostname: 'h', port: 6380, virtualHost: '3' }],
    ['redis://h//3', { ...redis, hostname: 'h', virtualHost: '3' }],
    ['redis://h/03', { ...redis, hostname: 'h', virtualHost: '3' }],
    ['redis://:pw@h', { ...redis, hostname: 'h', password: 'pw' }],
    [
      'redis://user:p%2Fw@h/1',
      { ...redis, hostname: 'h', username: 'user', password: 'p/w', virtualHost: '1' },
    ],
    [
      'rediss://h/2?ssl_cert_reqs=CERT_NONE',
      { ...redis, tls: true, hostname: 'h', virtualHost: '2', query: { ssl_cert_reqs: 'CERT_NONE' } },
    ],
    [
      'redis+socket:///run/redis.sock?virtual_host=4',
      { ...redis, port: 0, socketPath: '/run/redis.sock', virtualHost: '4', query: { virtual_host: '4' } },
    ],
    [
      'redis+socket://:pw@/run/my%20redis.sock',
      { ...redis, port: 0, password: 'pw', socketPath: '/run/my redis.sock' },
    ],
  ])('takes %s apart', (url, address) => {
    expect(parseBrokerUrl(url)).toEqual(address);
  });

  it('knows the demo cluster', () => {
    expect(parseBrokerUrl('demo://').transport).toBe('demo');
  });

  it.each([
    ['', /no scheme.*amqp:\/\/user:password@host:5672\/\//],
    ['localhost:5672', /no scheme/],
    ['amqp:localhost', /no scheme/],
    ['sqs://', /sqs:\/\/ are not supported; supported are amqp:\/\/, pyamqp:\/\/, amqps:\/\/, redis:\/\//],
    ['sentinel://h1:26379/0', /sentinel:\/\/ are not supported/],
    ['constructor://h', /constructor:\/\/ are not supported/],
    ['redis://a/2;redis://b/3', /list of broker URLs/],
    ['redis://h/foo', /database in the broker URL is a number/],
    ['redis://h/-1', /database in the broker URL is a number/],
    ['redis+socket:///s?virtual_host=foo', /database in the broker URL is a number/],
    ['redis+socket://', /needs a path/],
    ['redis+socket://host/s', /needs a path/],
    ['amqp://h:99999', /port up to 65535/],
    ['amqp://h:port', /host:port/],
    ['amqp://::1', /host:port/],
    ['amqp://[::1', /host:port/],
    ['amqp://a b', /host:port/],
    ['rediss://h?ssl_cert_reqs=maybe', /required, optional or none/],
  ])('refuses %j in one sentence', (url, message) => {
    expect(() => parseBrokerUrl(url)).toThrow(UsageError);
    expect(() => parseBrokerUrl(url)).toThrow(message);
  });

  it.each([
    'amqp://u:s3cret/x@h',
    'amqp://u:s3cret#x@h',
    'amqp://u:s3cret;@h',
    'u:s3cret@h',
    'redis://u:s3cret?@h',
    'amqp://u:5672/s3cret@h',
  ])('does not repeat the password of %s', (url) => {
    const message = (() => {
      try {
        return JSON.stringify(parseBrokerUrl(url).password);
      } catch (error) {
        return String(error);
      }
    })();

    expect(message).not.toContain('s3cret');
  });

  it('either understands a text or refuses it as usage', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.webUrl(),
      fc.string().map((rest) => `amqp://${rest}`),
      fc.string().map((rest) => `redis://${rest}`),
    );

    fc.assert(
      fc.property(texts, (text) => {
        try {
          parseBrokerUrl(text);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
    );
  });
});

describe('redactUrl', () => {
  it.each([
    ['amqp://localhost', 'amqp://guest:***@localhost:5672//'],
    ['amqps://u%40x:s3cret@h/v%2Fw', 'amqps://u%40x:***@h:5671/v%2Fw'],
    ['amqp://u:p@[::1]/x', 'amqp://u:***@[::1]:5672/x'],
    ['redis://h/3', 'redis://h:6379/3'],
    ['redis://:s3cret@h', 'redis://:***@h:6379/0'],
    ['rediss://u:s3cret@h/1?ssl_cert_reqs=none', 'rediss://u:***@h:6379/1'],
    ['redis+socket://:s3cret@/run/r.sock?virtual_host=2', 'redis+socket://:***@/run/r.sock?virtual_host=2'],
    ['demo://', 'demo://'],
  ])('prints the address of %s', (url, shown) => {
    expect(redactUrl(parseBrokerUrl(url))).toBe(shown);
  });

  it('prints an address that parses to the same place', () => {
    const text = fc.string({ minLength: 1 });

    fc.assert(
      fc.property(text, text, text, (username, password, virtualHost) => {
        const address: BrokerAddress = { ...amqp, username, password, virtualHost };

        expect(parseBrokerUrl(redactUrl(address))).toEqual({ ...address, password: '***' });
      }),
    );
  });

  it.each([
    ['amqp://u:s3cret@h//', 'amqp://u:***@h//'],
    ['foo://u:s3cret@h', 'foo://u:***@h'],
    ['amqp://u:s3/c@r:et@h', 'amqp://u:***@h'],
    ['redis://a:s3cret@h/1;redis://b:s3cret@h/2', 'redis://a:***@h/1;redis://b:***@h/2'],
    ['redis://h?password=s3cret&x=1', 'redis://h?password=***&x=1'],
    ['redis://h/1', 'redis://h/1'],
    ['nonsense', 'nonsense'],
  ])('masks the text %s', (url, shown) => {
    expect(redactUrl(url)).toBe(shown);
  });
});
