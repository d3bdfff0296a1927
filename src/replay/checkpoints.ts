import type { Moment } from './moment.ts';

/**
 * Events from one to the next: what is folded anew after a jump, which takes less than 300 ms for so many, with the
 * reading and the copy that it begins with.
 */
const usualSpacing = 12_500;
/** Tasks in all of them together unless told otherwise: one takes about half a kilobyte beside texts that are shared. */
const usualTasks = 800_000;

/** Moments that a jump can begin from. They are copies that nobody changes. */
export class Checkpoints {
  /** By position. */
  readonly #moments: Moment[] = [];
  readonly #mostTasks: number;
  #spacing = usualSpacing;
  #tasks = 0;

  /** @param mostTasks in all of them together */
  constructor(mostTasks: number = usualTasks) {
    this.#mostTasks = mostTasks;
  }

  /** A copy of the moment is kept when the last one before it is far enough away. */
  offer(moment: Moment): void {
    const place = this.#placeOf(moment.position);
    const before = this.#moments[place - 1];
    const after = this.#moments[place];
    if (moment.position - (before?.position ?? 0) < this.#spacing) return;
    if (after !== undefined && after.position - moment.position < this.#spacing) return;
    this.add(moment.clone());
  }

  /** Keeps this very one. */
  add(moment: Moment): void {
    this.#moments.splice(this.#placeOf(moment.position), 0, moment);
    this.#tasks += moment.fold.state.tasks.size;
    if (this.#tasks > this.#mostTasks && this.#moments.length > 1) this.#thinOut();
  }

  /** The last one at or before a position. */
  before(position: number): Moment | undefined {
    return this.#moments[this.#placeOf(position + 1) - 1];
  }

  get last(): Moment | undefined {
    return this.#moments.at(-1);
  }

  /** Index of the first one at or after a position. */
  #placeOf(position: number): number {
    const place = this.#moments.findIndex((moment) => moment.position >= position);
    return place < 0 ? this.#moments.length : place;
  }

  /** Every second one goes, never the first. */
  #thinOut(): void {
    this.#spacing *= 2;
    const kept = this.#moments.filter((_, index) => index % 2 === 0);
    this.#moments.splice(0, this.#moments.length, ...kept);
    this.#tasks = kept.reduce((sum, moment) => sum + moment.fold.state.tasks.size, 0);
  }
}
