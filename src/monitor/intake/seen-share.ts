/** Seconds of one slot, and how many there are: five minutes. */
const slotSeconds = 5;
const slots = 60;

/** What arrived and what was lost in the last five minutes, in fixed memory. Losses count when they are found. */
export class SeenShare {
  readonly #seen = new Float64Array(slots);
  readonly #lost = new Float64Array(slots);
  #slot = 0;

  /** How much more was seen and lost since the last call; an estimate that was taken back is below zero. */
  add(now: number, seen: number, lost: number): void {
    this.#advance(now);
    const place = this.#slot % slots;
    this.#seen[place] = (this.#seen[place] ?? 0) + seen;
    this.#lost[place] = (this.#lost[place] ?? 0) + lost;
  }

  /** For a new one: the same five minutes. */
  copyFrom(other: SeenShare): void {
    this.#seen.set(other.#seen);
    this.#lost.set(other.#lost);
    this.#slot = other.#slot;
  }

  /** From 0 to 1; undefined when there was nothing to see. */
  share(now: number): number | undefined {
    this.#advance(now);
    return shareOf(sum(this.#seen), sum(this.#lost));
  }

  #advance(now: number): void {
    const slot = Math.max(0, Math.floor(now / slotSeconds));
    if (slot <= this.#slot) return;
    for (let gone = Math.max(this.#slot + 1, slot - slots + 1); gone <= slot; gone += 1) {
      this.#seen[gone % slots] = 0;
      this.#lost[gone % slots] = 0;
    }
    this.#slot = slot;
  }
}

/** seen / (seen + lost), from 0 to 1; undefined when there was nothing. */
export function shareOf(seen: number, lost: number): number | undefined {
  const missed = Math.max(0, lost);
  return seen + missed > 0 ? seen / (seen + missed) : undefined;
}

function sum(figures: Float64Array): number {
  let total = 0;
  for (const figure of figures) total += figure;
  return total;
}
