import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/errors.ts';
import { parseNames, parseQueueMapping } from '../../../src/queues/queue-mapping.ts';

describe('-Q of stalk migrate', () => {
  it('names queues, each with its name at the destination', () => {
    expect(parseQueueMapping('a, b:c ,d')).toEqual([
      { source: 'a', destination: 'a' },
      { source: 'b', destination: 'c' },
      { source: 'd', destination: 'd' },
    ]);
  });

  it.each([
    ['', '-Q is QUEUE or QUEUE:OTHER, separated by commas, not ""'],
    ['a,', '-Q is QUEUE or QUEUE:OTHER, separated by commas, not ""'],
    ['a:', '-Q is QUEUE or QUEUE:OTHER, separated by commas, not "a:"'],
    [':b', '-Q is QUEUE or QUEUE:OTHER, separated by commas, not ":b"'],
    ['a:b:c', '-Q is QUEUE or QUEUE:OTHER, separated by commas, not "a:b:c"'],
    ['a,a:b', '-Q names the queue "a" twice'],
  ])('is refused: %j', (text, reason) => {
    expect(() => parseQueueMapping(text)).toThrow(new UsageError(reason));
  });
});

describe('a list of names', () => {
  it('has each of them once', () => {
    expect(parseNames('a, b,a', '-X')).toEqual(['a', 'b']);
  });

  it('has no empty ones', () => {
    expect(() => parseNames('a,,b', '-X')).toThrow(
      new UsageError('-X is a list of names, separated by commas, not "a,,b"'),
    );
  });
});
