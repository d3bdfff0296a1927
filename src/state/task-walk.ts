import type { Task } from './task.ts';

/** What a walk needs of the timeline. */
interface Timeline {
  snapshot(): Uint32Array[];
  newestAt(entry: number): Task | undefined;
}

/**
 * A walk over the tasks in memory, newest first, in slices, while events go on arriving. The order is that of its
 * beginning. A task that changes or is evicted meanwhile may be left out, a new one may be met: the walk meets every
 * task that does not change exactly once, and `State.changedSince(walk.revision)` has the others.
 */
export class TaskWalk {
  /** `State.revision` at the beginning. */
  readonly revision: number;
  readonly #timeline: Timeline;
  /** Entries of the timeline, oldest first; what was walked over is taken off the end. */
  readonly #pieces: Uint32Array[];
  #left: number;
  #remaining: number;

  constructor(revision: number, timeline: Timeline) {
    this.revision = revision;
    this.#timeline = timeline;
    this.#pieces = timeline.snapshot();
    this.#left = this.#pieces.at(-1)?.length ?? 0;
    this.#remaining = this.#pieces.reduce((sum, { length }) => sum + length, 0);
  }

  /** Entries still to be looked at, one or two for most tasks: tells how far the walk has come. */
  get remaining(): number {
    return this.#remaining;
  }

  /**
   * Appends the next tasks to `into`, at most `count`.
   *
   * @returns how many were appended; 0 at the end of the walk
   */
  next(count: number, into: Task[]): number {
    let appended = 0;
    for (let piece = this.#pieces.at(-1); piece !== undefined; piece = this.#nextPiece()) {
      while (this.#left > 0) {
        if (appended >= count) return appended;
        this.#left -= 1;
        this.#remaining -= 1;
        const task = this.#timeline.newestAt(piece[this.#left] ?? 0);
        if (task === undefined) continue;
        into.push(task);
        appended += 1;
      }
    }
    return appended;
  }

  #nextPiece(): Uint32Array | undefined {
    this.#pieces.pop();
    const piece = this.#pieces.at(-1);
    this.#left = piece?.length ?? 0;
    return piece;
  }
}
