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

/** Whose figures are read, together; asked for at each reading, because what is kept changes. */
export type Source = () => Iterable<Figures>;

/** One alone: nothing once it has been given to another type. */
export function only(figures: Figures): Source {
  const { uses } = figures;
  return () => (figures.uses === uses ? [figures] : []);
}

/** Makes figures readable. It needs memory to add durations up, so there is one for all. */
export class Reader {
  readonly #minute: () => number;
  readonly #durations = new DurationCounts();

  /** @param minute the present one */
  constructor(minute: () => number) {
    this.#minute = minute;
  }

  read(source: Source, window: Window, seconds: number): Reading {
    const run = this.#whenAsked(source, 'run', window);
    const workerWaits = this.#whenAsked(source, 'workerWait', window);
    const queueWaits = this.#whenAsked(source, 'queueWait', window);
    const counts: Record<Happening, number> = { started: 0, succeeded: 0, failed: 0, retried: 0, revoked: 0 };
    let lastAt = 0;
    for (const figures of source()) {
      for (const happening of happenings)
        counts[happening] += figures.total(happening, window, this.#minute());
      lastAt = Math.max(lastAt, figures.lastAt);
    }
    return {
      ...counts,
      seconds,
      lastAt,
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
    return this.#gather([figures], 'run', window).spread(parts);
  }

  /** Seconds within which 99 % of the runs succeeded; undefined of fewer than 20. */
  usual(figures: Figures, window: Window): number | undefined {
    const durations = this.#gather([figures], 'run', window);
    return durations.total < enoughForUsual ? undefined : durations.percentile(0.99);
  }

  #whenAsked(source: Source, measure: Measure, window: Window): () => Percentiles {
    let known: Percentiles | undefined;
    return () => {
      known ??= this.#percentiles(source, measure, window);
      return known;
    };
  }

  #percentiles(source: Source, measure: Measure, window: Window): Percentiles {
    const durations = this.#gather(source(), measure, window);
    const hasTail = durations.total >= enoughForTail;
    const [p50, p95, p99] = durations.percentiles(hasTail ? [0.5, 0.95, 0.99] : [0.5]);
    return { count: durations.total, p50, p95, p99 };
  }

  #gather(source: Iterable<Figures>, measure: Measure, window: Window): DurationCounts {
    this.#durations.clear();
    for (const figures of source) figures.read(measure, window, this.#minute(), this.#durations);
    return this.#durations;
  }
}
