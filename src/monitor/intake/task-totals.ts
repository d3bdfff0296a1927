/** Types beyond these share one place, which counts as one that sends no events: that can only make an alarm quieter. */
const maxTypes = 2000;
/** Where the types without a place of their own are counted; no task is called so. */
const otherTypes = '';
/** Longer names come from nobody's application. */
const maxName = 512;

/** How often each type was run, or whether it sends events, by the place of the type. */
export type ByType = readonly number[];

/**
 * The task types of the cluster. A worker counts tasks of every type, but tells of none whose `Task.send_events` is False
 * (celery/worker/request.py:Request.send_event).
 */
export class TaskTotals {
  readonly #places = new Map([[otherTypes, 0]]);
  /** Events come in lists, mostly of one type. */
  #lastName: unknown = otherTypes;
  #lastPlace = 0;

  /** For new totals: the same places for the same types. */
  copyFrom(other: TaskTotals): void {
    for (const [name, place] of other.#places) this.#places.set(name, place);
  }

  /** A small number that stands for the type; 0 for what is no name of a type, or one too many. */
  place(name: unknown): number {
    if (name === this.#lastName) return this.#lastPlace;
    if (typeof name !== 'string' || name.length > maxName) return 0;
    let place = this.#places.get(name);
    if (place === undefined) {
      place = this.#places.size < maxTypes ? this.#places.size : 0;
      if (place > 0) this.#places.set(name, place);
    }
    this.#lastName = name;
    this.#lastPlace = place;
    return place;
  }

  /** The `total` of a reply to `stats`: names and counts. Anything else is empty. */
  read(total: unknown): ByType {
    const counts: number[] = [];
    if (typeof total !== 'object' || total === null || Array.isArray(total)) return counts;
    for (const [name, count] of Object.entries(total)) {
      const place = this.place(name);
      if (isCount(count)) counts[place] = (counts[place] ?? 0) + count;
    }
    return counts;
  }

  /** Names of the types that ran between two readings and of which no event was ever seen, with how often they ran. */
  silent(sending: ByType, before: ByType, after: ByType): ReadonlyMap<string, number> {
    const silent = new Map<string, number>();
    for (const [name, place] of this.#places) {
      const growth = (after[place] ?? 0) - (before[place] ?? 0);
      if (growth > 0 && (place === 0 || sending[place] === undefined)) silent.set(name, growth);
    }
    return silent;
  }
}

/** What a counter of a worker can say. Anything else comes from a hostile or broken sender. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
