import { describe, expect, it } from 'vitest';
import { migrationJson, outcomeSentences, planLines } from '../../../src/commands/migration-text.ts';
import { ansiLine } from '../../../src/presentation/ansi.ts';
import type { MigrationOutcome } from '../../../src/queues/migration.ts';
import type { MigrationPlan } from '../../../src/queues/migration-plan.ts';

const ends = { source: 'amqp://guest:***@a:5672//', destination: 'redis://b:6379/0', moves: true };
const count = { messages: 500, consumers: 1, byPriority: undefined, held: 0 };
const plan: MigrationPlan = {
  queues: [
    { source: 'celery', destination: 'celery', count, isNew: false },
    { source: 'mail', destination: 'po\u001bst', count: { ...count, messages: 0, held: 3 }, isNew: true },
  ],
  missing: [],
  total: 503,
  unacknowledged: 2,
};
const outcome: MigrationOutcome = {
  end: 'empty',
  failure: undefined,
  migrated: 503,
  passedOver: 0,
  leftBehind: [],
  recovered: 0,
  perhapsTwice: 0,
};

describe('the plan of a migration', () => {
  it('is a table of what goes where', () => {
    expect(planLines(plan, ends).map((line) => ansiLine(line, false))).toEqual([
      'From amqp://guest:***@a:5672//',
      'To   redis://b:6379/0',
      '',
      'QUEUE   MESSAGES  TO        NOTE',
      'celery  500       celery',
      String.raw`mail    3         po\x1bst  to be created, 3 of them held by a migration, running or cut off`,
      '',
      '2 messages are with workers of the source, of all its queues, and cannot be migrated.',
    ]);
  });
});

describe('the outcome of a migration', () => {
  function sentences(parts: Partial<MigrationOutcome> = {}, moves = true): readonly string[] {
    return outcomeSentences(
      { ...outcome, ...parts },
      { ...plan, unacknowledged: 0 },
      { ...ends, moves },
    ).slice(1);
  }

  it('begins with how many went where', () => {
    const [first] = outcomeSentences({ ...outcome, migrated: 1 }, plan, ends);

    expect(first).toBe('Moved 1 message from amqp://guest:***@a:5672// to redis://b:6379/0.');
  });

  it.each([
    [{}, true, []],
    [{}, false, ['The messages are at the source, too, and would run on both sides: -a moves them instead.']],
    [{ migrated: 0 }, false, []],
    [{ recovered: 25 }, true, ['25 messages of a migration that was cut off had been put back before.']],
    [{ passedOver: 1 }, true, ['1 message of other tasks stayed.']],
    [
      { leftBehind: [{ queue: 'c\n', reason: 'it is odd', count: 2 }] },
      true,
      [String.raw`2 messages stayed in "c\n": it is odd.`],
    ],
    [{ perhapsTwice: 1 }, true, ['1 message may be on both sides.']],
    [{ perhapsTwice: 7 }, true, ['Up to 7 messages may be on both sides.']],
    [{ end: 'interrupted' as const }, true, ['None is lost: run it again to migrate the rest.']],
  ])('says what else there is to know: %j', (parts, moves, expected) => {
    expect(sentences(parts, moves)).toEqual(expected);
  });

  it('is JSON for a script', () => {
    const json = migrationJson(plan, ends, { ...outcome, perhapsTwice: 1 });

    expect(json).toEqual({
      ...ends,
      queues: [
        { source: 'celery', destination: 'celery', messages: 500, new: false },
        { source: 'mail', destination: 'po\u001bst', messages: 3, new: true },
      ],
      ...{ missing: [], unacknowledged: 2, end: 'empty', migrated: 503, passed_over: 0, left_behind: [] },
      ...{ recovered: 0, perhaps_twice: 1 },
    });
    expect(migrationJson(plan, ends, undefined)).not.toHaveProperty('end');
  });
});
