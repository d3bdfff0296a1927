import type { RecordedItem } from '../recording/recording.ts';
import { BlockCache } from './block-cache.ts';
import { Checkpoints } from './checkpoints.ts';
import { blockOf, type EventSource } from './event-source.ts';
import { Folding } from './folding.ts';
import type { Moment } from './moment.ts';
import { type Place, Places } from './places.ts';

export interface PlaybackOptions {
  readonly source: EventSource;
  /** The earliest moment, before the first event. */
  readonly start: Moment;
  /** Moments that are known already. */
  readonly checkpoints?: readonly Moment[];
  /** Where it begins; at the start unless given. */
  readonly present?: Moment;
  /** Tasks in all checkpoints together. */
  readonly tasksCopied?: number | undefined;
  readonly nowMs: () => number;
  /** Lets keys and other work have their turn. */
  readonly pause?: () => Promise<void>;
  /** Something is different: the moment, the clock, what is surveyed. */
  readonly onChange: () => void;
  /** A place could not be gone to; what is on screen stays. */
  readonly onFailure: (error: unknown) => void;
  /** `moment` is another object. */
  readonly onJump: () => void;
}

/** Who steps back once does so again: a copy so many events before the place makes it cheap. */
const nearby = 400;

/**
 * Goes to any place in a source of events. What is asked for while it is under way to somewhere counts from there, so that
 * no key is lost.
 */
export class Playback {
  readonly source: EventSource;
  readonly #options: PlaybackOptions;
  readonly #places: Places;
  readonly #folding: Folding;
  readonly #checkpoints: Checkpoints;
  #moment: Moment;
  #near: Moment | undefined;
  /** Where it was told to go last. */
  #goal: Place;
  #settling: Promise<void> | undefined;
  /** Requests are understood one after the other, because some have to read first. */
  #requests: Promise<void> = Promise.resolve();
  /** Of these those that are not understood yet. */
  #asked = 0;
  #isClosed = false;

  constructor(options: PlaybackOptions) {
    const { source, start, nowMs, pause = breath } = options;
    this.source = source;
    this.#options = options;
    this.#checkpoints = new Checkpoints(options.tasksCopied);
    const blocks = new BlockCache(source);
    this.#places = new Places(source, blocks);
    this.#folding = new Folding({ source, blocks, pause, nowMs });
    for (const moment of [start, ...(options.checkpoints ?? [])]) this.#checkpoints.add(moment);
    this.#moment = options.present ?? start.clone();
    this.#goal = { position: this.#moment.position, at: this.#moment.now };
  }

  /** The cluster as it was. It changes in place while time goes forward; a jump makes another. */
  get moment(): Moment {
    return this.#moment;
  }

  /** What the clock says, in seconds since the epoch: also between two events. */
  get at(): number {
    return this.#moment.now;
  }

  /** Whether a place that was asked for is not come to yet. */
  get seeking(): boolean {
    return this.#goal.position !== this.#moment.position;
  }

