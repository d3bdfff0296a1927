/** A queue as `active_queues` shows it: kombu's Queue.as_dict. */
export interface ConsumedQueue {
  readonly name: string;
  readonly [field: string]: unknown;
}

export interface QueueChoice {
  readonly exchange?: unknown;
  readonly exchangeType?: unknown;
  readonly routingKey?: unknown;
  /** Any other field of a kombu Queue, for example `queue_arguments`. */
  readonly others?: Readonly<Record<string, unknown>>;
}

/** Mirrors Consumer.add_task_queue: what is not said is named like the queue. */
export function consumedQueue(name: string, choice: QueueChoice = {}): ConsumedQueue {
  return {
    name,
    exchange: {
      name: choice.exchange ?? name,
      type: choice.exchangeType || 'direct',
      arguments: null,
      durable: true,
      passive: false,
      auto_delete: false,
      delivery_mode: null,
      no_declare: false,
    },
    routing_key: choice.routingKey ?? name,
    queue_arguments: null,
    binding_arguments: null,
    consumer_arguments: null,
    durable: true,
    exclusive: false,
    auto_delete: false,
    no_ack: false,
    alias: null,
    bindings: [],
    no_declare: null,
    expires: null,
    message_ttl: null,
    max_length: null,
    max_length_bytes: null,
    max_priority: null,
    ...choice.others,
  };
}
