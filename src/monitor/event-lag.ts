/**
 * How far behind the cluster we are: the age that the freshest event had when it reached us. The minimum over two
 * seconds is taken, so that one host with a slow clock does not look like a delay of the whole stream, and a cluster
 * that is merely quiet has no lag.
 */
export class EventLag {
  #second = 0;
  #current: number | undefined;
  #previous: number | undefined;
  #lastReceived: number | undefined;

  /** Both in seconds since the epoch; anything but a finite timestamp is ignored. */
  note(timestamp: unknown, received: number): void {
    this.#lastReceived = received;
    if (typeof timestamp !== 'number' || !Number.isFinite(timestamp)) return;
    const second = Math.floor(received);
    if (second !== this.#second) {
      this.#previous = second === this.#second + 1 ? this.#current : undefined;
      this.#current = undefined;
      this.#second = second;
    }
    const age = Math.max(0, received - timestamp);
    this.#current = this.#current === undefined ? age : Math.min(this.#current, age);
  }

  /** Seconds; undefined before the first event that carries a timestamp. */
  get seconds(): number | undefined {
    if (this.#current === undefined) return this.#previous;
    return this.#previous === undefined ? this.#current : Math.min(this.#current, this.#previous);
  }

  /** Seconds since anything arrived at all; undefined before the first event. */
  quietFor(now: number): number | undefined {
    return this.#lastReceived === undefined ? undefined : Math.max(0, now - this.#lastReceived);
  }
}
