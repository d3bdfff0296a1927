import { type Figure, median } from './figure.ts';

/** What both sides reached in one round, one right after the other. */
export interface Round {
  readonly ours: number;
  readonly celery: number;
}

/** Runs both sides in turn, so that what disturbs the machine for a while disturbs both. */
export async function rounds(
  count: number,
  ours: () => Promise<number>,
  celery: () => Promise<number>,
): Promise<readonly Round[]> {
  const all: Round[] = [];
  for (let round = 0; round < count; round++) {
    const reached = { celery: await celery(), ours: await ours() };
    all.push(reached);
  }
  return all;
}

/** How many times as much as Celery ours does: the median of the rounds' own ratios, which no other machine changes much. */
export function ratioFigure(
  given: Pick<Figure, 'name' | 'row' | 'note' | 'goal'>,
  all: readonly Round[],
): Figure {
  const ratios = all.map(({ ours, celery }) => ours / celery);
  const spread = `${Math.min(...ratios).toFixed(1)} to ${Math.max(...ratios).toFixed(1)} in ${all.length} rounds`;
  return {
    ...given,
    value: median(ratios),
    unit: 'x',
    better: 'more',
    ours: median(all.map((round) => round.ours)),
    celery: median(all.map((round) => round.celery)),
    note: [given.note, spread].filter((text) => text !== undefined).join(', '),
  };
}
