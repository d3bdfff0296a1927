/** Work that can be interrupted: each `yield` is a chance to stop, and comes after a fraction of a millisecond. */
export type Work = Generator<void, void>;

export interface SlicesOptions {
  readonly nowMs?: () => number;
  /** Calls back when what waits meanwhile (bytes of a broker, keys) has had its turn; returns how to call it off. */
  readonly defer?: (callback: () => void) => () => void;
}

/** Longest stretch of work between two looks at what else there is to do. */
const sliceMs = 8;

interface Ticket {
  readonly work: Work;
  readonly done: () => void;
}

/**
 * Does work in slices, one after the other, so that neither the intake of events nor a key waits longer than one of
 * them. The first slice is done at once: what is small is finished when `start` returns.
 */
export class Slices {
  readonly #nowMs: () => number;
  readonly #defer: (callback: () => void) => () => void;
  readonly #waiting = new Set<Ticket>();
  #callOff: (() => void) | undefined;

  constructor({ nowMs = () => performance.now(), defer = afterOthers }: SlicesOptions = {}) {
    this.#nowMs = nowMs;
    this.#defer = defer;
  }

  /**
   * @param done called when all of it is done, from within `start` when the first slice was enough
   * @returns how to give it up
   */
  start(work: Work, done: () => void): () => void {
    const ticket = { work, done };
    this.#waiting.add(ticket);
    this.#advance(ticket);
    return () => {
      this.#waiting.delete(ticket);
      if (this.#waiting.size === 0) this.close();
    };
  }

  /** Gives up all that is not done. */
  close(): void {
    this.#waiting.clear();
    this.#callOff?.();
    this.#callOff = undefined;
  }

  #advance(ticket: Ticket): void {
    const untilMs = this.#nowMs() + sliceMs;
    let isDone = ticket.work.next().done === true;
    while (!isDone && this.#nowMs() < untilMs) isDone = ticket.work.next().done === true;
    this.#waiting.delete(ticket);
    // Behind the others, so that each gets its turn.
    if (!isDone) this.#waiting.add(ticket);
    if (this.#waiting.size > 0) this.#callOff ??= this.#defer(() => this.#next());
    if (isDone) ticket.done();
  }

  #next(): void {
    this.#callOff = undefined;
    for (const ticket of this.#waiting) {
      this.#advance(ticket);
      return;
    }
  }
}

function afterOthers(callback: () => void): () => void {
  const immediate = setImmediate(callback);
  return () => clearImmediate(immediate);
}
