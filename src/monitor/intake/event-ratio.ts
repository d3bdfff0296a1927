/** Starts from which on a ratio of a worker's own is believed. */
const enough = 20;
/** Received, started and an end: what a task that runs once tells of itself. */
const usual = 3;
/** A task that sends a flood of events of its own is not the measure of all others. */
const mostOwn = 100;

/** How many task events go with each start, to make lost events of lost starts. */
export class EventRatio {
  starts = 0;
  received = 0;
  /** Succeeded, failed, retried, rejected, revoked. */
  ended = 0;
  /** What tasks send themselves. */
  own = 0;

  get events(): number {
    return this.starts + this.received + this.ended + this.own;
  }

  add(other: EventRatio): void {
    this.starts += other.starts;
    this.received += other.received;
    this.ended += other.ended;
    this.own += other.own;
  }

  /**
   * Tasks that wait for their time are received long before they start, and mass revocations end tasks that never
   * start: there is at most one of each with a start. `otherwise` while too few were seen.
   */
  value(otherwise: number = usual): number {
    const { starts } = this;
    if (starts < enough) return otherwise;
    const perStart = (count: number, most: number): number => Math.min(most, count / starts);
    return 1 + perStart(this.received, 1) + perStart(this.ended, 1) + perStart(this.own, mostOwn);
  }
}
