/** Of events that came again, so many are told apart from each other; they are rare. */
const remembered = 5_000;

/**
 * Tells an event that is delivered twice from one that says the same of the next run. The first time that a task reaches
 * a stage costs nothing; what is remembered are the times of tasks that reach it again.
 */
export class Repeats {
  #young: Set<string> = new Set();
  #old: Set<string> = new Set();

  /**
   * @param before when the task had reached the stage by its last event that said so
   * @param time when it reached it by this event
   */
  isRepeat(uuid: string, stage: string, before: number, time: number | null | undefined): boolean {
    if (before === time) return true;
    const seen = this.#note(`${stage} ${time} ${uuid}`);
    // The event before may yet come again after this one.
    this.#note(`${stage} ${before} ${uuid}`);
    return seen;
  }

  /** For a new one: remembers the same. */
  copyFrom(other: Repeats): void {
    this.#young = new Set(other.#young);
    this.#old = new Set(other.#old);
  }

  #note(key: string): boolean {
    const isOld = this.#old.has(key);
    if (this.#young.has(key)) return true;
    this.#young.add(key);
    if (this.#young.size >= remembered) {
      this.#old = this.#young;
      this.#young = new Set();
    }
    return isOld;
  }
}
