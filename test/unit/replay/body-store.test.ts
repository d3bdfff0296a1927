import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BodyStore } from '../../../src/replay/body-store.ts';

const body = (length: number, fill: number): Uint8Array => new Uint8Array(length).fill(fill);

describe('BodyStore', () => {
  it('uses memory again that was given back, and none that was not', () => {
    const bodies = fc.array(
      fc.record({ length: fc.nat(300_000), keepsLast: fc.nat(6), letsGo: fc.boolean() }),
      {
        minLength: 10,
        maxLength: 60,
      },
    );

    fc.assert(
      fc.property(bodies, (steps) => {
        const store = new BodyStore();
        let kept: { place: number; bytes: Uint8Array; fill: number }[] = [];
        const gone: typeof kept = [];
        for (const [index, { length, keepsLast, letsGo }] of steps.entries()) {
          const fill = index % 251;
          const place = store.place;
          kept.push({ place, bytes: store.keep(body(length, fill)), fill });
          if (index % 3 === 0) {
            kept = kept.slice(-keepsLast - 1);
            store.giveBack(kept[0]?.place ?? 0);
          }
          if (letsGo && index % 7 === 0) {
            gone.push(...kept);
            store.letGo();
          }
          for (const { bytes, fill: expected } of [...kept, ...gone])
            expect(bytes.every((byte) => byte === expected)).toBe(true);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('takes no more memory than is kept, however long it goes on', () => {
    const store = new BodyStore();
    const places: number[] = [];
    const buffers = new Set<ArrayBufferLike>();
    for (let index = 0; index < 1_000; index += 1) {
      places.push(store.place);
      buffers.add(store.keep(body(100_000, index % 251)).buffer);
      store.giveBack(places.slice(-10)[0] ?? 0);
    }

    expect(buffers.size).toBeLessThan(10);
  });
});
