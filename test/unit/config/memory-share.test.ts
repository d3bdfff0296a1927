import { describe, expect, it } from 'vitest';
import { taskMemory } from '../../../src/config/memory-share.ts';
import type { Option } from '../../../src/config/option.ts';
import { eventsOptions } from '../../../src/config/options.ts';

describe('the share of tasks in --memory', () => {
  it('is what the program itself does not need, and a reserve', () => {
    const least = (eventsOptions as readonly Option[]).find(({ flag }) => flag === 'memory')?.min ?? 0;

    expect(taskMemory(least)).toBeGreaterThan(12 * 2 ** 20);
    expect(taskMemory(2 ** 28)).toBeLessThan(2 ** 28 - 112 * 2 ** 20);
    expect(taskMemory(2 ** 30)).toBeGreaterThan(taskMemory(2 ** 28) * 4);
  });
});
