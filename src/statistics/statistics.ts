import type { EventOutcome } from '../state/state-options.ts';
import { Task } from '../state/task.ts';
import { CountPages } from './count-pages.ts';
import { DurationCounts, type Spread } from './duration-counts.ts';
import { Figures, type Happening, happenings, type Measure } from './figures.ts';
import { ForwardTime } from './forward-time.ts';
import { Repeats } from './repeats.ts';
import { secondsPerMinute, type Window, windowStart } from './time-slots.ts';
import { queueWait, workerWait } from './waits.ts';

export interface StatisticsOptions {
  /** Names come from the broker without end: beyond this, those unused for longest are counted together. */
  readonly maxTypes?: number;
  /** Of 136 bytes each, for all distributions. Two types that make use of everything take 5,000. */
  readonly maxPages?: number;
}

/** Seconds, at least as long as is true and at most 2 % longer; undefined where too few were seen to tell. */
export interface Percentiles {
  readonly count: number;
  readonly p50: number | undefined;
  readonly p95: number | undefined;
  readonly p99: number | undefined;
}

/** What happened in a window. A wait whose count is 0 is not known: nobody told of it. */
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
/** A figure that is asked for every task of a list is kept this long, in seconds. */
const usualLifetime = 5;
/** At once, so that thousands of invented names do not look for the oldest each time. */
const shedShare = 1 / 16;
/** One event takes no more pages than this. */
const pagesPerEvent = 8;

/**
 * How often tasks start and end, and how long they wait and run, per type and overall. Memory is bounded whatever comes
 * in. Durations are those of the events' own times; windows go by when events were received.
 *
 * Every run is counted once: an event that is delivered again is not counted again, as long as its task is in memory of
 * the State. A retried run is a run of its own. What belongs to no type that is kept is counted with the others, so
 * that the types and the others together are always the whole.
 */
export class Statistics {
  readonly #maxTypes: number;
  readonly #pages: CountPages;
  readonly #overall: Figures;
  readonly #others: Figures;
  readonly #types = new Map<string, Figures>();
  readonly #spare: Figures[] = [];
  readonly #usual = new Map<string, { readonly at: number; readonly seconds: number | undefined }>();
  readonly #time = new ForwardTime();
  readonly #repeats = new Repeats();
  readonly #durations = new DurationCounts();
  #startedAt: number | undefined;
  #minute = 0;
  #minuteEnd = 0;

  constructor(options: StatisticsOptions = {}) {
    this.#maxTypes = options.maxTypes ?? 1_000;
    this.#pages = new CountPages(options.maxPages ?? 262_144);
    this.#overall = new Figures(this.#pages);
    this.#others = new Figures(this.#pages);
  }

  /**
   * Takes in what became of an event.
   *
   * @param received when the event was received, in seconds since the epoch
   */
  note(outcome: EventOutcome | undefined, received: number): void {
    const task = outcome?.object;
    if (outcome === undefined || !(task instanceof Task)) return;
    switch (outcome.subject) {
      case 'sent':
      case 'received':
      case 'started':
      case 'succeeded':
      case 'failed':
      case 'retried':
      case 'revoked':
        this.#noteStage(task, outcome.subject, outcome.earlier ?? undefined, received);
    }
  }

  /** What the distributions take: more only while they grow, and never more than `maxPages`. */
  get bytes(): number {
    return this.#pages.bytes;
  }

  /** The types that are kept, in no particular order. */
  get types(): Iterable<string> {
    return this.#types.keys();
  }

  /** @param now seconds since the epoch */
  ofType(name: string, window: Window, now: number): Reading | undefined {
    const figures = this.#types.get(name);
    return figures === undefined ? undefined : this.#read(figures, window, now);
  }

  /** Of types that are not kept any longer, and of tasks whose type no event named. */
  ofOthers(window: Window, now: number): Reading {
    return this.#read(this.#others, window, now);
  }

  overall(window: Window, now: number): Reading {
    return this.#read(this.#overall, window, now);
  }

  /** How the run times of a type are spread, in so many parts. */
  spread(name: string, window: Window, parts: number, now: number): Spread | undefined {
    const figures = this.#types.get(name);
    if (figures === undefined) return undefined;
    this.#pass(now);
    return this.#gather(figures, 'run', window).spread(parts);
  }

  /** Runs of a type that were started per second, over the last five minutes. */
  startRate(name: string, now: number): number {
    this.#pass(now);
    const started = this.#types.get(name)?.total('started', '5m', this.#minute) ?? 0;
    return started / this.#secondsOf('5m');
  }

