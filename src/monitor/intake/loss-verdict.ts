import type { ByType, TaskTotals } from './task-totals.ts';

/**
 * So many judgements in a row have to agree. A threads pool counts a task a moment before it tells of it, and its
 * heartbeat may come in between; other pools do both at once.
 */
const agreeing = { usually: 3, inThreads: 6 } as const;

/** What is made of the starts that one process counts and that did not arrive: how many of them were lost. */
export class LossVerdict {
  readonly #types: TaskTotals;
  /** The types of which the worker has sent events, by place. */
  readonly #sending: ByType;
  /** Its pool is of threads, as far as is known. */
  inThreads = true;
  /** Lost for certain since the comparison began; never more than any later judgement finds missing. */
  #confirmed = 0;
  #confirmedBefore = 0;
  #frozen = 0;
  #expected = 0;
  #expectedBefore = 0;
  /** The last judgements, oldest first: what was missing, and the clock of the heartbeat. */
  #missing: readonly number[] = [];
  #clocks: readonly number[] = [];
  /** Judgements since a gap of ours; undefined while no gap is being looked into. */
  #sinceGap: number | undefined;
  /** What was missing by the last reply to `stats`, or a little less: it goes another way than events do. */
  #estimated: number | undefined;
  #totals: ByType = [];
  #totalsAtBase: ByType = [];
  #totalsClock = -1;

  constructor(types: TaskTotals, sending: ByType) {
    this.#types = types;
    this.#sending = sending;
  }

  /** For a new verdict over copies of the types: the same. Lists are shared, because they are replaced and not changed. */
  copyFrom(other: LossVerdict): void {
    this.inThreads = other.inThreads;
    this.#confirmed = other.#confirmed;
    this.#confirmedBefore = other.#confirmedBefore;
    this.#frozen = other.#frozen;
    this.#expected = other.#expected;
    this.#expectedBefore = other.#expectedBefore;
    this.#missing = other.#missing;
    this.#clocks = other.#clocks;
    this.#sinceGap = other.#sinceGap;
    this.#estimated = other.#estimated;
    this.#totals = other.#totals;
    this.#totalsAtBase = other.#totalsAtBase;
    this.#totalsClock = other.#totalsClock;
  }

  /** Starts that were lost for certain. */
  get confirmed(): number {
    return this.#confirmedBefore + this.#confirmed;
  }

