import { readFile } from 'node:fs/promises';
import type { ConnectionOptions } from 'node:tls';
import type { BrokerAddress } from '../protocol/broker-url.ts';
import { refusedError } from './connection-failure.ts';

export type TlsOptions = Pick<
  ConnectionOptions,
  'rejectUnauthorized' | 'ca' | 'cert' | 'key' | 'checkServerIdentity'
>;

/**
 * What the `ssl_*` part of a URL means to Node. As in kombu, `rediss://` without `ssl_cert_reqs` does not verify the
 * server; `amqps://` does. The host name is checked whenever the certificate is, unless `ssl_check_hostname=false`.
 */
export async function tlsOptions(address: BrokerAddress): Promise<TlsOptions> {
  const { query } = address;
  const mode = query['ssl_cert_reqs']?.toLowerCase().replace(/^cert_/, '');
  const verifies = mode === undefined ? address.transport === 'amqp' : mode !== 'none';
  const [ca, cert, key] = await Promise.all(
    ['ssl_ca_certs', 'ssl_certfile', 'ssl_keyfile'].map((name) => readPem(address, name)),
  );
  return {
    rejectUnauthorized: verifies,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(query['ssl_check_hostname']?.toLowerCase() === 'false'
      ? { checkServerIdentity: () => undefined }
      : {}),
  };
}

async function readPem(address: BrokerAddress, name: string): Promise<Buffer | undefined> {
  const path = address.query[name];
  if (path === undefined || path === '') return undefined;
  try {
    return await readFile(path);
  } catch {
    throw refusedError(address, `cannot read ${name} ${path}`, 'check the path');
  }
}
