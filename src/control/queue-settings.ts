import { fieldOf } from './json-field.ts';

/** What the reply to `conf` says of queues. It may be any JSON value. */
export interface QueueSettings {
  /** Whether the worker declares this queue as its own settings say, and not as `add_consumer` does. */
  names(queue: string): boolean;
  /** `task_queue_max_priority`, which every queue gets whose declaration has none. */
  readonly maxPriority: number | undefined;
}

/** Mirrors celery/app/amqp.py:AMQP.Queues. Settings that are not there have their defaults. */
export function parseQueueSettings(conf: unknown): QueueSettings {
  const queues = settingOf(conf, 'task_queues', 'CELERY_QUEUES');
  const priority = settingOf(conf, 'task_queue_max_priority', 'CELERY_QUEUE_MAX_PRIORITY');
  const defaultQueue = settingOf(conf, 'task_default_queue', 'CELERY_DEFAULT_QUEUE') ?? 'celery';
  return {
    names: (queue) => (isEmpty(queues) ? defaultQueue === queue : includesQueue(queues, queue)),
    maxPriority:
      typeof priority === 'number' && Number.isInteger(priority) && priority >= 0 && priority <= 255
        ? priority
        : undefined,
  };
}

/** With a namespace, as Django projects have, the key is the upper-case name behind a prefix of their own. */
function settingOf(conf: unknown, name: string, oldName: string): unknown {
  if (typeof conf !== 'object' || conf === null) return undefined;
  const suffix = `_${name.toUpperCase()}`;
  const key = Object.keys(conf).find((each) => each === name || each === oldName || each.endsWith(suffix));
  return key === undefined ? undefined : (fieldOf(conf, key) ?? undefined);
}

function isEmpty(queues: unknown): boolean {
  return typeof queues !== 'object' || queues === null || Object.keys(queues).length === 0;
}

/** kombu's Queue objects come as their repr; a mapping may also hold plain options under the name. */
function includesQueue(queues: unknown, name: string): boolean {
  const isNamed = ([key, value]: [string, unknown]): boolean =>
    typeof value === 'string'
      ? value.startsWith(`<unbound Queue ${name} -> `) || value.startsWith(`<Queue ${name} -> `)
      : !Array.isArray(queues) && key === name;
  return Object.entries(queues ?? {}).some(isNamed);
}
