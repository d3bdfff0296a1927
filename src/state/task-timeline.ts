import { eventClock, isNumber } from './event-time.ts';
import type { Task, TaskLinks } from './task.ts';

/** Slots reserved at first; the arrays double until they hold the limit. */
const firstCapacity = 256;

/**
 * The events of the tasks in time order, from which the tasks are listed newest or oldest first. Mirrors the sorted
 * list `_taskheap` of celery/events/state.py and its way of inserting: one entry per task event, appended when it is
 * greater than the last and else put after its equals by the same binary search (the order of `timetuple` is not
 * transitive when only some clocks are known, so the result depends on the probes).
 *
 * Entries are numbered as they arrive and never move; only `#order`, four bytes an entry, is kept sorted.
 *
 * Celery's fault that is mended here: at 4 × maxTasks entries Celery drops the lowest, so that a few busy tasks push
 * others out of the list though they are still in memory. Here the entries between the oldest and the newest one of
 * each task go, and those of evicted tasks: as long as a task is in memory it keeps its place.
 */
export class TaskTimeline {
  readonly #limit: number;
  #length = 0;
  /** Entry numbers, lowest first. */
  #order: Uint32Array = new Uint32Array(0);
  #clocks: Float64Array = new Float64Array(0);
  #timestamps: Float64Array = new Float64Array(0);
  #origins: string[] = [];
  #links: TaskLinks[] = [];
  #walk = 0;

  /** @param limit number of entries, at least four per task in memory */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get length(): number {
    return this.#length;
  }

  /** @param clock 0 for none @param timestamp seconds since the epoch */
  insert(clock: number, timestamp: number, origin: string, links: TaskLinks): void {
    if (this.#length >= this.#limit) this.#compact();
    const length = this.#length;
    const entry = this.#append(clock, timestamp, origin, links);
    if (length === 0 || this.#isBefore(this.#order[length - 1] ?? 0, entry)) {
      this.#order[length] = entry;
      return;
    }
    const place = this.#placeAfterEquals(entry, length);
    this.#order.copyWithin(place + 1, place, length);
    this.#order[place] = entry;
  }

  /**
   * Each task once: newest first at its newest entry, oldest first at its oldest. The walk ends with the limit, after
   * about as many entries as the listed tasks had events.
   */
  list(reverse: boolean, limit: number, accepts?: (task: Task) => boolean): Task[] {
    const tasks: Task[] = [];
    if (!(limit > 0)) return tasks;
    this.#walk += 1;
    for (let i = 0; i < this.#length; i += 1) {
      const links = this.#linksAt(reverse ? this.#length - 1 - i : i);
      const task = links?.task;
      if (links === undefined || task === undefined || links.walk === this.#walk) continue;
      links.walk = this.#walk;
      if (accepts !== undefined && !accepts(task)) continue;
      tasks.push(task);
      if (tasks.length >= limit) break;
    }
    return tasks;
  }

  clear(): void {
    this.#length = 0;
    this.#origins = [];
    this.#links = [];
  }

  /** One entry per task, from what is known of it now. Mirrors celery/events/state.py:State.rebuild_taskheap. */
  rebuild(tasks: Iterable<Task>): void {
    this.clear();
    for (const task of tasks) {
      const entry = this.#append(eventClock(task.clock), timeOf(task), task.origin ?? '', task.links);
      this.#order[entry] = entry;
    }
    this.#order
      .subarray(0, this.#length)
      .sort((a, b) => (this.#isBefore(a, b) ? -1 : this.#isBefore(b, a) ? 1 : a - b));
  }

  #append(clock: number, timestamp: number, origin: string, links: TaskLinks): number {
    const entry = this.#length;
    if (entry >= this.#order.length) this.#grow();
    this.#clocks[entry] = clock;
    this.#timestamps[entry] = timestamp;
    this.#origins.push(origin);
    this.#links.push(links);
    this.#length += 1;
    return entry;
  }

  #grow(): void {
    const capacity = Math.max(firstCapacity, this.#order.length * 2);
    const { order, clocks, timestamps } = emptyColumns(capacity);
    order.set(this.#order);
    clocks.set(this.#clocks);
    timestamps.set(this.#timestamps);
    this.#order = order;
    this.#clocks = clocks;
    this.#timestamps = timestamps;
  }

  /** By clock if both have one, equal clocks by origin, else by timestamp. Mirrors kombu/clocks.py:timetuple.__lt__. */
  #isBefore(a: number, b: number): boolean {
    const clockA = this.#clocks[a] ?? 0;
    const clockB = this.#clocks[b] ?? 0;
    if (clockA !== 0 && clockB !== 0) {
      return clockA === clockB ? (this.#origins[a] ?? '') < (this.#origins[b] ?? '') : clockA < clockB;
    }
    return (this.#timestamps[a] ?? 0) < (this.#timestamps[b] ?? 0);
  }

  /** Mirrors Python's bisect.insort, probe for probe. */
  #placeAfterEquals(entry: number, length: number): number {
    let low = 0;
    let high = length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#isBefore(entry, this.#order[middle] ?? 0)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #linksAt(place: number): TaskLinks | undefined {
    return this.#links[this.#order[place] ?? 0];
  }

  #compact(): void {
    const keep = new Uint8Array(this.#length);
    for (const reverse of [true, false]) this.#markFirstMet(keep, reverse);
    const old = {
      order: this.#order,
      clocks: this.#clocks,
      timestamps: this.#timestamps,
      origins: this.#origins,
      links: this.#links,
      length: this.#length,
    };
    const { order, clocks, timestamps } = emptyColumns(old.order.length);
    this.#order = order;
    this.#clocks = clocks;
    this.#timestamps = timestamps;
    this.clear();
    for (let place = 0; place < old.length; place += 1) {
      const entry = old.order[place] ?? 0;
      const links = old.links[entry];
      if (keep[place] !== 1 || links === undefined) continue;
      const moved = this.#append(
        old.clocks[entry] ?? 0,
        old.timestamps[entry] ?? 0,
        old.origins[entry] ?? '',
        links,
      );
      this.#order[moved] = moved;
    }
  }

  #markFirstMet(keep: Uint8Array, reverse: boolean): void {
    this.#walk += 1;
    for (let i = 0; i < this.#length; i += 1) {
      const place = reverse ? this.#length - 1 - i : i;
      const links = this.#linksAt(place);
      if (links?.task === undefined || links.walk === this.#walk) continue;
      links.walk = this.#walk;
      keep[place] = 1;
    }
  }
}

function emptyColumns(capacity: number): {
  order: Uint32Array;
  clocks: Float64Array;
  timestamps: Float64Array;
} {
  return {
    order: new Uint32Array(capacity),
    clocks: new Float64Array(capacity),
    timestamps: new Float64Array(capacity),
  };
}

function timeOf(task: Task): number {
  if (isNumber(task.timestamp)) return task.timestamp;
  return isNumber(task.localReceived) ? task.localReceived : 0;
}
