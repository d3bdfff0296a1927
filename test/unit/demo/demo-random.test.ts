import { describe, expect, it } from 'vitest';
import { Chance, seededRandom } from '../../../src/demo/demo-random.ts';

describe('Chance', () => {
  it('repeats itself for the same seed and differs for another', () => {
    const draw = (seed: number): string[] => {
      const chance = new Chance(seededRandom(seed));
      return Array.from({ length: 5 }, () => chance.uuid());
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it('gives version 4 uuids', () => {
    const chance = new Chance(seededRandom(1));
    expect(chance.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('picks by weight', () => {
    const chance = new Chance(seededRandom(1));
    const picks = Array.from(
      { length: 1000 },
      () => chance.pickWeighted([{ weight: 1 }, { weight: 9 }]).weight,
    );
    expect(picks.filter((weight) => weight === 9).length).toBeGreaterThan(850);
  });
});
