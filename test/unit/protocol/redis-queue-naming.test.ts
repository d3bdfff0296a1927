import { describe, expect, it } from 'vitest';
import {
  bindingMember,
  bindingsKey,
  defaultPrioritySteps,
  defaultSep,
  listForPriority,
  priorityLists,
  readBinding,
} from '../../../src/protocol/redis-queue-naming.ts';

const plain = { globalKeyprefix: '', sep: defaultSep, prioritySteps: defaultPrioritySteps };
const custom = { globalKeyprefix: 'pfx:', sep: ':', prioritySteps: [0, 5] };

describe('the keys of a queue on Redis', () => {
  it('are one list per priority step, the soonest first', () => {
    expect(priorityLists('q', plain)).toEqual([
      { step: 0, key: 'q' },
      { step: 3, key: 'q\x06\x163' },
      { step: 6, key: 'q\x06\x166' },
      { step: 9, key: 'q\x06\x169' },
    ]);
    expect(priorityLists('q', custom).map(({ key }) => key)).toEqual(['pfx:q', 'pfx:q:5']);
  });

  it.each([
    [0, 'q'],
    [2, 'q'],
    [3, 'q\x06\x163'],
    [4, 'q\x06\x163'],
    [9, 'q\x06\x169'],
  ])('take priority %d into %j', (priority, key) => {
    expect(listForPriority('q', priority, plain)).toBe(key);
  });
});

describe('a binding on Redis', () => {
  it('is read as kombu writes it', () => {
    expect(bindingsKey('celery', custom)).toBe('pfx:_kombu.binding.celery');
    expect(bindingMember('celery', 'celery', plain)).toBe('celery\x06\x16\x06\x16celery');
    expect(readBinding('ex', 'a.#\x06\x16^a\\..*?$\x06\x16q', plain)).toEqual({
      queue: 'q',
      exchange: 'ex',
      routingKey: 'a.#',
      isPattern: true,
    });
  });

  it.each(['', 'celery', 'a\x06\x16b', 'a\x06\x16b\x06\x16c\x06\x16d', 'a\x06\x16\x06\x16'])(
    'is none: %j',
    (member) => {
      expect(readBinding('ex', member, plain)).toBeUndefined();
    },
  );
});
