import type { EventOutcome } from '../state/state-options.ts';
import { Task } from '../state/task.ts';
import type { Spread } from './duration-counts.ts';
import type { Figures, Happening, Measure } from './figures.ts';
import { ForwardTime } from './forward-time.ts';
import { KeptFigures } from './kept-figures.ts';
import { only, Reader, type Reading, type Source } from './reading.ts';
import { Repeats } from './repeats.ts';
import { secondsPerMinute, type Window, windowStart } from './time-slots.ts';
import { queueWait, workerWait } from './waits.ts';

export interface StatisticsOptions {
  /** Names come from the broker without end: beyond this, those unused for longest are counted together. */
  readonly maxTypes?: number;
  /** Of 136 bytes each, for all distributions. Two types that make use of everything take 5,000. */
  readonly maxPages?: number;
}

/** A figure that is asked for every task of a list is kept this long, in seconds. */
const usualLifetime = 5;
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
  readonly #options: StatisticsOptions;
  readonly #kept: KeptFigures;
  readonly #time = new ForwardTime();
  readonly #repeats = new Repeats();
  readonly #reader = new Reader(() => this.#minute);
  #startedAt: number | undefined;
  /** As it was given last, and what `#time` made of it; seconds. */
  #passedTo = Number.NaN;
  #reached = 0;
  #minute = 0;
  #minuteEnd = 0;

  constructor(options: StatisticsOptions = {}) {
    const { maxTypes = 1_000, maxPages = 262_144 } = options;
    this.#options = options;
    this.#kept = new KeptFigures(maxTypes, maxPages);
  }

  /** Counting begins, although nothing has come yet. Otherwise it begins with the first event. @param now seconds since the epoch */
  begin(now: number): void {
    this.#pass(now);
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

  /**
   * Statistics of their own, which say what these say and, given the same, go on as these would: what either takes in
   * from now on is not seen by the other. Readings that these have given stay those of these.
   */
  clone(): Statistics {
    const copy = new Statistics(this.#options);
    copy.#kept.copyFrom(this.#kept);
    copy.#time.copyFrom(this.#time);
    copy.#repeats.copyFrom(this.#repeats);
    copy.#startedAt = this.#startedAt;
    copy.#passedTo = this.#passedTo;
    copy.#reached = this.#reached;
    copy.#minute = this.#minute;
    copy.#minuteEnd = this.#minuteEnd;
    return copy;
  }

  /** What the distributions take: more only while they grow, and never more than `maxPages`. */
  get bytes(): number {
    return this.#kept.pages.bytes;
  }

  /** The types that are kept, in no particular order. */
  get types(): Iterable<string> {
    return this.#kept.names;
  }

  /** @param now seconds since the epoch */
  ofType(name: string, window: Window, now: number): Reading | undefined {
    const figures = this.#kept.get(name);
    return figures === undefined ? undefined : this.#read(only(figures), window, now);
  }

  /** Of types that are not kept any longer, and of tasks whose type no event named. */
  ofOthers(window: Window, now: number): Reading {
    return this.#read(only(this.#kept.others), window, now);
  }

  overall(window: Window, now: number): Reading {
    return this.#read(() => this.#kept.all(), window, now);
  }

  /** How the run times of a type are spread, in so many parts. */
  spread(name: string, window: Window, parts: number, now: number): Spread | undefined {
    const figures = this.#kept.get(name);
    if (figures === undefined) return undefined;
    this.#pass(now);
    return this.#reader.spread(figures, window, parts);
  }

  /** Runs of a type that were started per second, over the last five minutes. */
  startRate(name: string, now: number): number {
    this.#pass(now);
    const started = this.#kept.get(name)?.total('started', '5m', this.#minute) ?? 0;
    return started / this.#secondsOf('5m');
  }

  /**
   * Seconds within which 99 % of the type's runs succeed, in the last hour or, where these are too few, ever. Undefined
   * while fewer than 20 have. At most 5 s old, because it is asked for every task of a list.
   */
  usualRuntime(name: string): number | undefined {
    const figures = this.#kept.get(name);
    if (figures === undefined) return undefined;
    const at = this.#reached;
    if (figures.usual !== undefined && at - figures.usual.at < usualLifetime) return figures.usual.seconds;
    const seconds = this.#reader.usual(figures, '1h') ?? this.#reader.usual(figures, 'all');
    figures.usual = { at, seconds };
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
    if (this.#kept.pages.room < pagesPerEvent) this.#kept.shed(pagesPerEvent, this.#minute);
    const figures = this.#kept.of(task.name, this.#minute);
    figures.usedAt = this.#reached;
    switch (stage) {
      case 'sent':
        this.#noteSent(figures, task);
        break;
      case 'received':
        this.#noteReceived(figures, task, earlier);
        break;
      case 'started':
        this.#count(figures, stage, received);
        this.#measure(figures, 'workerWait', workerWait(task, earlier));
        break;
      case 'succeeded':
        this.#count(figures, stage, received);
        this.#measure(figures, 'run', task.runtime ?? undefined);
        break;
      default:
        this.#count(figures, stage, received);
    }
  }

  /** Senders and workers send apart from each other: the receipt may have been told first. */
  #noteSent(figures: Figures, task: Task): void {
    if ((task.received ?? -Infinity) < (task.sent ?? Infinity)) return;
    this.#measure(figures, 'queueWait', queueWait(task, undefined));
  }

  #noteReceived(figures: Figures, task: Task, earlier: number | undefined): void {
    this.#measure(figures, 'queueWait', queueWait(task, earlier));
    // A start that was told before its receipt has not been measured yet; one before this receipt is of an earlier run.
    const isLate = earlier === undefined && (task.started ?? -Infinity) >= (task.received ?? Infinity);
    if (isLate) this.#measure(figures, 'workerWait', workerWait(task, undefined));
  }

  #count(figures: Figures, happening: Happening, received: number): void {
    figures.count(happening, this.#minute);
    figures.lastAt = received;
  }

  #measure(figures: Figures, measure: Measure, seconds: number | undefined): void {
    if (seconds === undefined || !Number.isFinite(seconds)) return;
    figures.time(measure, seconds, this.#minute);
  }

  #pass(now: number): void {
    // Events come in lists of one time.
    if (now === this.#passedTo) return;
    this.#passedTo = now;
    const time = this.#time.at(now);
    this.#reached = time;
    this.#startedAt ??= time;
    if (time < this.#minuteEnd) return;
    this.#minute = Math.max(0, Math.floor(time / secondsPerMinute));
    this.#minuteEnd = (this.#minute + 1) * secondsPerMinute;
  }

  #read(source: Source, window: Window, now: number): Reading {
    this.#pass(now);
    return this.#reader.read(source, window, this.#secondsOf(window));
  }

  #secondsOf(window: Window): number {
    const since = Math.max(windowStart(window, this.#minute), this.#startedAt ?? 0);
    return Math.max(1, this.#reached - since);
  }
}
