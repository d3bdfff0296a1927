import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UuidIndex } from '../../../src/state/uuid-index.ts';

/** An index of records whose slots are given out in order, from 1. */
function emptyIndex(): { index: UuidIndex; add: (uuid: string) => number } {
  const records: ({ uuid: string } | undefined)[] = [undefined];
  const index = new UuidIndex(records);
  const add = (uuid: string): number => {
    const slot = records.push({ uuid }) - 1;
    index.add(uuid, slot);
    return slot;
  };
  return { index, add };
}

describe('UuidIndex', () => {
  it('finds what was added and not deleted since, like a Map', () => {
    const someUuid = fc.oneof(fc.uuid(), fc.string({ maxLength: 3 }));
    const step = fc.record({ uuid: someUuid, isDeletion: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const { index, add } = emptyIndex();
        const model = new Map<string, number>();
        for (const { uuid, isDeletion } of steps) {
          const slot = model.get(uuid);
          if (slot === undefined) model.set(uuid, add(uuid));
          else if (isDeletion) {
            index.delete(uuid, slot);
            model.delete(uuid);
          }
        }

        for (const { uuid } of steps) expect(index.find(uuid)).toBe(model.get(uuid) ?? 0);
      }),
    );
  });

  it.each([
    ['numbered', (i: number) => `task-${i}`],
    ['different in the beginning alone', (i: number) => `${i}-bbbbbbbb`],
    ['of one character', (i: number) => String.fromCharCode(i + 1)],
    ['different in length alone', (i: number) => 'x'.repeat(i + 1)],
  ])('finds each of many that are %s, also when half of them are gone', (_what, name) => {
    const { index, add } = emptyIndex();
    const uuids = Array.from({ length: 3_000 }, (_, i) => name(i));
    const slots = uuids.map(add);
    for (let i = 0; i < uuids.length; i += 2) index.delete(uuids[i] ?? '', slots[i] ?? 0);

    const expected = slots.map((slot, i) => (i % 2 === 0 ? 0 : slot));
    expect(uuids.map((uuid) => index.find(uuid))).toEqual(expected);
    expect(index.find('not here')).toBe(0);
  });
});
