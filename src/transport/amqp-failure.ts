import { BrokerRefusedError, BrokerUnreachableError } from '../errors.ts';
import type { BrokerAddress } from '../protocol/broker-url.ts';
import {
  failedError,
  lostError,
  networkFailure,
  refusedError,
  unreachableError,
} from './connection-failure.ts';
import type { BrokerError } from './session.ts';

/** AMQP reply codes that mean no: access refused, resource locked, precondition failed, not allowed. */
const refusals: ReadonlySet<number> = new Set([403, 405, 406, 530]);
/** Closes a channel only, as when an exchange has been deleted meanwhile. */
const notFound = 404;

/** Why a connection could not be opened. */
export function handshakeFailure(error: unknown, address: BrokerAddress): BrokerError {
  const known = brokerOrNetworkError(error, address);
  if (known) return known;
  const { code, reason } = closeReason(error);
  if (code === 403 && /login/i.test(reason)) {
    return refusedError(address, reason, 'check user name and password');
  }
  if (code === 403) return refusedError(address, reason, "check the user's permissions on the virtual host");
  if (code === 530 && /not found/i.test(reason)) {
    return refusedError(address, reason, 'check the virtual host in the URL');
  }
  if (code !== undefined && refusals.has(code)) return refusedError(address, reason);
  if (/Expected ConnectionOpenOk; got <ConnectionClose/.test(reason)) {
    // amqplib keeps the broker's words to itself here.
    const vhost = JSON.stringify(address.virtualHost);
    return refusedError(address, `the virtual host ${vhost} does not exist or is closed to this user`);
  }
  if (code === undefined && /frame|protocol/i.test(reason)) {
    return refusedError(address, 'what answers there is not an AMQP broker', 'check host, port and scheme');
  }
  return unreachableError(address, reason);
}

/** Why a live connection ended. */
export function lossOf(error: unknown, address: BrokerAddress): BrokerError {
  const { code, reason } = closeReason(error);
  if (code !== undefined && refusals.has(code)) return refusedError(address, reason);
  return lostError(address, reason);
}

/** Why one operation failed: a closed channel does not mean a closed connection. */
export function operationFailure(error: unknown, address: BrokerAddress): BrokerError {
  if (isBrokerError(error)) return error;
  const { code, reason } = closeReason(error);
  if (code === notFound) return failedError(address, reason);
  if (code === undefined || !refusals.has(code)) return lostError(address, reason);
  return refusedError(address, reason, code === 403 ? "check the user's permissions" : '');
}

/** The reply code of a channel that the broker closed. */
export function replyCode(error: unknown): number | undefined {
  return closeReason(error).code;
}

/** amqplib puts the broker's own words into quotes: `… 320 (CONNECTION-FORCED) with message "CONNECTION_FORCED - …"`. */
export function closeReason(error: unknown): { readonly code: number | undefined; readonly reason: string } {
  const text = error instanceof Error ? error.message : 'the broker closed the connection';
  const quoted = /(\d{3}) \([^)]*\) with message "(.*)"/s.exec(text);
  if (quoted) return { code: Number(quoted[1]), reason: quoted[2] ?? text };
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return { code: typeof code === 'number' ? code : undefined, reason: text };
}

function brokerOrNetworkError(error: unknown, address: BrokerAddress): BrokerError | undefined {
  return isBrokerError(error) ? error : networkFailure(error, address);
}

function isBrokerError(error: unknown): error is BrokerError {
  return error instanceof BrokerRefusedError || error instanceof BrokerUnreachableError;
}
