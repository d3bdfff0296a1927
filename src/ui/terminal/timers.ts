/** The clock of the terminal, in milliseconds; tests move one by hand. */
export interface Timers {
  /** Milliseconds from any origin; never goes back. */
  nowMs(): number;
  /** Calls `callback` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, callback: () => void): () => void;
}

export const realTimers: Timers = {
  nowMs: () => performance.now(),
  after: (delayMs, callback) => {
    if (delayMs <= 0) {
      // A timer of 0 ms waits 1 ms; a key's frame should not.
      const immediate = setImmediate(callback);
      return () => clearImmediate(immediate);
    }
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
