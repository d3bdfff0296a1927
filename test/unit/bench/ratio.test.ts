import { describe, expect, it } from 'vitest';
import { isMet } from '../../bench/figure.ts';
import { ratioFigure, rounds } from '../../bench/ratio.ts';

describe('rounds', () => {
  it('lets the two take turns, and keeps what belongs to one round together', async () => {
    const done: string[] = [];
    const side = (name: string, values: number[]) => async (): Promise<number> => {
      done.push(name);
      return values.shift() ?? Number.NaN;
    };

    const all = await rounds(2, side('ours', [10, 20]), side('celery', [1, 2]));

    expect(all).toEqual([
      { ours: 10, celery: 1 },
      { ours: 20, celery: 2 },
    ]);
    expect(done).toEqual(['celery', 'ours', 'celery', 'ours']);
  });
});

describe('ratioFigure', () => {
  const all = [
    { ours: 60, celery: 10 },
    // Both were disturbed in the same round: their ratio hardly was.
    { ours: 22, celery: 4 },
    { ours: 80, celery: 10 },
  ];

  it("is the median of the rounds' own ratios", () => {
    const figure = ratioFigure({ name: 'fold', goal: 5, note: 'events' }, all);

    expect(figure).toMatchObject({ value: 6, unit: 'x', ours: 60, celery: 10 });
    expect(figure.note).toBe('events, 5.5 to 8.0 in 3 rounds');
  });

  it('meets a goal by being large', () => {
    expect(isMet(ratioFigure({ name: 'fold', goal: 5 }, all))).toBe(true);
    expect(isMet(ratioFigure({ name: 'fold', goal: 7 }, all))).toBe(false);
  });
});
