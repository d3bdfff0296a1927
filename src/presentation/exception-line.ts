import type { ExactJson } from '../protocol/exact-json.ts';
import { pythonRepr, pythonStr } from './python-str.ts';

/** Exceptions that do not print their arguments as others do: subclasses of KeyError, and those of billiard. */
const ownMessages: Readonly<Record<string, (args: readonly ExactJson[]) => string | undefined>> = {
  'builtins.KeyError': keyMessage,
  'celery.exceptions.NotRegistered': keyMessage,
  'celery.exceptions.QueueNotFound': keyMessage,
  'billiard.exceptions.TimeLimitExceeded': (args) => `TimeLimitExceeded${pythonTuple(args)}`,
  'billiard.exceptions.SoftTimeLimitExceeded': (args) => `SoftTimeLimitExceeded${pythonTuple(args)}`,
};

/**
 * The line with which Python ends the traceback of a stored exception: `celery.exceptions.TaskRevokedError: revoked`.
 * What is no exception as Celery stores them prints as the value it is. Mirrors
 * celery/backends/base.py:Backend.exception_to_python, without ever making an exception of it.
 */
export function exceptionLine(stored: ExactJson): string {
  const type = stored instanceof Map ? stored.get('exc_type') : undefined;
  if (!(stored instanceof Map) || typeof type !== 'string') return pythonStr(stored);
  const module = stored.get('exc_module');
  const isBare = typeof module !== 'string' || module === 'builtins' || module === '__main__';
  const name = isBare ? type : `${module}.${type}`;
  const message = messageOf(`${module}.${type}`, stored.get('exc_message') ?? '');
  return message === '' ? name : `${name}: ${message}`;
}

/** As `str()` of an exception with these arguments. */
function messageOf(name: string, args: ExactJson): string {
  if (!Array.isArray(args)) return pythonStr(args);
  const own = Object.hasOwn(ownMessages, name) ? ownMessages[name]?.(args) : undefined;
  if (own !== undefined) return own;
  if (args.length === 0) return '';
  return args.length === 1 ? pythonStr(args[0]) : pythonTuple(args);
}

function keyMessage(args: readonly ExactJson[]): string | undefined {
  return args.length === 1 ? pythonRepr(args[0]) : undefined;
}

function pythonTuple(items: readonly ExactJson[]): string {
  const text = items.map((item) => pythonRepr(item)).join(', ');
  return items.length === 1 ? `(${text},)` : `(${text})`;
}
