import { describe, expect, it } from 'vitest';
import { type Environment, type Flags, loadConfig } from '../../../src/config/load-config.ts';
import { commonOptions, eventsOptions } from '../../../src/config/options.ts';
import { UsageError } from '../../../src/errors.ts';

function config(flags: Flags = {}, env: Environment = {}) {
  return { ...loadConfig(commonOptions, flags, env), ...loadConfig(eventsOptions, flags, env) };
}

describe('loadConfig', () => {
  it('has a default for every option but those whose absence means something', () => {
    expect(config()).toEqual({
      broker: 'amqp://guest:guest@localhost:5672//',
      camera: undefined,
      output: undefined,
      frequency: 1,
      maxrate: undefined,
      cleanupFreq: 3600,
      taskSuccessExpires: 86_400,
      taskErrorExpires: 259_200,
      taskPendingExpires: 432_000,
      strict: false,
      loglevel: 'WARNING',
      logfile: undefined,
      pidfile: undefined,
      workdir: undefined,
      detach: false,
      uid: undefined,
      gid: undefined,
      umask: undefined,
      name: undefined,
      view: 'tasks',
      rate: 2,
      color: 'auto',
      noColor: false,
      ascii: false,
      time: 'utc',
      readonly: false,
      noHistory: false,
      printKeys: false,
      once: false,
      gatherFor: undefined,
      json: false,
      replay: undefined,
      speed: undefined,
      at: undefined,
      dump: false,
      timeout: 1,
      maxTasks: 10_000,
      maxWorkers: 5000,
      memory: undefined,
      eventExchange: 'celeryev',
      controlExchange: 'celery',
      globalKeyprefix: '',
      fanoutPrefix: 'true',
      fanoutPatterns: 'true',
      utcoffset: false,
      help: false,
      version: false,
    });
  });

  it('takes a flag over the environment, our variable over Celery’s, and any of them over the default', () => {
    const both = { STALK_BROKER_URL: 'redis://ours', CELERY_BROKER_URL: 'redis://celerys' };

    expect(config({ broker: 'redis://flag' }, both).broker).toBe('redis://flag');
    expect(config({}, both).broker).toBe('redis://ours');
    expect(config({}, { CELERY_BROKER_URL: 'redis://celerys' }).broker).toBe('redis://celerys');
  });

  it('takes an empty variable for one that is not set', () => {
    expect(config({}, { STALK_BROKER_URL: '', STALK_RATE: '' }).rate).toBe(2);
  });

  it('keeps a value that equals the default apart from the default', () => {
    expect(config({ rate: '2' }, { STALK_RATE: '9' }).rate).toBe(2);
  });

  it.each([
    ['2', 2],
    ['2s', 2],
    ['500ms', 0.5],
    ['1.5m', 90],
    ['.25s', 0.25],
  ])('reads %s as seconds', (text, seconds) => {
    expect(config({ timeout: text }).timeout).toBe(seconds);
  });

  it.each([
    ['1', true],
    ['Yes', true],
    ['on', true],
    ['0', false],
    ['false', false],
  ])('reads %s from the environment as a switch', (text, value) => {
    expect(config({}, { STALK_ASCII: text }).ascii).toBe(value);
  });

  it.each<[Flags, Environment, string]>([
    [{ rate: '11' }, {}, '--rate is a number from 0.2 to 10, not "11"'],
    [{}, { STALK_RATE: 'fast' }, 'STALK_RATE is a number from 0.2 to 10, not "fast"'],
    [{ 'max-tasks': '1.5' }, {}, '--max-tasks is a whole number from 1 to 10000000, not "1.5"'],
    [{ timeout: '1 week' }, {}, '--timeout is seconds from 0.1 to 3600, not "1 week"'],
    [{ view: 'task' }, {}, '--view is tasks, workers, types, not "task"'],
    [{ ascii: 'maybe' }, {}, '--ascii is true or false, not "maybe"'],
  ])('refuses %j %j in one sentence', (flags, env, sentence) => {
    expect(() => config(flags, env)).toThrow(new UsageError(sentence));
  });

  it('reads a list in order, and one text from the environment', () => {
    const list = [{ key: 'arg', flag: 'arg', type: 'list', default: [], group: 'Other', help: '' }] as const;

    expect(loadConfig(list, { arg: ['a=1', 'b=2'] }, {})).toEqual({ arg: ['a=1', 'b=2'] });
    expect(loadConfig(list, {}, { STALK_ARG: 'c=3' })).toEqual({ arg: ['c=3'] });
    expect(loadConfig(list, {}, {})).toEqual({ arg: [] });
  });

  it.each([
    ['256M', 268_435_456],
    ['256 mb', 268_435_456],
    ['0.5G', 536_870_912],
    ['1GiB', 1_073_741_824],
    ['200000k', 204_800_000],
    ['200000000', 200_000_000],
  ])('reads the size %s', (text, bytes) => {
    expect(config({ memory: text }).memory).toBe(bytes);
    expect(config({}, { STALK_MEMORY: text }).memory).toBe(bytes);
  });

  it.each(['64M', '256', '2T', '99999G', '-1G', 'much', '256M1', ''])(
    'refuses the size %j in one sentence',
    (text) => {
      expect(() => config({ memory: text })).toThrow(
        new UsageError(`--memory is a size of at least 128M, such as 256M, not ${JSON.stringify(text)}`),
      );
    },
  );
});

describe('a choice in any case', () => {
  it('is read as the table writes it', () => {
    expect(loadConfig(eventsOptions, { loglevel: 'debug' }, {}).loglevel).toBe('DEBUG');
    expect(() => loadConfig(eventsOptions, { loglevel: 'loud' }, {})).toThrow('--loglevel is DEBUG, INFO');
    expect(() => loadConfig(eventsOptions, { time: 'UTC' }, {})).toThrow('--time is utc, local');
  });
});
