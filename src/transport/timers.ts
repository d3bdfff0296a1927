/** The clock of a transport, in milliseconds; tests move one by hand. */
export interface Timers {
  /** Milliseconds since the epoch. */
  nowMs(): number;
  /** Calls `callback` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, callback: () => void): () => void;
}

export const realTimers: Timers = {
  nowMs: Date.now,
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
