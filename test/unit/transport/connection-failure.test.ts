import { describe, expect, it } from 'vitest';
import { BrokerRefusedError, BrokerUnreachableError } from '../../../src/errors.ts';
import { parseBrokerUrl } from '../../../src/protocol/broker-url.ts';
import {
  operationFailure as amqpOperationFailure,
  handshakeFailure,
  lossOf,
} from '../../../src/transport/amqp-failure.ts';
import { networkFailure, quoteReason, unreachableError } from '../../../src/transport/connection-failure.ts';
import { openFailure, operationFailure } from '../../../src/transport/redis-failure.ts';

const amqp = parseBrokerUrl('amqp://user:s3cret@broker/orders');
const redis = parseBrokerUrl('redis://:s3cret@cache/1');

function coded(code: string): Error {
  return Object.assign(new Error(`connect ${code} user:s3cret`), { code });
}

describe('networkFailure', () => {
  it.each([
    ['ECONNREFUSED', 'connection refused; is the broker running there?'],
    ['ENOTFOUND', 'unknown host broker; check the name.'],
    ['EAI_AGAIN', 'unknown host broker; the name service does not answer.'],
    ['ETIMEDOUT', 'no answer in time; check host, port and firewall.'],
    ['EHOSTUNREACH', 'no route to the host.'],
  ])('tells %s in words', (code, words) => {
    const failure = networkFailure(coded(code), amqp);

    expect(failure).toBeInstanceOf(BrokerUnreachableError);
    expect(failure?.message).toBe(`Cannot reach amqp://user:***@broker:5672/orders: ${words}`);
  });

  it('takes the first reason when every address of a host failed', () => {
    const all = new AggregateError([coded('ECONNREFUSED'), coded('ENETUNREACH')]);

    expect(networkFailure(all, amqp)?.message).toContain('connection refused');
  });

  it.each([
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'CERT_HAS_EXPIRED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'ERR_SSL_WRONG_VERSION_NUMBER',
  ])('counts %s as a refusal: trying again cannot help', (code) => {
    const failure = networkFailure(coded(code), amqp);

    expect(failure).toBeInstanceOf(BrokerRefusedError);
    expect(failure?.message).toContain(`TLS failed (${code}); check the certificates and the port.`);
  });

  it('leaves anything else to the adapter', () => {
    expect(networkFailure(new Error('ECONNREFUSED'), amqp)).toBeUndefined();
    expect(networkFailure('ECONNREFUSED', amqp)).toBeUndefined();
  });
});

describe('quoteReason', () => {
  it('masks the password, as it is and percent-encoded', () => {
    const address = parseBrokerUrl('amqp://u:a%2Fb%40c@h');

    expect(quoteReason('no a/b@c, no a%2Fb%40c', address)).toBe('no ***, no ***');
  });

  it('keeps control characters and floods out', () => {
    expect(quoteReason('a\u001b[2J\r\nb\u202e', amqp)).toBe('a [2J b');
    expect(quoteReason('x'.repeat(1_000_000), amqp)).toHaveLength(300);
  });

  it('leaves no password in the sentence', () => {
    expect(unreachableError(amqp, 'bad s3cret.').message).toBe(
      'Cannot reach amqp://user:***@broker:5672/orders: bad ***.',
    );
  });
});

describe('handshakeFailure', () => {
  const closed = (code: number, name: string, text: string): Error =>
    new Error(`Handshake terminated by server: ${code} (${name}) with message "${text}"`);

  it.each([
    [
      closed(403, 'ACCESS-REFUSED', 'ACCESS_REFUSED - Login was refused'),
      /Login was refused; check user name and password\.$/,
    ],
    [
      closed(530, 'NOT-ALLOWED', 'NOT_ALLOWED - vhost orders not found'),
      /vhost orders not found; check the virtual host in the URL\.$/,
    ],
    [
      new Error('Expected ConnectionOpenOk; got <ConnectionClose channel:0>'),
      /the virtual host "orders" does not exist or is closed to this user\.$/,
    ],
    [
      new Error('Frame size 1345270062 exceeds maxFrameSize 67108864'),
      /what answers there is not an AMQP broker; check host, port and scheme\.$/,
    ],
  ])('takes %s for a refusal', (error, message) => {
    const failure = handshakeFailure(error, amqp);

    expect(failure).toBeInstanceOf(BrokerRefusedError);
    expect(failure.message).toMatch(message);
  });

  it.each([
    closed(320, 'CONNECTION-FORCED', 'CONNECTION_FORCED - broker shutting down'),
    closed(541, 'INTERNAL-ERROR', 'INTERNAL_ERROR - vhost is down'),
    new Error('Socket closed abruptly during opening handshake'),
  ])('tries again after %s', (error) => {
    expect(handshakeFailure(error, amqp)).toBeInstanceOf(BrokerUnreachableError);
  });
});

describe('lossOf', () => {
  it("gives the broker's own reason", () => {
    const error = new Error(
      'Connection closed: 320 (CONNECTION-FORCED) with message "CONNECTION_FORCED - broker forced connection closure with reason \'shutdown\'"',
    );

    expect(lossOf(error, amqp).message).toBe(
      "Lost the connection to amqp://user:***@broker:5672/orders: CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'.",
    );
  });

  it('has words for an end without a reason', () => {
    expect(lossOf(undefined, amqp).message).toMatch(/: the broker closed the connection\.$/);
  });
});

describe('openFailure', () => {
  it.each([
    [
      'WRONGPASS invalid username-password pair or user is disabled.',
      /WRONGPASS.*disabled; check user name and password\.$/,
    ],
    ['NOAUTH Authentication required.', /check user name and password\.$/],
    [
      "NOPERM User x has no permissions to run the 'select' command",
      /check the user's permissions \(ACL\)\.$/,
    ],
    ['ERR DB index is out of range', /check the database number in the URL\.$/],
    [
      'Unknown RESP type 65 "A". Please report this.',
      /what answers there is not Redis; check host, port and scheme\.$/,
    ],
  ])('takes %s for a refusal', (reply, message) => {
    const failure = openFailure(new Error(reply), redis);

    expect(failure).toBeInstanceOf(BrokerRefusedError);
    expect(failure.message).toMatch(message);
  });

  it.each([
    'LOADING Redis is loading the dataset in memory',
    'ERR max number of clients reached',
    'Connection is closed.',
  ])('tries again after %s', (reply) => {
    expect(openFailure(new Error(reply), redis)).toBeInstanceOf(BrokerUnreachableError);
  });
});

describe('operationFailure', () => {
  it('does not take an error reply of Redis for the end of the connection', () => {
    const misconf = Object.assign(new Error('MISCONF cannot save'), { name: 'ReplyError' });

    expect(operationFailure(misconf, redis).message).toBe(
      'redis://:***@cache:6379/1 answers with an error: MISCONF cannot save.',
    );
    expect(operationFailure(new Error('Connection is closed.'), redis).message).toMatch(
      /^Lost the connection/,
    );
  });

  it('does not take a missing exchange on AMQP for the end of the connection', () => {
    const missing = new Error(
      `Channel closed by server: 404 (NOT-FOUND) with message "NOT_FOUND - no exchange 'x' in vhost 'orders'"`,
    );

    expect(amqpOperationFailure(missing, amqp).message).toBe(
      "amqp://user:***@broker:5672/orders answers with an error: NOT_FOUND - no exchange 'x' in vhost 'orders'.",
    );
  });
});
