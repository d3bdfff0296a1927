/**
 * Seconds from worker-online to the first question. A starting worker takes no requests yet: it says online, then
 * looks for neighbours for a second, and only then opens its mailbox (celery/worker/consumer: Heart, Mingle, Control).
 */
const startingDelay = 2;
/** Seconds after which a worker that left its first question unanswered is asked again. */
const laterLooks = [2, 5, 15];

/** Workers that have to be asked about themselves, and when. Times are seconds since the epoch. */
export class Sightings {
  readonly #due = new Map<string, { readonly at: number; readonly look: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Heard of for the first time. */
  seen(hostname: string): void {
    this.#due.set(hostname, { at: this.#now(), look: 0 });
  }

  /** Said that it is online. */
  starting(hostname: string): void {
    this.#due.set(hostname, { at: this.#now() + startingDelay, look: 0 });
  }

  /** Those whose time has come, each with the number of its look; they are no longer remembered. */
  takeDue(): ReadonlyMap<string, number> {
    const due = new Map<string, number>();
    for (const [hostname, { at, look }] of this.#due) {
      if (at > this.#now()) continue;
      this.#due.delete(hostname);
      due.set(hostname, look);
    }
    return due;
  }

  /** It did not answer at that look: a few more follow. */
  unanswered(hostname: string, look: number): void {
    const delay = laterLooks[look];
    if (delay === undefined || this.#due.has(hostname)) return;
    this.#due.set(hostname, { at: this.#now() + delay, look: look + 1 });
  }
}
