import { describe, expect, it } from 'vitest';
import { envNames, type Option, optionGroups, options } from '../../../src/config/options.ts';
import { usage } from '../../../src/config/usage.ts';

const all: readonly Option[] = options;

describe('options', () => {
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

  it('uses every heading, and gives numbers their limits', () => {
    expect(new Set(all.map(({ group }) => group))).toEqual(new Set(optionGroups));
    for (const { type, min, max } of all) {
      if (type === 'number' || type === 'integer' || type === 'seconds')
        expect([min, max]).not.toContain(undefined);
    }
  });
});

describe('usage', () => {
  it('names every option with its default and its variable, and never a password', async () => {
    const text = await usage(
      [{ name: 'events', summary: 'Watch', examples: [['stalk events', 'Watch it']] }],
      100,
    );

    for (const { flag } of all) expect(text).toContain(`--${flag}`);
    expect(text).toContain('STALK_BROKER_URL, CELERY_BROKER_URL');
    expect(text).toContain('amqp://guest:***@localhost:5672//');
    expect(text).not.toContain('guest:guest');
    expect(text).toContain('stalk events  Watch');
  });
});