  /** Starts beyond those that seem to have been lost in a gap of ours. */
  get provisional(): number {
    if (this.#sinceGap === undefined) return this.#frozen;
    const silent = this.#silent();
    const judged = this.#sinceGap > 0 ? this.#missing.at(-1) : undefined;
    // A heartbeat is exact, but only the reply tells of the same moment as its totals of silent types.
    const missing = silent === 0 ? (judged ?? this.#estimated) : (this.#estimated ?? judged);
    return this.#frozen + Math.max(0, (missing ?? 0) - silent - this.#confirmed);
  }

  /** Starts that nothing explains yet: lost, or of tasks that send no events. */
  get unexplained(): number {
    const missing = this.#agreed() - this.#confirmed;
    return this.#sinceGap !== undefined || missing <= 0 ? 0 : Math.max(0, missing - this.#silent());
  }

  /** How many starts the process has counted while it was compared. */
  get expected(): number {
    return this.#expectedBefore + this.#expected;
  }

  /** Tasks of types that send no events, which ran while it was compared. */
  get silentTasks(): number {
    return this.#totalsClock < 0 ? 0 : this.#silent();
  }

  get silentTypes(): readonly string[] {
    return [...this.#types.silent(this.#sending, this.#totalsAtBase, this.#totals).keys()];
  }

  /** By the last judgement starts are missing, or a gap of ours is being looked into. */
  get isQuestioned(): boolean {
    return this.afterGap || (this.#missing.at(-1) ?? 0) > 0;
  }

  /** A gap of ours is being looked into. */
  get afterGap(): boolean {
    return this.#sinceGap !== undefined;
  }

  /** Enough heartbeats were judged since then. */
  get isAgreed(): boolean {
    const needed = this.#needed;
    return this.#missing.length >= needed && (this.#sinceGap ?? needed) >= needed;
  }

  /** More is missing than is explained, and newer totals by type may explain it. */
  get wantsTotals(): boolean {
    if (!this.isAgreed || this.#hasNewTotals()) return false;
    return this.#agreed() - this.#confirmed > 0 && this.#agreed() - this.#silent() > this.#confirmed;
  }

  /** Returns whether they are the first. */
  addTotals(clock: number, counts: ByType): boolean {
    const isFirst = this.#totalsClock < 0;
    this.#totals = counts;
    this.#totalsClock = clock;
    this.#estimated = undefined;
    return isFirst;
  }

  gapEnded(): void {
    this.#sinceGap = 0;
    this.#estimated = undefined;
  }

  /** A figure from the last reply to `stats`, whose totals are known already. */
  estimate(missing: number): void {
    this.#estimated = missing;
  }

  judge(clock: number, expected: number, missing: number): void {
    this.#expected = expected;
    this.#missing = [...this.#missing, missing].slice(-agreeing.inThreads);
    this.#clocks = [...this.#clocks, clock].slice(-agreeing.inThreads);
    if (this.#sinceGap !== undefined) this.#sinceGap += 1;
    this.#confirmed = Math.max(0, Math.min(this.#confirmed, missing));
  }

  /**
   * Confirms what is certain by now: the judgements agree, events are still on, and the totals are younger than them.
   * Returns whether that was anything.
   */
  settle(lastTaskClock: number): boolean {
    if (!this.isAgreed) return false;
    const isMissing = this.#agreed() > this.#confirmed;
    const isOn = lastTaskClock > (this.#clocks.at(-1) ?? 0);
    if (isMissing && !(isOn && this.#hasNewTotals())) return false;
    this.#sinceGap = undefined;
    const lost = isMissing ? this.#certain() : 0;
    if (lost <= this.#confirmed) return false;
    this.#confirmed = lost;
    return true;
  }

  /** Leaves the estimate at what it is. */
  freeze(): void {
    this.#frozen = this.provisional;
    this.#sinceGap = undefined;
  }

  /** What was found stays; everything else is compared anew from the next heartbeat on. */
  restart(): void {
    this.#confirmedBefore += this.#confirmed;
    this.#expectedBefore += this.#expected;
    this.#confirmed = 0;
    this.#expected = 0;
    this.#missing = [];
    this.#clocks = [];
    this.#sinceGap = undefined;
    this.#estimated = undefined;
    this.#totalsAtBase = this.#totals;
  }

  /** Each judgement is about all since the beginning, and what is lost stays lost: the least of them is right. */
  #agreed(): number {
    const needed = this.#needed;
    return this.#missing.length < needed ? 0 : Math.min(...this.#missing.slice(-needed));
  }

  /**
   * The totals are younger than the heartbeats that agree, so this takes off too many silent tasks. The figure from the
   * reply itself does not, where a task is counted and told of at once.
   */
  #certain(): number {
    const silent = this.#silent();
    const agreed = this.#agreed() - silent;
    if (silent === 0 || this.inThreads || this.#estimated === undefined) return agreed;
    return Math.max(agreed, Math.min(this.#estimated, this.#missing.at(-1) ?? 0) - silent);
  }

  get #needed(): number {
    return this.inThreads ? agreeing.inThreads : agreeing.usually;
  }

  /** The totals are younger than the first of the heartbeats that agree. */
  #hasNewTotals(): boolean {
    return this.#totalsClock >= (this.#clocks.at(-this.#needed) ?? 0);
  }

  /** With totals from before the beginning this is rather too much than too little. */
  #silent(): number {
    let tasks = 0;
    const silent = this.#types.silent(this.#sending, this.#totalsAtBase, this.#totals);
    for (const growth of silent.values()) tasks += growth;
    return tasks;
  }
}
