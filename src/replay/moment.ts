import type { CommandLog } from '../monitor/command-log.ts';
import { ConnectionGaps } from '../monitor/connection-gaps.ts';
import { Fold } from '../monitor/fold.ts';
import { WorkerDirectory } from '../monitor/worker-directory.ts';
import type { Event } from '../protocol/event.ts';
import type { RecordedItem } from '../recording/recording.ts';
import { State } from '../state/state.ts';
import { RecordedCommands } from './recorded-commands.ts';

export interface MomentOptions {
  readonly maxTasks?: number;
  readonly maxWorkers?: number;
  readonly maxBytes?: number;
}

/** Seconds that are gone through one by one: longer than a worker that is gone has a row, and a rate a window. */
const longestLeap = 1_200;

/**
 * A cluster at one moment of its past, made of all that came until then. It has a clock of its own, in seconds since the
 * epoch, that only goes forward: what depends on time (a worker whose heartbeats ran out, rates) is settled at each of its
 * full seconds, so that the same moment looks the same however it was come to.
 */
export class Moment {
  readonly fold: Fold;
  readonly gaps: ConnectionGaps = new ConnectionGaps();
  readonly #commands: RecordedCommands;
  #position: number;
  #between = 0;
  #now: number;

  private constructor(
    makeFold: (now: () => number) => Fold,
    position: number,
    now: number,
    commands: RecordedCommands = new RecordedCommands(),
  ) {
    this.#commands = commands;
    this.#position = position;
    this.#now = now;
    this.fold = makeFold(() => this.#now);
  }

  /**
   * Before anything came.
   *
   * @param from where its clock begins
   * @param position of the first event that there is
   */
  static before(
    from: number,
    { maxTasks, maxWorkers, maxBytes }: MomentOptions = {},
    position: number = 0,
  ): Moment {
    const makeFold = (now: () => number): Fold =>
      new Fold({
        state: new State({
          now,
          ...(maxTasks === undefined ? {} : { maxTasksInMemory: maxTasks }),
          ...(maxWorkers === undefined ? {} : { maxWorkersInMemory: maxWorkers }),
          ...(maxBytes === undefined ? {} : { maxBytesInMemory: maxBytes }),
        }),
        workers: new WorkerDirectory({ now, ...(maxWorkers === undefined ? {} : { maxWorkers }) }),
      });
    const moment = new Moment(makeFold, position, from);
    moment.fold.statistics.begin(from);
    return moment;
  }

  /**
   * What a live cluster is now.
   *
   * @param gaps those of it until now
   * @param between what is taken in of what lies behind the last event
   */
  static of(fold: Fold, position: number, now: number, gaps: ConnectionGaps, between: number): Moment {
    const moment = new Moment((clock) => fold.clone(clock), position, now);
    moment.#between = between;
    moment.gaps.copyFrom(gaps);
    return moment;
  }

  /** Events taken in so far, counted from the beginning of the source. */
  get position(): number {
    return this.#position;
  }

  /** Gaps, commands and the like taken in since the last event. */
  get between(): number {
    return this.#between;
  }

  get now(): number {
    return this.#now;
  }

  get commands(): CommandLog {
    return this.#commands.log;
  }

  clone(): Moment {
    const { fold, position } = this;
    const copy = new Moment((clock) => fold.clone(clock), position, this.#now, this.#commands.clone());
    copy.#between = this.#between;
    copy.gaps.copyFrom(this.gaps);
    return copy;
  }

  /** Takes in what comes next. An event counts as received no earlier than the one before it. */
  note(item: RecordedItem): void {
    this.#between = item.kind === 'event' ? 0 : this.#between + 1;
    switch (item.kind) {
      case 'event':
        this.#noteEvent(item.event);
        break;
      case 'gap':
        this.lost(item.from);
        this.#listening(item.to);
        break;
      case 'recording':
        this.sessionEnded();
        this.advance(item.at);
        break;
      case 'listening':
        this.#listening(item.at);
        break;
      case 'command':
      case 'reply':
      case 'command-end':
        this.#commands.note(item);
        break;
      case 'dropped':
        break;
    }
  }

  /** From then on nothing came for a while: silence proves nothing. */
  lost(at: number): void {
    this.advance(at);
    this.gaps.lost(at * 1000);
    this.fold.workers.deaf(at);
  }

  /** Nobody recorded between two sessions. */
  sessionEnded(): void {
    if (this.#position > 0) this.lost(this.#now);
  }

  /** Events that cannot be read are gone past. @param position of the next one; one before changes nothing */
  goPast(position: number): void {
    if (position <= this.#position) return;
    this.#position = position;
    this.#between = 0;
  }

  /** Time goes by without an event. A time before the clock's changes nothing. */
  advance(to: number): void {
    if (!(to > this.#now && Number.isFinite(to))) return;
    // What was longer ago has long been settled, and a time that is none (milliseconds, say) must not be counted up to.
    if (to - this.#now > longestLeap) this.#now = to - longestLeap;
    for (let second = Math.floor(this.#now) + 1; second <= to; second += 1) {
      this.#now = second;
      this.fold.workers.tick();
      this.fold.rates.refresh(second);
    }
    this.#now = to;
  }

  #noteEvent(event: Event): void {
    const received = event.local_received ?? this.#now;
    this.advance(received);
    this.#position += 1;
    this.fold.note(event, received);
  }

  #listening(at: number): void {
    this.advance(at);
    this.gaps.listening(at * 1000);
    this.fold.workers.listening(at);
  }
}
