/** What a busy program handles late, in seconds, is late; what lies further back comes from a clock that was set back. */
const longestDelay = 60;

/**
 * Times of receipt, made to run forward only: windows that were left are not entered again. Small steps back stand
 * still. When the clock was set back, time goes on from where it was, so that nothing waits for the clock to catch up.
 */
export class ForwardTime {
  #offset = 0;
  /** Never undefined: each new value of such a field is an allocation. */
  #reached = Number.NEGATIVE_INFINITY;

  /** The newest time that was seen, in seconds; 0 before the first. */
  get reached(): number {
    return this.#reached === Number.NEGATIVE_INFINITY ? 0 : this.#reached;
  }

  /** For a new one: goes on from where the other has come to. */
  copyFrom(other: ForwardTime): void {
    this.#offset = other.#offset;
    this.#reached = other.#reached;
  }

  /** @param now seconds since the epoch, by the clock as it is */
  at(now: number): number {
    const time = now + this.#offset;
    const reached = this.#reached;
    if (time >= reached) {
      // Infinity and NaN are no times; the second never gets here.
      if (time < Infinity) this.#reached = time;
    } else if (reached - time > longestDelay) this.#offset += reached - time;
    return this.reached;
  }
}
