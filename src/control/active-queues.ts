import { fieldOf } from './json-field.ts';

/** A queue that a worker consumes from. The names are any JSON values, as the worker sent them. */
export interface ActiveQueue {
  readonly name: unknown;
  readonly exchange: { readonly name: unknown; readonly type: string } | undefined;
  readonly routingKey: unknown;
  readonly hasPriorities: boolean;
}

/** From the reply to `active_queues`, which may be any JSON value; undefined when it is no list. */
export function parseActiveQueues(value: unknown): readonly ActiveQueue[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.map((queue: unknown) => {
    const exchange = fieldOf(queue, 'exchange');
    const type = fieldOf(exchange, 'type');
    return {
      name: fieldOf(queue, 'name'),
      exchange:
        typeof type === 'string' ? { name: fieldOf(exchange, 'name'), type: type.slice(0, 40) } : undefined,
      routingKey: fieldOf(queue, 'routing_key'),
      hasPriorities: typeof fieldOf(fieldOf(queue, 'queue_arguments'), 'x-max-priority') === 'number',
    };
  });
}
