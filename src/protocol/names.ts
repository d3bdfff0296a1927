/** `event_exchange`. */
export const defaultEventExchange = 'celeryev';
/** `control_exchange`, to which `.pidbox` is added. */
export const defaultControlExchange = 'celery';
/** `event_queue_prefix`. */
export const defaultEventQueuePrefix = 'celeryev';

/** The exchange that workers take control requests from. Mirrors kombu/pidbox.py:Mailbox.exchange_fmt. */
export function mailboxExchange(controlExchange: string = defaultControlExchange): string {
  return `${controlExchange}.pidbox`;
}

/** The queue on AMQP that one worker reads its control requests from. Mirrors kombu/pidbox.py:Node.listen. */
export function nodeQueueName(hostname: string, exchange: string): string {
  return `${hostname}.${exchange}`;
}

/** `task-succeeded` → `task.succeeded`. Mirrors celery/events/dispatcher.py:EventDispatcher.publish. */
export function eventRoutingKey(eventType: string): string {
  return eventType.replaceAll('-', '.');
}

/** Whether an AMQP topic binding covers a routing key: `*` is one word, `#` any number of words, also none. */
export function matchesTopic(pattern: string, routingKey: string): boolean {
  if (pattern === '#' || pattern === routingKey) return true;
  return matchesWords(pattern.split('.'), routingKey.split('.'));
}

function matchesWords(pattern: readonly string[], words: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return words.length === 0;
  if (first === '#') {
    return matchesWords(rest, words) || (words.length > 0 && matchesWords(pattern, words.slice(1)));
  }
  if (words.length === 0) return false;
  return (first === '*' || first === words[0]) && matchesWords(rest, words.slice(1));
}

/** Our private queue or list for replies, named as kombu names it (kombu/pidbox.py:Mailbox.reply_queue). */
export function replyQueueName(uuid: string, controlExchange: string = defaultControlExchange): string {
  return `${uuid}.reply.${mailboxExchange(controlExchange)}`;
}

/** How the workers of a Redis cluster name their channels: kombu's transport options, protocol.md B.1. */
export interface RedisNaming {
  /** The database number, as text. */
  readonly database: string;
  /** `global_keyprefix`, default none. */
  readonly globalKeyprefix?: string | undefined;
  /** `fanout_prefix`: a text with `{db}` in it, true for `/{db}.` (default), false for none. */
  readonly fanoutPrefix?: boolean | string | undefined;
  /** `fanout_patterns`, default true: the routing key is part of the channel. */
  readonly fanoutPatterns?: boolean | undefined;
}

/** The channel of an exchange, without a routing key. Mirrors kombu/transport/redis.py:Channel._get_publish_topic. */
export function redisChannel(exchange: string, naming: RedisNaming): string {
  const prefix = naming.fanoutPrefix ?? true;
  const fanoutPrefix = prefix === true ? '/{db}.' : prefix || '';
  return `${naming.globalKeyprefix ?? ''}${fanoutPrefix.replaceAll('{db}', naming.database)}${exchange}`;
}

/** What to PSUBSCRIBE for everything on a topic exchange: kombu makes `*` of the binding `#`. */
export function redisTopicPattern(exchange: string, naming: RedisNaming): string {
  const channel = redisChannel(exchange, naming);
  return naming.fanoutPatterns === false ? channel : `${channel}/*`;
}
