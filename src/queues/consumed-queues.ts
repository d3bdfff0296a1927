import { parseActiveQueues } from '../control/active-queues.ts';
import type { Binding } from '../protocol/redis-queue-naming.ts';

/** Celery's `task_default_queue`. */
export const defaultQueue = 'celery';

/** More than any cluster has; what workers say is not to be trusted with our memory. */
const mostBindings = 10_000;
/** Of a name on AMQP, in UTF-16 units. */
const longestName = 255;

/** What workers consume, from their replies to `active_queues`; sorted, each once. */
export function consumedBindings(replies: Readonly<Record<string, unknown>>): readonly Binding[] {
  const found = new Map<string, Binding>();
  for (const value of Object.values(replies)) {
    for (const { name, exchange, routingKey } of parseActiveQueues(value) ?? []) {
      if (!isName(name) || found.size >= mostBindings) continue;
      const binding = {
        queue: name,
        exchange: isName(exchange?.name) ? exchange.name : '',
        routingKey: typeof routingKey === 'string' ? routingKey : '',
      };
      found.set(JSON.stringify(binding), binding);
    }
  }
  return sortBindings([...found.values()]);
}

/** The queues of workers, and the one that Celery uses when nothing is said. */
export function consumedQueues(replies: Readonly<Record<string, unknown>>): readonly string[] {
  const names = consumedBindings(replies).map(({ queue }) => queue);
  return [...new Set([defaultQueue, ...names])];
}

export function sortBindings(bindings: readonly Binding[]): readonly Binding[] {
  const key = ({ queue, exchange, routingKey }: Binding): string => [queue, exchange, routingKey].join('\0');
  return [...bindings].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= longestName;
}
