import type { Timers } from '../timers.ts';

interface Due {
  readonly atMs: number;
  readonly callback: () => void;
}

/** Time that goes by as it is recorded, as fast as it is read; milliseconds since the epoch. */
export class RecordedTime implements Timers {
  #nowMs: number;
  readonly #waiting = new Set<Due>();

  /** @param from where it begins, in seconds since the epoch */
  constructor(from: number) {
    this.#nowMs = from * 1000;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const due = { atMs: this.#nowMs + Math.max(0, delayMs), callback };
    this.#waiting.add(due);
    return () => this.#waiting.delete(due);
  }

  /** Whether something falls due by then. @param to seconds since the epoch */
  isDue(to: number): boolean {
    return this.#next(to * 1000) !== undefined;
  }

  /**
   * Calls what falls due on the way, in order.
   *
   * @param to seconds since the epoch; time never goes back
   * @param idle waited for after each call, because what it began may want to be called again
   */
  async advance(to: number, idle: () => Promise<void> | undefined): Promise<void> {
    const toMs = to * 1000;
    for (let due = this.#next(toMs); due !== undefined; due = this.#next(toMs)) {
      this.#waiting.delete(due);
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      due.callback();
      await idle();
    }
    this.#nowMs = Math.max(this.#nowMs, toMs);
  }

  /** Nothing falls due on the way; what waits is due at once. @param to seconds since the epoch */
  skipTo(to: number): void {
    this.#nowMs = Math.max(this.#nowMs, to * 1000);
  }

  #next(toMs: number): Due | undefined {
    let next: Due | undefined;
    for (const due of this.#waiting) {
      if (due.atMs <= toMs && (next === undefined || due.atMs < next.atMs)) next = due;
    }
    return next;
  }
}
