import { describe, expect, it } from 'vitest';
import { PendingRevokes, revokedUuids } from '../../../src/monitor/pending-revokes.ts';

describe('PendingRevokes', () => {
  it('drops the oldest marks beyond its limit', () => {
    const pending = new PendingRevokes();
    pending.add(Array.from({ length: 10_001 }, (_, n) => `u${n}`));

    expect(pending.uuids.size).toBe(10_000);
    expect(pending.uuids.has('u0')).toBe(false);
  });
});

describe('revokedUuids', () => {
  it.each([
    ['revoke', { task_id: ['a', 'b'] }, ['a', 'b']],
    ['revoke', { task_id: 'a' }, ['a']],
    ['terminate', { signal: 'KILL', task_id: ['a'] }, ['a']],
    ['revoke', { task_id: [1, null] }, []],
    ['rate_limit', { task_id: 'a' }, []],
  ])('finds in %s %j the tasks %j', (method, args, uuids) => {
    expect(revokedUuids(method, args)).toEqual(uuids);
  });
});
