/** A number of a rate: up to nine digits and six decimals, so that no token bucket waits for ages or overflows. */
const rateLimitPattern = /^\d{1,9}(\.\d{1,6})?(\/[smh])?$/;
/** A fork per process: a mistyped number must not take the machine down. */
const maxProcesses = 256;
/** Six decimals for a number too: a token bucket that gets 5e-324 a second waits for ever. */
const leastRate = 1e-6;
const maxSeconds = 1e9;
const maxNameBytes = 255;

/** Names of Python's signal module on Linux, without `SIG`. */
const signals: ReadonlySet<string> = new Set(
  (
    'ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT RTMAX RTMIN SEGV STKFLT STOP SYS ' +
    'TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ'
  ).split(' '),
);

/** Queues and exchanges of brokers and of Celery itself: declaring them as a task queue stops the worker that tries. */
const reservedNames = /^amq\.|^celeryev(\.|$)|\.pidbox$|^celery_delayed_/;

/** What a value must be, and whether it is. `says` completes "… must be", with `orNull` behind it. */
export interface ArgumentKind {
  readonly says: string;
  /** What null, which a person at a prompt cannot type, means beside it. */
  readonly orNull?: string;
  /** How a word of a command line is taken; as text unless it says otherwise. */
  readonly word?: 'boolean' | 'number' | 'list';
  accepts(value: unknown): boolean;
}

export type ArgumentKindName =
  | 'boolean'
  | 'text'
  | 'taskName'
  | 'taskIds'
  | 'names'
  | 'rateLimit'
  | 'seconds'
  | 'signal'
  | 'processes'
  | 'mostProcesses'
  | 'leastProcesses'
  | 'smallNumber'
  | 'depth'
  | 'queue'
  | 'exchange'
  | 'exchangeType'
  | 'routingKey'
  | 'stampedHeaders';

/** Every kind of argument that remote commands take. None accepts what could harm a worker (protocol.md C.3, I.1). */
export const argumentKinds: Readonly<Record<ArgumentKindName, ArgumentKind>> = {
  boolean: { says: 'true or false', word: 'boolean', accepts: (value) => typeof value === 'boolean' },
  text: { says: 'text of at most 1000 characters', accepts: (value) => isText(value, 1000) },
  taskName: { says: 'the name of a task type', accepts: (value) => isText(value, 1000) },
  taskIds: {
    says: 'a task id or a list of them',
    word: 'list',
    accepts: (value) => isText(value, 1000) || isTextList(value, 1000),
  },
  names: {
    says: 'a list of names',
    word: 'list',
    accepts: (value) => isTextList(value, maxNameBytes) || isEmptyList(value),
  },
  rateLimit: {
    says: 'N, N/s, N/m or N/h such as 10/m, or 0 for no limit',
    accepts: (value) =>
      value === null ||
      value === 0 ||
      isInRange(value, leastRate, 1e9) ||
      (typeof value === 'string' && rateLimitPattern.test(value)),
  },
  seconds: {
    says: 'a number of seconds, 0 or more',
    orNull: ', or null for no limit',
    word: 'number',
    accepts: (value) => value === null || isInRange(value, 0, maxSeconds),
  },
  signal: {
    says: 'the name of a signal such as SIGTERM',
    accepts: (value) => typeof value === 'string' && signals.has(value.replace(/^SIG/, '')),
  },
  processes: {
    says: `a whole number from 1 to ${maxProcesses}`,
    word: 'number',
    accepts: (value) => isWhole(value, 1, maxProcesses),
  },
  mostProcesses: {
    says: `a whole number from 1 to ${maxProcesses}`,
    orNull: ', or null',
    word: 'number',
    accepts: (value) => value === null || isWhole(value, 1, maxProcesses),
  },
  leastProcesses: {
    says: `a whole number from 0 to ${maxProcesses}`,
    orNull: ', or null',
    word: 'number',
    accepts: (value) => value === null || isWhole(value, 0, maxProcesses),
  },
  smallNumber: {
    says: 'a whole number from 1 to 1000',
    word: 'number',
    accepts: (value) => isWhole(value, 1, 1000),
  },
  depth: { says: 'a whole number from 1 to 20', word: 'number', accepts: (value) => isWhole(value, 1, 20) },
  queue: { says: 'the name of a task queue, at most 255 bytes', accepts: isQueueName },
  exchange: {
    says: 'the name of an exchange for tasks, at most 255 bytes',
    orNull: ', or null',
    accepts: isQueueNameOrNull,
  },
  exchangeType: {
    // A headers exchange deafens a worker on Redis, and so does any type that the broker does not have.
    says: 'direct, topic or fanout',
    orNull: ', or null',
    accepts: (value) => value === null || value === 'direct' || value === 'topic' || value === 'fanout',
  },
  routingKey: {
    says: 'a routing key of at most 255 bytes',
    orNull: ', or null',
    accepts: (value) => value === null || isName(value),
  },
  stampedHeaders: {
    says: 'name=value texts in a list, or an object of texts or lists of texts',
    word: 'list',
    accepts: isStampedHeaders,
  },
};

function isText(value: unknown, maxLength: number): value is string {
  return typeof value === 'string' && value !== '' && value.length <= maxLength;
}

function isTextList(value: unknown, maxLength: number): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((item) => isText(item, maxLength));
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function isInRange(value: unknown, low: number, high: number): boolean {
  return typeof value === 'number' && value >= low && value <= high;
}

function isWhole(value: unknown, low: number, high: number): boolean {
  return Number.isInteger(value) && isInRange(value, low, high);
}

/** AMQP counts bytes; control characters separate fields in kombu's binding sets on Redis. */
function isName(value: unknown): value is string {
  if (typeof value !== 'string' || value === '' || /\p{Cc}/u.test(value)) return false;
  return new TextEncoder().encode(value).length <= maxNameBytes;
}

function isQueueName(value: unknown): boolean {
  return isName(value) && !reservedNames.test(value);
}

function isQueueNameOrNull(value: unknown): boolean {
  return value === null || isQueueName(value);
}

function isStampedHeaders(value: unknown): boolean {
  if (Array.isArray(value)) {
    return value.length > 0 && value.every((item) => isText(item, 1000) && /^[^=]+=[^=]*$/.test(item));
  }
  if (typeof value !== 'object' || value === null) return false;
  const stamps = Object.values(value);
  return stamps.length > 0 && stamps.every((stamp) => isText(stamp, 1000) || isTextList(stamp, 1000));
}
