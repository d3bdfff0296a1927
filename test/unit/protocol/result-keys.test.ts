import { describe, expect, it } from 'vitest';
import { resultKeys } from '../../../src/protocol/result-keys.ts';

describe('resultKeys', () => {
  it('are those of Celery', () => {
    expect(resultKeys('x', '')).toEqual({
      task: 'celery-task-meta-x',
      group: 'celery-taskset-meta-x',
      chord: {
        results: 'celery-taskset-meta-x.j',
        size: 'celery-taskset-meta-x.s',
        extra: 'celery-taskset-meta-x.t',
      },
    });
  });

  it.each([
    ['shop', 'shop_celery-task-meta-x'],
    ['shop:', 'shop:celery-task-meta-x'],
    ['shop_', 'shop_celery-task-meta-x'],
    ['shop-', 'shop-celery-task-meta-x'],
    ['shop.', 'shop.celery-task-meta-x'],
  ])('have the prefix %s as Celery joins it', (prefix, key) => {
    expect(resultKeys('x', prefix).task).toBe(key);
  });
});
