import { DurationCounts, type Spread } from './duration-counts.ts';
import { type Figures, type Happening, happenings, type Measure } from './figures.ts';
import type { Window } from './time-slots.ts';

/** Seconds, at least as long as is true and at most 2 % longer; undefined where too few were seen to tell. */
export interface Percentiles {
  readonly count: number;
  readonly p50: number | undefined;
  readonly p95: number | undefined;
  readonly p99: number | undefined;
}

/**
 * What happened in a window. A wait whose count is 0 is not known: nobody told of it. Percentiles are found when they
 * are first read, because a list of a thousand types shows few of them: they are of that moment, and stay.
 */
export interface Reading extends Readonly<Record<Happening, number>> {
  /** How long was looked at: what happened, divided by this, is a rate. At least 1. */
  readonly seconds: number;
  /** Of runs that succeeded: of others workers do not tell it. */
  readonly run: Percentiles;
  readonly workerWait: Percentiles;
  readonly queueWait: Percentiles;
  /** When the type was counted last, in seconds since the epoch; 0 for never. */
  readonly lastAt: number;
}

/** Of fewer, the 95th percentile is not one of them but the longest. */
const enoughForTail = 10;
/** With fewer runs that succeeded, nothing is called slow. */
const enoughForUsual = 20;

const unknown: Percentiles = { count: 0, p50: undefined, p95: undefined, p99: undefined };

/** Makes figures readable. It needs memory to add durations up, so there is one for all. */
export class Reader {
  readonly #minute: () => number;
  readonly #durations = new DurationCounts();

  /** @param minute the present one */
  constructor(minute: () => number) {
    this.#minute = minute;
  }

  read(figures: Figures, window: Window, seconds: number): Reading {
    const run = this.#whenAsked(figures, 'run', window);
    const workerWaits = this.#whenAsked(figures, 'workerWait', window);
    const queueWaits = this.#whenAsked(figures, 'queueWait', window);
    const counts = happenings.map((happening) => [
      happening,
      figures.total(happening, window, this.#minute()),
    ]);
    return {
      ...(Object.fromEntries(counts) as Record<Happening, number>),
      seconds,
      lastAt: figures.lastAt,
      get run() {
        return run();
      },
      get workerWait() {
        return workerWaits();
      },
      get queueWait() {
        return queueWaits();
      },
    };
  }

  spread(figures: Figures, window: Window, parts: number): Spread | undefined {
    return this.#gather(figures, 'run', window).spread(parts);
  }

  /** Seconds within which 99 % of the runs succeeded; undefined of fewer than 20. */
  usual(figures: Figures, window: Window): number | undefined {
    const durations = this.#gather(figures, 'run', window);
    return durations.total < enoughForUsual ? undefined : durations.percentile(0.99);
  }

  #whenAsked(figures: Figures, measure: Measure, window: Window): () => Percentiles {
    const { uses } = figures;
    let known: Percentiles | undefined;
    return () => {
      known ??= figures.uses === uses ? this.#percentiles(figures, measure, window) : unknown;
      return known;
    };
  }

  #percentiles(figures: Figures, measure: Measure, window: Window): Percentiles {
    const durations = this.#gather(figures, measure, window);
    const hasTail = durations.total >= enoughForTail;
    return {
      count: durations.total,
      p50: durations.percentile(0.5),
      p95: hasTail ? durations.percentile(0.95) : undefined,
      p99: hasTail ? durations.percentile(0.99) : undefined,
    };
  }

  #gather(figures: Figures, measure: Measure, window: Window): DurationCounts {
    this.#durations.clear();
    figures.read(measure, window, this.#minute(), this.#durations);
    return this.#durations;
  }
}
