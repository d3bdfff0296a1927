import { describe, expect, it } from 'vitest';
import type { Option } from '../../../src/config/option.ts';
import { commonOptions, eventsOptions } from '../../../src/config/options.ts';
import { type Arguments, parseArguments } from '../../../src/config/parse-arguments.ts';

const task: Option = { key: 'task', flag: 'task', alias: 't', type: 'string', group: 'Other', help: '' };
const arg: Option = { key: 'arg', flag: 'arg', type: 'list', group: 'Other', help: '' };
const commands = [
  { name: 'events', options: eventsOptions },
  { name: 'result', options: [task, arg] },
];

function parsed(argv: readonly string[]): Arguments {
  return parseArguments(argv, commands, commonOptions);
}

describe('parseArguments', () => {
  it('finds options before and after the command, in every spelling', () => {
    const given = parsed(['-b', 'redis://x', 'events', '--rate=5', '-C', '--view', 'workers', '--no-color']);

    expect(given).toMatchObject({
      command: 'events',
      words: [],
      flags: { broker: 'redis://x', rate: '5', view: 'workers', 'no-color': true },
      problem: undefined,
    });
  });

  it('finds the command behind a letter that takes a value elsewhere and none here', () => {
    const purge = {
      key: 'force',
      flag: 'force',
      alias: 'f',
      type: 'boolean',
      group: 'Other',
      help: '',
    } as const;
    const both = [...commands, { name: 'purge', options: [purge] }];

    expect(parseArguments(['-f', 'purge'], both, commonOptions)).toMatchObject({
      command: 'purge',
      flags: { force: true },
      problem: undefined,
    });
    expect(parseArguments(['-f', 'cam.log', 'events'], both, commonOptions)).toMatchObject({
      command: 'events',
      flags: { logfile: 'cam.log' },
    });
  });

  it('lets the last of two count', () => {
    expect(parsed(['events', '--rate', '1', '--rate', '2']).flags).toEqual({ rate: '2' });
  });

  it('hands out the words after the command', () => {
    expect(parsed(['events', '--once', 'workers'])).toMatchObject({
      command: 'events',
      words: ['workers'],
    });
  });

  it.each([
    [['events', '--brokr', 'x'], 'there is no option "--brokr": did you mean --broker?'],
    [['events', '--readnoly'], 'there is no option "--readnoly": did you mean --readonly?'],
    [['events', '--xyzzy'], 'there is no option "--xyzzy": see stalk events --help'],
    [['events', '-Z'], 'there is no option "-Z": see stalk events --help'],
    [['events', '--view'], '--view needs a value: tasks, workers, types'],
    [['events', '-b'], '--broker needs a value: URL'],
  ])('says of %j what is wrong', (argv, sentence) => {
    expect(parsed(argv).problem?.message).toBe(sentence);
  });

  it('names the first problem only', () => {
    expect(parsed(['--one', '--two']).problem?.message).toContain('--one');
  });

  it('takes a letter for what the command means by it', () => {
    expect(parsed(['result', '-t', 'proj.add', 'id']).flags).toEqual({ task: 'proj.add' });
    expect(parsed(['-t', 'proj.add', 'result', 'id'])).toMatchObject({ command: 'result', words: ['id'] });
    expect(parsed(['events', '-t', '2']).flags).toEqual({ timeout: '2' });
  });

  it('gathers what may be given more than once', () => {
    expect(parsed(['result', '--arg', 'a=1', '--arg=b=2']).flags).toEqual({ arg: ['a=1', 'b=2'] });
  });

  it('knows a flag by its other spelling', () => {
    expect(parsed(['events', '--read-only']).flags).toEqual({ readonly: true });
  });

  it('knows only what all commands have in common where there is no command', () => {
    expect(parsed(['nothing', '-b', 'x', '--task', 'y'])).toMatchObject({
      command: 'nothing',
      flags: { broker: 'x' },
    });
  });
});
