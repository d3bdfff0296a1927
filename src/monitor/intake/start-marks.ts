/** What a worker said at one moment of its logical clock, and how many of its starts had been seen up to then. */
export interface Mark {
  readonly clock: number;
  /** The worker's count of tasks that it accepted since it began. */
  readonly processed: number;
  readonly starts: number;
  /** When it was received, in seconds. */
  readonly at: number;
}

type WritableMark = { -readonly [Key in keyof Mark]: Mark[Key] };

/** The comparison's beginning, the last heartbeat, and the last reply to `stats`. */
export type MarkName = 'base' | 'beat' | 'reply';

/**
 * Counts the starts of one process and files each before or after the marks by its clock: a buffered task-started may
 * arrive after the heartbeat that counts it (celery/events/dispatcher.py:EventDispatcher.flush).
 */
export class StartMarks {
  /** All starts that arrived. */
  starts = 0;
  #base: WritableMark | undefined;
  #beat: WritableMark | undefined;
  #reply: WritableMark | undefined;
  /** The greatest clock of a mark; nearly every start is younger than that and costs one comparison. */
  #newest = -1;

  get base(): Mark | undefined {
    return this.#base;
  }

  get beat(): Mark | undefined {
    return this.#beat;
  }

  get reply(): Mark | undefined {
    return this.#reply;
  }

  /** For new marks: the same. */
  copyFrom(other: StartMarks): void {
    this.starts = other.starts;
    this.#base = other.#base && { ...other.#base };
    this.#beat = other.#beat && { ...other.#beat };
    this.#reply = other.#reply && { ...other.#reply };
    this.#newest = other.#newest;
  }

  start(clock: number): void {
    this.starts += 1;
    if (clock > this.#newest) return;
    for (const mark of [this.#base, this.#beat, this.#reply]) {
      if (mark !== undefined && clock <= mark.clock) mark.starts += 1;
    }
  }

  set(name: MarkName, clock: number, processed: number, at: number): void {
    this.#put(name, { clock, processed, starts: this.starts, at });
  }

  /** Compares from here on, with what was filed before it so far. */
  beginAt(mark: Mark): void {
    this.#put('base', { ...mark });
  }

  clear(name: MarkName): void {
    this.#put(name, undefined);
  }

  /** How many starts between the beginning and the mark did not arrive; below zero when more came than were counted. */
  missing(mark: Mark): number {
    const base = this.#base;
    return base === undefined ? 0 : mark.processed - base.processed - (mark.starts - base.starts);
  }

  #put(name: MarkName, mark: WritableMark | undefined): void {
    if (name === 'base') this.#base = mark;
    else if (name === 'beat') this.#beat = mark;
    else this.#reply = mark;
    this.#newest = Math.max(this.#base?.clock ?? -1, this.#beat?.clock ?? -1, this.#reply?.clock ?? -1);
  }
}
