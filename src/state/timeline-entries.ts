import { OriginTable } from './origin-table.ts';

const entriesPerPage = 4096;
const pageShift = 12;
const pageMask = entriesPerPage - 1;

/** A page of entries: clock and timestamp of each side by side, and origin and slot. */
interface Page {
  readonly times: Float64Array;
  readonly numbers: Uint32Array;
}

/** The entries of the timeline by number, 24 bytes each: when an event was, where it came from, and whose it is. */
export class TimelineEntries {
  readonly origins: OriginTable = new OriginTable();
  readonly #pages: Page[] = [];
  #free: number[] = [];
  /** Entry 0 is none. */
  #next = 1;

  /** @param clock 0 for none @param timestamp seconds since the epoch @param origin its number, in use once more */
  add(clock: number, timestamp: number, origin: number, slot: number): number {
    const entry = this.#free.pop() ?? this.#next;
    if (entry === this.#next) this.#next += 1;
    const { times, numbers } = this.#pages[entry >>> pageShift] ?? this.#addPage();
    const at = (entry & pageMask) * 2;
    times[at] = clock;
    times[at + 1] = timestamp;
    numbers[at] = origin;
    numbers[at + 1] = slot;
    return entry;
  }

  free(entry: number): void {
    this.origins.release(this.#originOf(entry));
    this.#free.push(entry);
  }

  slotOf(entry: number): number {
    return this.#pages[entry >>> pageShift]?.numbers[(entry & pageMask) * 2 + 1] ?? 0;
  }

  /** By clock if both have one, equal clocks by origin, else by timestamp. Mirrors kombu/clocks.py:timetuple.__lt__. */
  isBefore(a: number, b: number): boolean {
    const clockA = this.#clockOf(a);
    const clockB = this.#clockOf(b);
    if (clockA !== 0 && clockB !== 0 && clockA !== clockB) return clockA < clockB;
    if (clockA === 0 || clockB === 0) return this.#timestampOf(a) < this.#timestampOf(b);
    const originA = this.#originOf(a);
    const originB = this.#originOf(b);
    return originA !== originB && this.origins.nameOf(originA) < this.origins.nameOf(originB);
  }

  /** For sorting: entries that are neither before nor after each other stay in the order of their numbers. */
  compare(a: number, b: number): number {
    if (this.isBefore(a, b)) return -1;
    return this.isBefore(b, a) ? 1 : a - b;
  }

  /** For new entries: the same with the same numbers. */
  copyFrom(other: TimelineEntries): void {
    this.origins.copyFrom(other.origins);
    for (const { times, numbers } of other.#pages) {
      this.#pages.push({ times: times.slice(), numbers: numbers.slice() });
    }
    this.#free = other.#free.slice();
    this.#next = other.#next;
  }

  #clockOf(entry: number): number {
    return this.#pages[entry >>> pageShift]?.times[(entry & pageMask) * 2] ?? 0;
  }

  #timestampOf(entry: number): number {
    return this.#pages[entry >>> pageShift]?.times[(entry & pageMask) * 2 + 1] ?? 0;
  }

  #originOf(entry: number): number {
    return this.#pages[entry >>> pageShift]?.numbers[(entry & pageMask) * 2] ?? 0;
  }

  #addPage(): Page {
    const page = {
      times: new Float64Array(entriesPerPage * 2),
      numbers: new Uint32Array(entriesPerPage * 2),
    };
    this.#pages.push(page);
    return page;
  }
}
