import { describe, expect, it } from 'vitest';
import { commands } from '../../../src/commands/registry.ts';
import { envNames, type Option, optionGroups } from '../../../src/config/option.ts';
import { commonOptions, eventsOptions } from '../../../src/config/options.ts';
import { commandUsage, usage } from '../../../src/config/usage.ts';

const tables = commands.map(({ name, options }): readonly [string, readonly Option[]] => [
  name,
  [...commonOptions, ...options],
]);

describe.each(tables)('the options of %s', (_name, all) => {
  it.each(['key', 'flag'] as const)('has no two entries with the same %s', (field) => {
    const values = all.map((option) => option[field]);

    expect(new Set(values).size).toBe(values.length);
  });

  it('has no two entries with the same short flag or environment name', () => {
    const aliases = all.flatMap(({ alias }) => alias ?? []);
    const names = all.flatMap(envNames);

    expect(new Set(aliases).size).toBe(aliases.length);
    expect(new Set(names).size).toBe(names.length);
  });

  it('give numbers their limits', () => {
    for (const { type, min, max } of all) {
      if (type === 'number' || type === 'integer' || type === 'seconds')
        expect([min, max]).not.toContain(undefined);
    }
  });
});

describe('the headings of options', () => {
  it('are all in use', () => {
    const used = tables.flatMap(([, options]) => options.map(({ group }) => group));

    expect(new Set(used)).toEqual(new Set(optionGroups));
  });
});

const example = {
  name: 'events',
  words: '[view]',
  summary: 'Watch',
  examples: [['stalk events', 'Watch it']],
  options: eventsOptions,
} as const;

describe('usage', () => {
  it('names the commands and what they have in common', async () => {
    const text = await usage([example], commonOptions, 100);

    expect(text).toContain('stalk events  Watch');
    for (const { flag } of commonOptions) expect(text).toContain(`--${flag}`);
    expect(text).not.toContain('--max-tasks');
  });
});

describe('commandUsage', () => {
  it('names every option with its default and its variable, and never a password', async () => {
    const text = await commandUsage(example, commonOptions, 100);

    for (const { flag } of [...commonOptions, ...eventsOptions]) expect(text).toContain(`--${flag}`);
    expect(text).toContain('Usage: stalk events [view] [options]');
    expect(text).toContain('STALK_BROKER_URL, CELERY_BROKER_URL');
    expect(text).toContain('amqp://guest:***@localhost:5672//');
    expect(text).not.toContain('guest:guest');
  });
});
