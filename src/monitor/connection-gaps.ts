/** A stretch of time whose events nobody delivered to us. Milliseconds since the epoch. */
export interface Gap {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A broker that flaps all night must not fill the memory. */
const maxGaps = 100;

/** Remembers when we were deaf: from the loss of the connection until events are subscribed to again. */
export class ConnectionGaps {
  readonly #gaps: Gap[] = [];
  #lostAtMs: number | undefined;
  #count = 0;
  #totalMs = 0;

  /** For new gaps: the same, and deaf since the same time. */
  copyFrom(other: ConnectionGaps): void {
    this.#gaps.push(...other.#gaps);
    this.#lostAtMs = other.#lostAtMs;
    this.#count = other.#count;
    this.#totalMs = other.#totalMs;
  }

  /** The last hundred, oldest first. */
  get all(): readonly Gap[] {
    return this.#gaps;
  }

  /** How many there were, those that are forgotten included. */
  get count(): number {
    return this.#count;
  }

  /** How long all of them lasted together, in milliseconds. */
  get totalMs(): number {
    return this.#totalMs;
  }

  /** Since when we are deaf; undefined while listening and before the first connection. */
  get lostAtMs(): number | undefined {
    return this.#lostAtMs;
  }

  /** The earliest loss counts until a subscription ends the gap. */
  lost(atMs: number): void {
    this.#lostAtMs ??= atMs;
  }

  /** Events arrive again; returns the gap that ends here, if there was one. */
  listening(atMs: number): Gap | undefined {
    if (this.#lostAtMs === undefined) return undefined;
    const gap = { fromMs: this.#lostAtMs, toMs: Math.max(atMs, this.#lostAtMs) };
    this.#lostAtMs = undefined;
    this.#gaps.push(gap);
    this.#count += 1;
    this.#totalMs += gap.toMs - gap.fromMs;
    if (this.#gaps.length > maxGaps) this.#gaps.shift();
    return gap;
  }
}
