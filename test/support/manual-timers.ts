import type { Timers } from '../../src/timers.ts';

/** Time that moves only when told to. */
export class ManualTimers implements Timers {
  #now = 1_000;
  #pending: { readonly atMs: number; readonly callback: () => void }[] = [];

  nowMs(): number {
    return this.#now;
  }

  after(delayMs: number, callback: () => void): () => void {
    const entry = { atMs: this.#now + Math.max(0, delayMs), callback };
    this.#pending.push(entry);
    return () => {
      this.#pending = this.#pending.filter((other) => other !== entry);
    };
  }

  /** Runs what falls due on the way, in order. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = this.#pending.filter((entry) => entry.atMs <= end).sort((a, b) => a.atMs - b.atMs)[0];
      if (due === undefined) break;
      this.#pending = this.#pending.filter((entry) => entry !== due);
      this.#now = Math.max(this.#now, due.atMs);
      due.callback();
    }
    this.#now = end;
  }

  get pendingCount(): number {
    return this.#pending.length;
  }
}
