import type { CountPages } from './count-pages.ts';
import { bucketOf } from './duration-buckets.ts';
import type { DurationCounts } from './duration-counts.ts';
import { hasLeft, nextSlot, presentSlot, slotCount, slotsOf, type Window } from './time-slots.ts';

/** What runs of tasks do. A run ends in one of the last four; a revoked one may never have started. */
export const happenings = ['started', 'succeeded', 'failed', 'retried', 'revoked'] as const;
export type Happening = (typeof happenings)[number];

/** Run time, wait from receipt to start, wait from sending to receipt. */
export const measures = ['run', 'workerWait', 'queueWait'] as const;
export type Measure = (typeof measures)[number];

const placeOf: Readonly<Record<Happening, number>> = numbered(happenings);
const measurePlaceOf: Readonly<Record<Measure, number>> = numbered(measures);

/** What was counted of one type of task, in slots of time. Takes the same memory however much it is, but for pages. */
export class Figures {
  /** When it was counted last, in seconds: our clock as it was. */
  lastAt = 0;
  /** When it was used last, in time that runs forward only. */
  usedAt = 0;
  /** The usual run time, as it was found last; seconds. */
  usual: { readonly at: number; readonly seconds: number | undefined } | undefined = undefined;
  /** Grows when all that was counted is given away, and it can be used for another type. */
  uses = 0;
  readonly #pages: CountPages;
  /** The minute in which each slot begins; below 0 for one with nothing in it. */
  readonly #starts = new Float64Array(slotCount).fill(-1);
  readonly #counts = new Float64Array(slotCount * happenings.length);
  readonly #chains = new Uint32Array(slotCount * measures.length);
  /** Seconds. */
  readonly #longest = new Float64Array(slotCount * measures.length);
  #minute = -1;
  #present = 0;

  constructor(pages: CountPages) {
    this.#pages = pages;
  }

  /** For new figures, whose pages are a copy of those of the other. */
  copyFrom(other: Figures): void {
    this.lastAt = other.lastAt;
    this.usedAt = other.usedAt;
    this.usual = other.usual;
    this.#starts.set(other.#starts);
    this.#counts.set(other.#counts);
    this.#chains.set(other.#chains);
    this.#longest.set(other.#longest);
    this.#minute = other.#minute;
    this.#present = other.#present;
  }

  /** Counts in the slot of a minute; minutes never run back. */
  count(happening: Happening, minute: number): void {
    if (minute !== this.#minute) this.#advance(minute);
    const at = this.#present * happenings.length + placeOf[happening];
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
  }

  /** @param seconds below 0 where clocks differ, which counts as 0 */
  time(measure: Measure, seconds: number, minute: number): void {
    if (minute !== this.#minute) this.#advance(minute);
    const at = this.#present * measures.length + measurePlaceOf[measure];
    this.#chains[at] = this.#pages.add(this.#chains[at] ?? 0, bucketOf(seconds));
    if (seconds > (this.#longest[at] ?? 0)) this.#longest[at] = seconds;
  }

  /** How often it happened in a window. */
  total(happening: Happening, window: Window, minute: number): number {
    this.#advance(minute);
    let total = 0;
    for (let slot = 0; slot < slotsOf[window]; slot += 1) {
      total += this.#counts[slot * happenings.length + placeOf[happening]] ?? 0;
    }
    return total;
  }

  /** Adds the durations of a window to a reading. */
  read(measure: Measure, window: Window, minute: number, counts: DurationCounts): void {
    this.#advance(minute);
    for (let slot = 0; slot < slotsOf[window]; slot += 1) {
      const at = slot * measures.length + measurePlaceOf[measure];
      const chain = this.#chains[at] ?? 0;
      if (chain === 0) continue;
      this.#pages.read(chain, counts);
      counts.atMost(this.#longest[at] ?? 0);
    }
  }

  /** Takes over all that was counted in `other`, which is empty afterwards. */
  absorb(other: Figures, minute: number): void {
    this.#advance(minute);
    other.#advance(minute);
    for (let slot = 0; slot < slotCount; slot += 1) {
      const start = other.#starts[slot] ?? -1;
      if (start >= 0) this.#take(other, slot, slot, start);
    }
    this.lastAt = Math.max(this.lastAt, other.lastAt);
    other.#minute = -1;
    other.lastAt = 0;
    other.usual = undefined;
    other.uses += 1;
  }

  /** Moves on what has become too old for its slot, the oldest first, so that its new place is free. */
  #advance(minute: number): void {
    if (minute === this.#minute) return;
    for (let slot = slotCount - 1; slot >= 0; slot -= 1) {
      const start = this.#starts[slot] ?? -1;
      if (start < 0 || !hasLeft(slot, start, minute)) continue;
      const next = nextSlot(slot, start, minute);
      this.#take(this, slot, next.slot, next.start);
    }
    this.#minute = minute;
    this.#present = presentSlot(minute);
    this.#starts[this.#present] = minute;
  }

  #take(other: Figures, from: number, to: number, start: number): void {
    this.#starts[to] = start;
    other.#starts[from] = -1;
    for (let place = 0; place < happenings.length; place += 1) {
      const source = from * happenings.length + place;
      const target = to * happenings.length + place;
      this.#counts[target] = (this.#counts[target] ?? 0) + (other.#counts[source] ?? 0);
      other.#counts[source] = 0;
    }
    for (let place = 0; place < measures.length; place += 1) {
      const source = from * measures.length + place;
      const target = to * measures.length + place;
      this.#chains[target] = this.#pages.merge(this.#chains[target] ?? 0, other.#chains[source] ?? 0);
      this.#longest[target] = Math.max(this.#longest[target] ?? 0, other.#longest[source] ?? 0);
      other.#chains[source] = 0;
      other.#longest[source] = 0;
    }
  }
}

function numbered<Name extends string>(names: readonly Name[]): Readonly<Record<Name, number>> {
  return Object.fromEntries(names.map((name, place) => [name, place])) as Record<Name, number>;
}
