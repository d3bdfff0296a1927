import { type CommandArguments, ok, raiseTypeError } from './demo-command-call.ts';
import type { Request } from './demo-request.ts';
import type { DemoWorker } from './demo-worker.ts';
import { requestsIn } from './demo-worker-state.ts';
import { PythonError } from './python-error.ts';
import { reprString, type Value } from './python-repr.ts';

const signals: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGUSR2: 12,
  SIGALRM: 14,
  SIGTERM: 15,
};

/** Mirrors celery/worker/control.py:revoke and its `_revoke`. */
export function revokeById(worker: DemoWorker, args: CommandArguments): unknown {
  const ids = [...new Set(asList(args['task_id']).map(String))];
  worker.revoke(ids);
  if (!args['terminate']) {
    return ok(
      `tasks ${ids.length === 0 ? 'set()' : `{${ids.map(reprString).join(', ')}}`} flagged as revoked`,
    );
  }
  const signum = signalNumber(args['signal']);
  const found = requestsIn(worker.state, 'reserved', 'active').filter(({ message }) =>
    ids.includes(message.id),
  );
  for (const request of found) worker.terminate(request, signum);
  const terminated = found.map(({ message }) => message.id);
  return ok(`terminate: ${terminated.length === 0 ? 'tasks unknown' : terminated.join(', ')}`);
}

/** Mirrors celery/worker/control.py:revoke_by_stamped_headers. */
export function revokeByStamps(worker: DemoWorker, args: CommandArguments): unknown {
  const signum = signalNumber(args['signal']);
  const headers = headersOf(args['headers']);
  const { revokedStamps } = worker.state;
  for (const [header, stamps] of headers) {
    revokedStamps.set(header, new Set([...(revokedStamps.get(header) ?? []), ...asList(stamps).map(String)]));
  }
  const shown = `{${headers.map(([header, stamps]) => `${reprString(header)}: ${reprStamps(stamps)}`).join(', ')}}`;
  if (!args['terminate']) return ok(`headers ${shown} flagged as revoked, but not terminated`);
  const matched = headers
    .map(
      ([header, stamps]) =>
        [header, terminateStamped(worker, header, asList(stamps).map(String), signum)] as const,
    )
    .filter(([, stamps]) => stamps.length > 0)
    .map(([header, stamps]) => `${reprString(header)}: {${stamps.map(reprString).join(', ')}}`);
  if (matched.length === 0) return ok(`headers ${shown} were not terminated`);
  return ok(`headers defaultdict(<class 'set'>, {${matched.join(', ')}}) revoked`);
}

/** Returns the stamps that running tasks had. */
function terminateStamped(
  worker: DemoWorker,
  header: string,
  stamps: readonly string[],
  signum: number,
): string[] {
  const isMatch = ({ message }: Request): boolean => stamps.includes(message.stamps[header] ?? '');
  const found = requestsIn(worker.state, 'active').filter(isMatch);
  for (const request of found) worker.terminate(request, signum);
  return [...new Set(found.map(({ message }) => message.stamps[header] ?? ''))];
}

function headersOf(headers: unknown): [string, unknown][] {
  if (!Array.isArray(headers)) return Object.entries(typeof headers === 'object' && headers ? headers : {});
  return headers.map((pair): [string, unknown] => {
    const [key = '', value] = String(pair).split('=');
    if (value === undefined) throw new PythonError("IndexError('list index out of range')");
    return [key, value];
  });
}

function reprStamps(stamps: unknown): string {
  return Array.isArray(stamps)
    ? `[${stamps.map((stamp) => reprString(String(stamp))).join(', ')}]`
    : reprString(String(stamps));
}

/** Mirrors celery/platforms.py:Signals.signum. */
function signalNumber(signal: unknown): number {
  if (!signal) return 15;
  if (typeof signal === 'number') return signal;
  if (typeof signal !== 'string' || signal !== signal.toUpperCase()) {
    return raiseTypeError('signal name must be uppercase string.');
  }
  const name = signal.startsWith('SIG') ? signal : `SIG${signal}`;
  const number = signals[name];
  if (number === undefined) {
    throw new PythonError(`AttributeError(${reprString(`module 'signal' has no attribute '${name}'`)})`);
  }
  return number;
}

function asList(value: unknown): readonly Value[] {
  if (value === null || value === undefined) return [];
  return Array.isArray(value) ? value : [value as Value];
}
