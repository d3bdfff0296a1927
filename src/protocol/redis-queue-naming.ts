/** How kombu lays queues out in Redis: its transport options that change the names of keys (protocol.md B.3, D.1). */
export interface RedisQueueNaming {
  /** `global_keyprefix`, default none. */
  readonly globalKeyprefix: string;
  /** `sep`, between the name of a queue and a priority. */
  readonly sep: string;
  /** `priority_steps`, ascending: each has a list of its own. */
  readonly prioritySteps: readonly number[];
}

export const defaultSep = '\x06\x16';
export const defaultPrioritySteps: readonly number[] = [0, 3, 6, 9];

/** One of the lists that make up a queue. */
export interface PriorityList {
  readonly step: number;
  readonly key: string;
}

/** A queue that is bound to an exchange. */
export interface Binding {
  readonly queue: string;
  readonly exchange: string;
  readonly routingKey: string;
}

/** The lists of a queue in the order in which workers empty them. Mirrors kombu/transport/redis.py:_brpop_start. */
export function priorityLists(queue: string, naming: RedisQueueNaming): readonly PriorityList[] {
  return naming.prioritySteps.map((step) => ({ step, key: listKey(queue, step, naming) }));
}

/** The list that a message of this priority goes to: that of the largest step which is not above it. */
export function listForPriority(queue: string, priority: number, naming: RedisQueueNaming): string {
  const step = naming.prioritySteps.findLast((each) => each <= priority) ?? naming.prioritySteps[0] ?? 0;
  return listKey(queue, step, naming);
}

/** The set of what is bound to an exchange; without a name, what the keys of all such sets begin with. */
export function bindingsKey(exchange: string, { globalKeyprefix }: RedisQueueNaming): string {
  return `${globalKeyprefix}_kombu.binding.${exchange}`;
}

/** Mirrors kombu/transport/redis.py:_queue_bind for a direct exchange. */
export function bindingMember(routingKey: string, queue: string, { sep }: RedisQueueNaming): string {
  return [routingKey, '', queue].join(sep);
}

/** A member of such a set; undefined when it is none, as under another `sep`. */
export function readBinding(
  exchange: string,
  member: string,
  { sep }: RedisQueueNaming,
): (Binding & { readonly isPattern: boolean }) | undefined {
  const parts = member.split(sep);
  const [routingKey, pattern, queue] = parts;
  if (parts.length !== 3 || routingKey === undefined || pattern === undefined || !queue) return undefined;
  return { queue, exchange, routingKey, isPattern: pattern !== '' };
}

/** Where workers keep what they have taken and not acknowledged. */
export function unackedKey({ globalKeyprefix }: RedisQueueNaming): string {
  return `${globalKeyprefix}unacked`;
}

function listKey(queue: string, step: number, { globalKeyprefix, sep }: RedisQueueNaming): string {
  return `${globalKeyprefix}${queue}${step === 0 ? '' : `${sep}${step}`}`;
}
