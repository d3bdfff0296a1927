import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../../src/config/parse-arguments.ts';

describe('parseArguments', () => {
  it('finds options before and after the command, in every spelling', () => {
    const given = parseArguments([
      '-b',
      'redis://x',
      'events',
      '--rate=5',
      '-C',
      '--view',
      'workers',
      '--no-color',
    ]);

    expect(given).toMatchObject({
      command: 'events',
      words: [],
      flags: { broker: 'redis://x', rate: '5', view: 'workers', 'no-color': true },
      problem: undefined,
    });
  });

  it('lets the last of two count', () => {
    expect(parseArguments(['--rate', '1', '--rate', '2']).flags).toEqual({ rate: '2' });
  });

  it('hands out the words after the command', () => {
    expect(parseArguments(['events', '--once', 'workers'])).toMatchObject({
      command: 'events',
      words: ['workers'],
    });
  });

  it.each([
    [['events', '--brokr', 'x'], 'there is no option "--brokr": did you mean --broker?'],
    [['events', '--readnoly'], 'there is no option "--readnoly": did you mean --readonly?'],
    [['events', '--xyzzy'], 'there is no option "--xyzzy": see stalk --help'],
    [['events', '-Z'], 'there is no option "-Z": see stalk --help'],
    [['events', '--view'], '--view needs a value: tasks, workers'],
    [['events', '-b'], '--broker needs a value: URL'],
  ])('says of %j what is wrong', (argv, sentence) => {
    expect(parseArguments(argv).problem?.message).toBe(sentence);
  });

  it('names the first problem only', () => {
    expect(parseArguments(['--one', '--two']).problem?.message).toContain('--one');
  });
});