  /** And not asked to go anywhere else. */
  get atEnd(): boolean {
    if (this.#asked > 0 || this.seeking) return false;
    return this.#moment.position >= this.source.eventCount && this.at >= this.source.to;
  }

  /** Resolves when everything that was asked for until now is shown. For `--dump`, `--once` and tests. */
  async settled(): Promise<void> {
    await this.#requests;
    await this.#settling;
  }

  /** @param share from 0 to 1, of the time that the source covers */
  seekShare(share: number): Promise<void> {
    const { from, to } = this.source;
    return this.seekTime(from + (to - from) * share);
  }

  /** All that was received until then. @param at seconds since the epoch; the nearest end where it lies outside */
  seekTime(at: number): Promise<void> {
    return this.#request(() => this.#places.at(at));
  }

  /** @param seconds from where it is, or is under way to */
  seekBy(seconds: number): Promise<void> {
    return this.#request(() => this.#places.at(this.#goal.at + seconds));
  }

  seekPosition(position: number): Promise<void> {
    return this.#request(() => this.#places.after(position));
  }

  /** One event forward or back. */
  stepEvent(direction: 1 | -1): Promise<void> {
    return this.#request(() => this.#places.after(this.#goal.position + direction, direction));
  }

  /** To just after the next task-failed, or the one before. Resolves with whether there is one. */
  async seekFailure(direction: 1 | -1): Promise<boolean> {
    let found = false;
    await this.#request(async () => {
      const place = await this.#places.failure(this.#goal.position, direction);
      found = place !== undefined;
      return place === undefined ? undefined : this.#places.after(place + 1);
    });
    return found;
  }

  /** Through what is left of the block that it is in: as much as is read at once. */
  seekBlockEnd(): Promise<void> {
    return this.#request(() => {
      const { position } = this.#goal;
      const block = this.source.blocks[blockOf(this.source, position)];
      const end = Math.max(position + 1, block === undefined ? 0 : block.firstEvent + block.events);
      return end < this.source.eventCount ? this.#places.after(end) : Promise.resolve(this.#places.end);
    });
  }

  seekEnd(): Promise<void> {
    return this.seekTime(this.source.to);
  }

  /**
   * Goes through the source once, from the beginning, in slices, and remembers moments on the way; stays behind what
   * somebody asks for. Resolves when all of it is known.
   */
  async survey(): Promise<void> {
    let moment = (this.#checkpoints.last ?? this.#moment).clone();
    while (!this.#isClosed && moment.position < this.source.eventCount) {
      await this.#settling;
      const { last } = this.#checkpoints;
      if (last !== undefined && last.position > moment.position) moment = last.clone();
      const block = this.source.blocks[blockOf(this.source, moment.position)];
      if (block === undefined) return;
      const isOver = (): boolean => this.#isClosed;
      await this.#folding.run(moment, block.firstEvent + block.events, isOver);
      this.#checkpoints.offer(moment);
    }
    this.#options.onChange();
  }

  close(): void {
    this.#isClosed = true;
  }

  /** A request that was understood becomes the goal; undefined asks for nothing. */
  #request(understand: () => Promise<Place | undefined>): Promise<void> {
    this.#asked += 1;
    this.#requests = this.#requests.then(async () => {
      try {
        const goal = await understand();
        if (goal === undefined || this.#isClosed) return;
        this.#goal = goal;
        this.#settling ??= this.#settle();
      } catch (error) {
        this.#options.onFailure(error);
      } finally {
        this.#asked -= 1;
      }
    });
    return this.#requests.then(() => this.#settling);
  }

  async #settle(): Promise<void> {
    let reached: Place | undefined;
    try {
      while (!this.#isClosed && reached !== this.#goal) {
        const goal = this.#goal;
        if (await this.#arrive(goal)) reached = goal;
      }
    } catch (error) {
      // The goal cannot be come to: it stays where it is.
      this.#goal = { position: this.#moment.position, at: this.#moment.now };
      this.#options.onFailure(error);
    } finally {
      // In the same turn as the last look at the goal: one that is set afterwards begins anew.
      this.#settling = undefined;
    }
  }

  /** Resolves with whether it is the goal still, and is shown. */
  async #arrive(goal: Place): Promise<boolean> {
    const isOver = (): boolean => this.#isClosed || this.#goal !== goal;
    const before = this.#moment;
    const moment = this.#startFor(goal);
    const isBack = moment !== before && goal.position < before.position;
    const nearPlace = goal.position - nearby;
    if (isBack && moment.position < nearPlace) {
      if (!(await this.#folding.run(moment, nearPlace, isOver))) return false;
      this.#near = moment.clone();
    }
    const onBlock = (): void => this.#checkpoints.offer(moment);
    if (!(await this.#folding.run(moment, goal.position, isOver, onBlock))) return false;
    await this.#letTimePass(moment, goal.at);
    if (isOver()) return false;
    this.#moment = moment;
    if (moment !== before) this.#options.onJump();
    this.#options.onChange();
    return true;
  }

  /** What to go on from: the present moment, or a copy of one that is nearer and not later. */
  #startFor(goal: Place): Moment {
    const candidates = [this.#moment, this.#checkpoints.before(goal.position), this.#near].filter(
      (moment): moment is Moment =>
        moment !== undefined &&
        moment.position <= goal.position &&
        moment.now <= Math.max(goal.at, this.source.from),
    );
    const best = candidates.reduce<Moment | undefined>(
      (found, moment) => (found === undefined || moment.position > found.position ? moment : found),
      undefined,
    );
    if (best === undefined) return this.#options.start.clone();
    return best === this.#moment ? best : best.clone();
  }

  /** The clock goes on to where no event is, with what else came until then; what is lost is so before it is told of. */
  async #letTimePass(moment: Moment, at: number): Promise<void> {
    const rest = (await this.#places.itemsAfter(moment.position)).slice(moment.between);
    const end = rest.findIndex((item) => item.kind === 'event' || timeOf(item) > at);
    for (const item of end < 0 ? rest : rest.slice(0, end)) moment.note(item);
    const next = end < 0 ? undefined : rest[end];
    if (next?.kind === 'recording') moment.sessionEnded();
    const lostAt = next === undefined ? this.#deafSince(moment) : next.kind === 'gap' ? next.from : undefined;
    if (lostAt !== undefined && lostAt <= at) moment.lost(lostAt);
    moment.advance(at);
  }

  #deafSince({ position }: Moment): number | undefined {
    return position >= this.source.eventCount ? this.source.deafSince : undefined;
  }
}

function timeOf(item: Exclude<RecordedItem, { kind: 'event' }>): number {
  return item.kind === 'gap' ? item.to : item.at;
}

function breath(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
