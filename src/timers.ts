/** A clock in milliseconds; tests move one by hand. */
export interface Timers {
  /** Milliseconds from any origin; never goes back. That of the transports counts from the epoch, and may. */
  nowMs(): number;
  /** Calls `callback` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, callback: () => void): () => void;
}

export const steadyTimers: Timers = {
  nowMs: () => performance.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
