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

/** Error replies that mean no, by their beginning, with what to do about them. */
const refusals: readonly (readonly [RegExp, string])[] = [
  [
    /^(WRONGPASS|NOAUTH|ERR invalid password|ERR AUTH |ERR wrong number of arguments for 'auth')/i,
    'check user name and password',
  ],
  [/^NOPERM/i, "check the user's permissions (ACL)"],
  [/^ERR (DB index|invalid DB)/i, 'check the database number in the URL'],
  [/^DENIED/i, ''],
];

/** Why a connection could not be opened. */
export function openFailure(error: unknown, address: BrokerAddress): BrokerError {
  if (isBrokerError(error)) return error;
  const network = networkFailure(error, address);
  if (network) return network;
  const reason = reasonOf(error);
  if (/^(Unknown RESP type|Protocol error)/.test(reason)) {
    return refusedError(address, 'what answers there is not Redis', 'check host, port and scheme');
  }
  return refusal(reason, address) ?? unreachableError(address, reason);
}

/** Why a live connection ended, or one command on it failed: an error reply does not end the connection. */
export function operationFailure(error: unknown, address: BrokerAddress): BrokerError {
  if (isBrokerError(error)) return error;
  const reason = reasonOf(error);
  const failure = isErrorReply(error) ? failedError : lostError;
  return refusal(reason, address) ?? failure(address, reason);
}

function refusal(reason: string, address: BrokerAddress): BrokerError | undefined {
  const known = refusals.find(([beginning]) => beginning.test(reason));
  return known && refusedError(address, reason, known[1]);
}

/** Whether the server itself said no to one command: it is alive, and so is the connection. */
export function isErrorReply(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ReplyError';
}

/** Whether an error reply to the first PING means that nothing else will be answered either. */
export function shutsOut(error: Error): boolean {
  return /^(NOAUTH|NOPERM|LOADING|WRONGPASS)/i.test(error.message);
}

/** Whether an error of ioredis only says that there is no connection: the reason came as an event of its own then. */
export function isClosed(error: unknown): boolean {
  return error instanceof Error && /^(Connection is closed\.$|Stream isn't writeable)/.test(error.message);
}

/** Only the text: an ioredis error also carries the arguments of its command, which for AUTH are the password. */
function reasonOf(error: unknown): string {
  return error instanceof Error && !isClosed(error) ? error.message : 'the server closed the connection';
}

function isBrokerError(error: unknown): error is BrokerError {
  return error instanceof BrokerRefusedError || error instanceof BrokerUnreachableError;
}
