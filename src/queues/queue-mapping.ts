import { UsageError } from '../errors.ts';

export interface QueueMapping {
  readonly source: string;
  readonly destination: string;
}

/**
 * `a,b:c`: the queue a to a, the queue b to c. Mirrors celery/contrib/migrate.py:prepare_queues, which takes everything.
 * @throws UsageError for an empty name, a second colon, and a queue that is named twice
 */
export function parseQueueMapping(text: string): readonly QueueMapping[] {
  const mapping = text.split(',').map((part) => {
    const [source = '', destination = source, ...more] = part.split(':').map((name) => name.trim());
    if (source === '' || destination === '' || more.length > 0) {
      throw new UsageError(`-Q is QUEUE or QUEUE:OTHER, separated by commas, not ${JSON.stringify(part)}`);
    }
    return { source, destination };
  });
  const twice = mapping.find(
    ({ source }, index) => mapping.findIndex((each) => each.source === source) !== index,
  );
  if (twice !== undefined) throw new UsageError(`-Q names the queue ${JSON.stringify(twice.source)} twice`);
  return mapping;
}

/**
 * `a,b`, without repetitions.
 * @throws UsageError for an empty name
 */
export function parseNames(text: string, flag: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) {
    throw new UsageError(`${flag} is a list of names, separated by commas, not ${JSON.stringify(text)}`);
  }
  return [...new Set(names)];
}