  /**
   * Seconds within which 99 % of the type's runs succeed, in the last hour or, where these are too few, ever. Undefined
   * while fewer than 20 have. At most 5 s old, because it is asked for every task of a list.
   */
  usualRuntime(name: string): number | undefined {
    const { reached } = this.#time;
    const known = this.#usual.get(name);
    if (known !== undefined && reached - known.at < usualLifetime) return known.seconds;
    const figures = this.#types.get(name);
    if (figures === undefined) return undefined;
    const seconds = this.#usualOf(figures, '1h') ?? this.#usualOf(figures, 'all');
    this.#usual.set(name, { at: reached, seconds });
    return seconds;
  }

  #noteStage(
    task: Task,
    stage: Happening | 'sent' | 'received',
    earlier: number | undefined,
    received: number,
  ): void {
    if (earlier !== undefined && this.#repeats.isRepeat(task.uuid, stage, earlier, task[stage])) return;
    this.#pass(received);
    if (this.#pages.room < pagesPerEvent) this.#shed();
    if (stage === 'sent') this.#noteSent(task);
    else if (stage === 'received') this.#noteReceived(task, earlier);
    else {
      const figures = this.#figuresOf(task);
      this.#count(figures, stage, received);
      if (stage === 'succeeded') this.#measure(figures, 'run', task.runtime ?? undefined);
      else if (stage === 'started') this.#measure(figures, 'workerWait', workerWait(task, earlier));
    }
  }

  /** Senders and workers send apart from each other: the receipt may have been told first. */
  #noteSent(task: Task): void {
    if ((task.received ?? -Infinity) >= (task.sent ?? Infinity)) {
      this.#measure(this.#figuresOf(task), 'queueWait', queueWait(task, undefined));
    }
  }

  #noteReceived(task: Task, earlier: number | undefined): void {
    const figures = this.#figuresOf(task);
    this.#measure(figures, 'queueWait', queueWait(task, earlier));
    // A start that was told before its receipt has not been measured yet; one before this receipt is of an earlier run.
    const isLate = earlier === undefined && (task.started ?? -Infinity) >= (task.received ?? Infinity);
    if (isLate) this.#measure(figures, 'workerWait', workerWait(task, undefined));
  }

  #count(figures: Figures, happening: Happening, received: number): void {
    figures.count(happening, this.#minute);
    figures.lastAt = received;
    this.#overall.count(happening, this.#minute);
    this.#overall.lastAt = received;
  }

  #measure(figures: Figures, measure: Measure, seconds: number | undefined): void {
    if (seconds === undefined || !Number.isFinite(seconds)) return;
    figures.time(measure, seconds, this.#minute);
    this.#overall.time(measure, seconds, this.#minute);
  }

  #figuresOf({ name }: Task): Figures {
    if (typeof name !== 'string' || name === '') return this.#others;
    const known = this.#types.get(name);
    if (known !== undefined) return known;
    if (this.#types.size >= this.#maxTypes) this.#shed();
    const figures = this.#spare.pop() ?? new Figures(this.#pages);
    figures.lastAt = this.#time.reached;
    this.#types.set(name, figures);
    return figures;
  }

  /** Counts the types that were not used for longest with the others from now on, until there is room again. */
  #shed(): void {
    const oldest = [...this.#types].sort(([, left], [, right]) => left.lastAt - right.lastAt);
    const enough = this.#types.size - Math.ceil(this.#types.size * shedShare);
    for (const [name, figures] of oldest) {
      if (this.#types.size <= enough && this.#pages.room >= pagesPerEvent) return;
      this.#types.delete(name);
      this.#usual.delete(name);
      this.#others.absorb(figures, this.#minute);
      this.#spare.push(figures);
    }
  }

  #pass(now: number): void {
    const time = this.#time.at(now);
    this.#startedAt ??= time;
    if (time < this.#minuteEnd) return;
    this.#minute = Math.max(0, Math.floor(time / secondsPerMinute));
    this.#minuteEnd = (this.#minute + 1) * secondsPerMinute;
  }

  #read(figures: Figures, window: Window, now: number): Reading {
    this.#pass(now);
    const counts = happenings.map((happening) => [happening, figures.total(happening, window, this.#minute)]);
    return {
      ...(Object.fromEntries(counts) as Record<Happening, number>),
      seconds: this.#secondsOf(window),
      run: this.#percentiles(figures, 'run', window),
      workerWait: this.#percentiles(figures, 'workerWait', window),
      queueWait: this.#percentiles(figures, 'queueWait', window),
      lastAt: figures.lastAt,
    };
  }

  #secondsOf(window: Window): number {
    const since = Math.max(windowStart(window, this.#minute), this.#startedAt ?? 0);
    return Math.max(1, this.#time.reached - since);
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

  #usualOf(figures: Figures, window: Window): number | undefined {
    const durations = this.#gather(figures, 'run', window);
    return durations.total < enoughForUsual ? undefined : durations.percentile(0.99);
  }

  #gather(figures: Figures, measure: Measure, window: Window): DurationCounts {
    this.#durations.clear();
    figures.read(measure, window, this.#minute, this.#durations);
    return this.#durations;
  }
}
