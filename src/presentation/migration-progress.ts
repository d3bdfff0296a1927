import { formatAge, formatCount, formatRate } from './format.ts';

/** Seconds over which the rate is taken. */
const span = 5;
const barWidth = 24;

/** How fast a count grows, over the last seconds. Times are seconds of any clock. */
export class RateMeter {
  readonly #samples: { readonly at: number; readonly count: number }[] = [];

  /** At most some ten times a second. */
  note(count: number, at: number): void {
    this.#samples.push({ at, count });
    while ((this.#samples[1]?.at ?? at) <= at - span) this.#samples.shift();
  }

  /** A second; undefined until there are two looks to compare. */
  get perSecond(): number | undefined {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.at <= first.at) return undefined;
    return (last.count - first.count) / (last.at - first.at);
  }
}

export interface Progress {
  readonly done: number;
  /** How many there were to begin with; undefined when there is no end. */
  readonly total: number | undefined;
  readonly perSecond: number | undefined;
}

/** `[#########-----]  4,200/10,000  42 %  1,850/s  3s left`, in ASCII, cut to the width. */
export function progressLine({ done, total, perSecond }: Progress, width: number): string {
  const rate = perSecond === undefined ? undefined : `${formatRate(perSecond)}/s`;
  if (total === undefined) return joined([`${formatCount(done)} migrated`, rate], width);
  // More may have arrived since they were counted.
  const most = Math.max(total, done);
  const share = most === 0 ? 1 : done / most;
  const filled = Math.floor(share * barWidth);
  const left =
    perSecond !== undefined && perSecond > 0 && done < most
      ? `${formatAge((most - done) / perSecond)} left`
      : undefined;
  const facts = [`${formatCount(done)}/${formatCount(most)}`, `${Math.floor(share * 100)} %`, rate, left];
  const bar = `[${'#'.repeat(filled)}${'-'.repeat(barWidth - filled)}]`;
  const whole = joined([bar, ...facts], Number.POSITIVE_INFINITY);
  return whole.length <= width ? whole : joined(facts, width);
}

function joined(parts: readonly (string | undefined)[], width: number): string {
  return parts
    .filter((part) => part !== undefined)
    .join('  ')
    .slice(0, Math.max(0, width));
}
