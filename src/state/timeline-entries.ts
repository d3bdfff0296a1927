import { Float64Column, Uint32Column } from './column.ts';
import { OriginTable } from './origin-table.ts';

/** The entries of the timeline by number: when an event was, where it came from, and whose it is. */
export class TimelineEntries {
  readonly #clocks = new Float64Column();
  readonly #timestamps = new Float64Column();
  readonly #origins = new Uint32Column();
  readonly #slots = new Uint32Column();
  #originTable = new OriginTable();
  #free: number[] = [];
  /** Entry 0 is none. */
  #next = 1;

  /** @param clock 0 for none @param timestamp seconds since the epoch */
  add(clock: number, timestamp: number, origin: string, slot: number): number {
    const entry = this.#free.pop() ?? this.#next;
    if (entry === this.#next) this.#next += 1;
    this.#clocks.set(entry, clock);
    this.#timestamps.set(entry, timestamp);
    this.#origins.set(entry, this.#originTable.use(origin));
    this.#slots.set(entry, slot);
    return entry;
  }

  free(entry: number): void {
    this.#originTable.release(this.#origins.get(entry));
    this.#free.push(entry);
  }

  clear(): void {
    for (const column of [this.#clocks, this.#timestamps, this.#origins, this.#slots]) column.clear();
    this.#originTable = new OriginTable();
    this.#free = [];
    this.#next = 1;
  }

  slotOf(entry: number): number {
    return this.#slots.get(entry);
  }

  /** By clock if both have one, equal clocks by origin, else by timestamp. Mirrors kombu/clocks.py:timetuple.__lt__. */
  isBefore(a: number, b: number): boolean {
    const clockA = this.#clocks.get(a);
    const clockB = this.#clocks.get(b);
    if (clockA !== 0 && clockB !== 0 && clockA !== clockB) return clockA < clockB;
    if (clockA === 0 || clockB === 0) return this.#timestamps.get(a) < this.#timestamps.get(b);
    const originA = this.#origins.get(a);
    const originB = this.#origins.get(b);
    return originA !== originB && this.#originTable.nameOf(originA) < this.#originTable.nameOf(originB);
  }

  /** For sorting: entries that are neither before nor after each other stay in the order of their numbers. */
  compare(a: number, b: number): number {
    if (this.isBefore(a, b)) return -1;
    return this.isBefore(b, a) ? 1 : a - b;
  }
}
