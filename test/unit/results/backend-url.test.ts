import { describe, expect, it } from 'vitest';
import { UnreadableResultError, UsageError } from '../../../src/errors.ts';
import { parseBackendUrl } from '../../../src/results/backend-url.ts';

describe('parseBackendUrl', () => {
  it.each([
    [
      'redis://:pa%2Fss@cache:6380/2',
      { hostname: 'cache', port: 6380, password: 'pa/ss', virtualHost: '2', tls: false },
    ],
    ['redis://ops:secret@cache', { username: 'ops', password: 'secret', virtualHost: '0', port: 6379 }],
    ['rediss://cache/1?ssl_cert_reqs=CERT_REQUIRED', { tls: true, virtualHost: '1' }],
    ['redis+socket:///run/redis.sock?virtual_host=3', { socketPath: '/run/redis.sock', virtualHost: '3' }],
    ['redis', { hostname: 'localhost', port: 6379, virtualHost: '0' }],
    [' REDIS://cache ', { hostname: 'cache' }],
  ])('takes %s apart', (url, parts) => {
    expect(parseBackendUrl(url)).toMatchObject({ transport: 'redis', ...parts });
  });

  it.each([
    [
      'rpc://',
      'Results in rpc:// belong to the client that sent the task: they go to a queue that only it reads.',
    ],
    ['rpc', 'Results in rpc:// belong to the client'],
    [
      'db+postgresql://ops:secret@db/celery',
      'Results in a database (db+postgresql://) cannot be read from here yet;',
    ],
    [
      'cache+memcached://10.0.0.1:11211/',
      'Results in memcached (cache+memcached://) cannot be read from here yet;',
    ],
    ['mongodb://ops:secret@mongo', 'Results in MongoDB (mongodb://) cannot be read from here yet;'],
    [
      'sentinel://a:26379;sentinel://b:26379',
      'Results in Redis behind Sentinel (sentinel://) cannot be read',
    ],
    ['disabled', 'The result backend is disabled: no result is kept.'],
  ])('says of %s that it cannot be read from here', (url, sentence) => {
    expect(() => parseBackendUrl(url)).toThrow(UnreadableResultError);
    expect(() => parseBackendUrl(url)).toThrow(sentence);
    expect(() => parseBackendUrl(url)).not.toThrow(/secret/);
  });

  it.each([
    ['', 'The result backend is not understood; it is a URL like redis://'],
    ['proj.backends:Mine', 'The result backend is not understood'],
    ['constructor://x', 'The result backend is not understood'],
    ['redis://host/name', 'The Redis database in the result backend URL is a number'],
    ['redis://:sec/ret@host/0', 'The result backend URL has an @ after its host'],
    ['rediss://host/0', 'A rediss:// result backend URL needs ?ssl_cert_reqs=required, optional or none'],
    ['redis://host/0?ssl_cert_reqs=required', 'must begin with rediss://, or TLS is not used'],
  ])('refuses %s', (url, sentence) => {
    expect(() => parseBackendUrl(url)).toThrow(UsageError);
    expect(() => parseBackendUrl(url)).toThrow(sentence);
  });
});
