import { BrokerRefusedError, BrokerUnreachableError } from '../errors.ts';
import { type BrokerAddress, redactUrl } from '../protocol/broker-url.ts';
import type { BrokerError } from './session.ts';

/** Milliseconds within which a connection must stand, from the host name to the broker's own greeting. */
export const connectDeadlineMs = 4_000;
/** Milliseconds within which the broker must answer a request of ours. */
export const answerDeadlineMs = 4_000;
/** Milliseconds for a polite goodbye before it is taken for granted. */
export const closeDeadlineMs = 1_000;

/** Node's error codes in words. */
const unreachable: Readonly<Record<string, (address: BrokerAddress) => string>> = {
  ECONNREFUSED: () => 'connection refused; is the broker running there',
  ENOTFOUND: ({ hostname }) => `unknown host ${hostname}; check the name`,
  EAI_AGAIN: ({ hostname }) => `unknown host ${hostname}; the name service does not answer`,
  ETIMEDOUT: () => 'no answer in time; check host, port and firewall',
  ECONNRESET: () => 'the connection was reset',
  EPIPE: () => 'the connection was reset',
  EHOSTUNREACH: () => 'no route to the host',
  ENETUNREACH: () => 'the network is unreachable',
  ENOENT: ({ socketPath }) => `no socket at ${socketPath ?? 'that path'}; is the broker running there`,
};

/** `Cannot reach amqp://guest:***@host:5672//: connection refused; is the broker running there?` */
export function unreachableError(address: BrokerAddress, reason: string): BrokerUnreachableError {
  return new BrokerUnreachableError(sentence(`Cannot reach ${redactUrl(address)}: `, reason, address));
}

/** `redis://:***@host:6379/0 refuses the connection: WRONGPASS …; check user name and password.` */
export function refusedError(address: BrokerAddress, reason: string, advice = ''): BrokerRefusedError {
  const hint = advice === '' ? '' : `; ${advice}`;
  return new BrokerRefusedError(
    sentence(`${redactUrl(address)} refuses the connection: `, reason, address, hint),
  );
}

/** `Lost the connection to amqp://…: CONNECTION_FORCED - broker forced connection closure.` */
export function lostError(address: BrokerAddress, reason: string): BrokerUnreachableError {
  return new BrokerUnreachableError(
    sentence(`Lost the connection to ${redactUrl(address)}: `, reason, address),
  );
}

/** One request failed on a connection that stands: `redis://… answers with an error: MISCONF ….` */
export function failedError(address: BrokerAddress, reason: string): BrokerUnreachableError {
  return new BrokerUnreachableError(
    sentence(`${redactUrl(address)} answers with an error: `, reason, address),
  );
}

/** A failure of the network or of TLS, whichever library reported it; undefined for anything else. */
export function networkFailure(error: unknown, address: BrokerAddress): BrokerError | undefined {
  const code = errorCode(error);
  if (code === undefined) return undefined;
  const words = unreachable[code];
  if (words) return unreachableError(address, words(address));
  if (code === 'EACCES') return refusedError(address, 'no permission to open the socket');
  if (isTlsCode(code))
    return refusedError(address, `TLS failed (${code})`, 'check the certificates and the port');
  return undefined;
}

/** Text of a library or of a broker, fit for a sentence: no secret, no control character, no flood. */
export function quoteReason(text: string, address: BrokerAddress): string {
  const { password } = address;
  // A password of one or two characters cannot be told from ordinary text; masking it would only garble the reason.
  const secrets =
    password === undefined || password.length < 3 ? [] : [password, encodeURIComponent(password)];
  const masked = secrets.reduce((masking, secret) => masking.replaceAll(secret, '***'), text);
  const clean = masked.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim();
  return clean.length > 300 ? `${clean.slice(0, 299)}…` : clean;
}

function sentence(start: string, reason: string, address: BrokerAddress, end = ''): string {
  const text = `${quoteReason(reason, address).replace(/[.?!\s]+$/, '')}${end}`;
  return `${start}${text}${/is the broker running/.test(text) ? '?' : '.'}`;
}

/** The code of an error; when every address of a host failed (AggregateError), that of the first. */
function errorCode(error: unknown): string | undefined {
  if (error instanceof AggregateError && error.errors.length > 0) return errorCode(error.errors[0]);
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

function isTlsCode(code: string): boolean {
  return (
    code === 'EPROTO' ||
    code.startsWith('ERR_TLS_') ||
    code.startsWith('ERR_SSL_') ||
    code.startsWith('ERR_OSSL_') ||
    code.includes('CERT') ||
    code === 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'
  );
}
