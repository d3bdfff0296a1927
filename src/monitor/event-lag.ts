/** Seconds for which a host must be known before its clock is: until then its least age may be a delay. */
const learning = 10;
/** A lag below this is not worth a word, so a clock that is off by less is not corrected while it is learned. */
const negligible = 2;
/** Clocks drift apart by no more than so many seconds a second. What grows faster is a delay. */
const mostDrift = 1e-4;
/** Instead of undefined, which would make each new value of the field an allocation. */
const unknown = Number.POSITIVE_INFINITY;

/**
 * How the clock of one host stands to ours, from the least age that its events ever had when they reached us. Without it,
 * a clock that is behind would look like a delay of the stream, and one that is ahead would hide a delay.
 */
export class HostClock {
  #offset = unknown;
  #since = 0;
  #notedAt = 0;
  #lastBeat = Number.NEGATIVE_INFINITY;

  /** For a new clock: what is known of the other. */
  copyFrom(other: HostClock): void {
    this.#offset = other.#offset;
    this.#since = other.#since;
    this.#notedAt = other.#notedAt;
    this.#lastBeat = other.#lastBeat;
  }

  /** Our clock minus the host's, in seconds, with the time that an event takes at best; undefined before the first. */
  get offset(): number | undefined {
    return this.#offset === unknown ? undefined : this.#offset;
  }

  /** The clock of this host is known well enough for its events to tell of a delay. */
  isKnown(now: number): boolean {
    return this.#offset !== unknown && now - this.#since >= learning;
  }

  /** How late an event is, in seconds, never below 0. Both are seconds since the epoch, and finite. */
  lateness(timestamp: number, received: number): number {
    const age = received - timestamp;
    if (this.#offset === unknown) this.#since = received;
    const drifted = this.#offset + Math.max(0, received - this.#notedAt) * mostDrift;
    this.#offset = Math.min(age, drifted);
    this.#notedAt = received;
    const isPlausible = this.#offset >= 0 && this.#offset < negligible;
    return isPlausible && received - this.#since < learning ? age : age - this.#offset;
  }

  /** A heartbeat was sent after all that were before it: when its time is earlier than theirs, the clock was put back. */
  beat(timestamp: number): void {
    if (timestamp < this.#lastBeat - 0.5) this.#offset = unknown;
    this.#lastBeat = timestamp;
  }
}

/**
 * How far behind the cluster we are: how late the freshest event was when it reached us. The minimum over two seconds is
 * taken, because a worker may hold single events back, and a cluster that is merely quiet has no lag.
 */
export class EventLag {
  #second = 0;
  #current = unknown;
  #previous = unknown;
  /** Of hosts whose clocks are not known yet: counts only while there are no others. */
  #young = unknown;
  #lastReceived = Number.NEGATIVE_INFINITY;

  /** For a new lag: the same. */
  copyFrom(other: EventLag): void {
    this.#second = other.#second;
    this.#current = other.#current;
    this.#previous = other.#previous;
    this.#young = other.#young;
    this.#lastReceived = other.#lastReceived;
  }

  /** Seconds since the epoch; anything but a finite timestamp is ignored. */
  note(clock: HostClock, timestamp: unknown, received: number): void {
    this.#lastReceived = received;
    if (typeof timestamp !== 'number' || !Number.isFinite(timestamp)) return;
    const late = clock.lateness(timestamp, received);
    const second = Math.floor(received);
    if (second !== this.#second) {
      this.#previous = second === this.#second + 1 ? this.#current : unknown;
      this.#current = unknown;
      this.#young = unknown;
      this.#second = second;
    }
    if (!clock.isKnown(received)) this.#young = Math.min(this.#young, late);
    else if (late < this.#current) this.#current = late;
  }

  /** Something came whose time tells nothing: clients have clocks of their own, and are too many to learn. */
  noteReceived(received: number): void {
    this.#lastReceived = received;
  }

  /** When anything last came; -Infinity before the first. */
  get lastReceived(): number {
    return this.#lastReceived;
  }

  /** Seconds; undefined before the first event that carries a timestamp. */
  get seconds(): number | undefined {
    const known = Math.min(this.#current, this.#previous);
    const least = known === unknown ? this.#young : known;
    return least === unknown ? undefined : least;
  }

  /** Seconds since anything arrived at all; undefined before the first event. */
  quietFor(now: number): number | undefined {
    return Number.isFinite(this.#lastReceived) ? Math.max(0, now - this.#lastReceived) : undefined;
  }
}
