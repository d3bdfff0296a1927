import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BrokerRefusedError } from '../../../src/errors.ts';
import { parseBrokerUrl } from '../../../src/protocol/broker-url.ts';
import { tlsOptions } from '../../../src/transport/tls-options.ts';

describe('tlsOptions', () => {
  it.each([
    ['rediss://h', false],
    ['rediss://h?ssl_cert_reqs=none', false],
    ['rediss://h?ssl_cert_reqs=CERT_NONE', false],
    ['rediss://h?ssl_cert_reqs=required', true],
    ['rediss://h?ssl_cert_reqs=CERT_REQUIRED', true],
    ['rediss://h?ssl_cert_reqs=optional', true],
    ['amqps://h', true],
    ['amqps://h?ssl_cert_reqs=none', false],
  ])('verifies the server of %s: %s', async (url, rejectUnauthorized) => {
    expect(await tlsOptions(parseBrokerUrl(url))).toEqual({ rejectUnauthorized });
  });

  it('reads the certificates that the URL names', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tls-options-'));
    const paths = ['ca', 'cert', 'key'].map((name) => join(directory, name));
    for (const path of paths) await writeFile(path, `PEM of ${path}`);
    const query = new URLSearchParams({
      ssl_ca_certs: paths[0]!,
      ssl_certfile: paths[1]!,
      ssl_keyfile: paths[2]!,
    });

    const options = await tlsOptions(parseBrokerUrl(`amqps://h?${query}`));
    await rm(directory, { recursive: true });

    expect([options.ca, options.cert, options.key].map(String)).toEqual(
      paths.map((path) => `PEM of ${path}`),
    );
  });

  it('leaves the host name unchecked when the URL says so', async () => {
    const options = await tlsOptions(parseBrokerUrl('amqps://h?ssl_check_hostname=false'));

    expect(options.checkServerIdentity?.('h', {} as never)).toBeUndefined();
    expect(options.rejectUnauthorized).toBe(true);
  });

  it('names a file that it cannot read', async () => {
    const options = tlsOptions(parseBrokerUrl('rediss://h?ssl_ca_certs=/no/such/ca.pem'));

    await expect(options).rejects.toThrow(BrokerRefusedError);
    await expect(options).rejects.toThrow(/cannot read ssl_ca_certs \/no\/such\/ca\.pem; check the path\.$/);
  });
});
