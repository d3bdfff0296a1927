import { describe, expect, it } from 'vitest';
import { parseBenchOptions, usage } from '../../bench/bench-options.ts';
import { measurements } from '../../bench/measurements.ts';

const choices = {
  fold: { about: 'parsed events into the State' },
  keys: { about: 'keys to frames' },
  soak: { about: 'half an hour', onlyOnRequest: true },
} as const;

describe('the options of the bench', () => {
  it('are everything but what takes too long', () => {
    expect(parseBenchOptions([], choices)).toMatchObject({
      only: ['fold', 'keys'],
      minutes: 30,
      help: false,
    });
  });

  it('take what is asked for, in the order in which it is done', () => {
    expect(parseBenchOptions(['--only', 'soak,fold', '--minutes', '0.5'], choices)).toMatchObject({
      only: ['fold', 'soak'],
      minutes: 0.5,
    });
  });

  it('name the reports to write into the README', () => {
    expect(parseBenchOptions(['--readme', 'all.json,soak.json'], choices).readme).toEqual([
      'all.json',
      'soak.json',
    ]);
  });

  it.each([
    [['--only', 'fold,folds'], '--only takes fold,keys,soak, not "folds"'],
    [['--minutes', 'x'], '--minutes takes a number above 0, not "x"'],
    [['--minutes', '0'], '--minutes takes a number above 0, not "0"'],
    [['--what'], "Unknown option '--what'"],
  ])('refuse %j', (argv, sentence) => {
    expect(() => parseBenchOptions(argv, choices)).toThrow(sentence);
  });
});

describe('the help', () => {
  it('names every measurement, also the one that is done on request only', () => {
    const lines = usage(measurements).split('\n');

    for (const [name, { about }] of Object.entries(measurements)) {
      expect(lines.some((line) => line.startsWith(`  ${name} `) && line.endsWith(about))).toBe(true);
    }
    expect(measurements['soak']?.onlyOnRequest).toBe(true);
  });

  it('keeps to the width of a terminal', () => {
    expect(
      usage(measurements)
        .split('\n')
        .filter((line) => line.length > 120),
    ).toEqual([]);
  });
});
