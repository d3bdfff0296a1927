import type { ActiveQueue, ActiveTask, RegisteredTask, WorkerStats } from './worker-facts.ts';

/**
 * Replies come from whoever listens on the broker. Each reader takes any JSON value, keeps the few fields that are
 * shown, cuts long text and long lists, and never throws.
 */
const maxText = 512;
const maxItems = 2000;
const maxIds = 100_000;

type Fields = Readonly<Record<string, unknown>>;

/** Undefined when the reply is not one: `{"error": …}` or anything but an object. */
export function readStats(value: unknown): WorkerStats | undefined {
  const stats = fieldsOf(value);
  if (stats === undefined || 'error' in stats) return undefined;
  const pool = fieldsOf(stats['pool']) ?? {};
  const autoscaler = fieldsOf(stats['autoscaler']);
  const timeouts = listOf(pool['timeouts']);
  const processes = listOf(pool['processes']).map(numberOf).filter(isNumber);
  return {
    pool: poolName(pool['implementation']),
    // A pool that was grown, shrunk or scaled goes on reporting the size that it started with.
    concurrency: processes.length > 0 ? processes.length : numberOf(pool['max-concurrency']),
    processes,
    maxTasksPerChild: numberOf(pool['max-tasks-per-child']),
    softTimeLimit: numberOf(timeouts[0]) || undefined,
    hardTimeLimit: numberOf(timeouts[1]) || undefined,
    prefetchCount: numberOf(stats['prefetch_count']),
    pid: numberOf(stats['pid']),
    uptime: numberOf(stats['uptime']),
    clock: numberOf(stats['clock']),
    maxRssKb: numberOf(fieldsOf(stats['rusage'])?.['maxrss']),
    autoscaler:
      autoscaler === undefined
        ? undefined
        : { max: numberOf(autoscaler['max']) ?? 0, min: numberOf(autoscaler['min']) ?? 0 },
    broker: brokerOf(stats['broker']),
    totalTasks: Object.values(fieldsOf(stats['total']) ?? {}).reduce<number>(
      (sum, count) => sum + (numberOf(count) ?? 0),
      0,
    ),
  };
}

export function readActiveQueues(value: unknown): readonly ActiveQueue[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return listOf(value).flatMap((item) => {
    const queue = fieldsOf(item);
    const name = textOf(queue?.['name']);
    if (queue === undefined || name === undefined) return [];
    const exchange = fieldsOf(queue['exchange']);
    return [
      {
        name,
        exchange: textOf(exchange?.['name']),
        exchangeType: textOf(exchange?.['type']),
        routingKey: textOf(queue['routing_key']),
        durable: typeof queue['durable'] === 'boolean' ? queue['durable'] : undefined,
      },
    ];
  });
}

/** Entries are `name` or `name [rate_limit=10/s …]`, 0 for a limit that was taken away (celery/worker/control.py:registered). */
export function readRegistered(value: unknown): readonly RegisteredTask[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return listOf(value).flatMap((item) => {
    const text = textOf(item);
    if (text === undefined) return [];
    const bracket = text.indexOf(' [');
    const name = bracket < 0 ? text : text.slice(0, bracket);
    const limit = bracket < 0 ? undefined : /[[ ]rate_limit=([^\s\]]+)/.exec(text.slice(bracket))?.[1];
    return [{ name, rateLimit: limit === '0' ? undefined : limit }];
  });
}

/** The reply to `active` or `reserved`; entries without an id are left out. */
export function readTaskList(value: unknown): readonly ActiveTask[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return listOf(value).flatMap((item) => {
    const task = fieldsOf(item);
    const uuid = textOf(task?.['id']);
    if (task === undefined || uuid === undefined) return [];
    return [
      {
        uuid,
        name: textOf(task['type']) ?? textOf(task['name']),
        args: textOf(task['args']),
        kwargs: textOf(task['kwargs']),
        startedAt: numberOf(task['time_start']),
        pid: numberOf(task['worker_pid']),
      },
    ];
  });
}

/** Only the ids of a reply to `active` or `reserved`, of as many tasks as a worker may sensibly hold. */
export function readTaskIds(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, maxIds).flatMap((item) => textOf(fieldsOf(item)?.['id']) ?? []);
}

/** `conf` without defaults leaves the setting out while it is off, as it is by default. */
export function readPoolRestarts(value: unknown): boolean | undefined {
  const conf = fieldsOf(value);
  return conf === undefined || 'error' in conf ? undefined : conf['worker_pool_restarts'] === true;
}

export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.length > 30 || !/^-?\d+(\.\d+)?$/.test(value)) return undefined;
  return Number(value);
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, maxText) : undefined;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, maxItems) : [];
}

function isNumber(value: number | undefined): value is number {
  return value !== undefined;
}

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** `celery.concurrency.prefork:TaskPool` → `prefork`; the threads pool's module is `thread`. */
function poolName(value: unknown): string | undefined {
  const module = textOf(value)?.split(':')[0]?.split('.').at(-1);
  return module === 'thread' ? 'threads' : module;
}

function brokerOf(value: unknown): string | undefined {
  const broker = fieldsOf(value);
  const hostname = textOf(broker?.['hostname']);
  if (broker === undefined || hostname === undefined) return undefined;
  const port = numberOf(broker['port']);
  const host = port === undefined ? hostname : `${hostname}:${port}`;
  const virtualHost = textOf(broker['virtual_host']) ?? '';
  return `${textOf(broker['transport']) ?? 'amqp'}://${host}/${virtualHost}`;
}
