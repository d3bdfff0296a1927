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
