import type { Timers } from '../timers.ts';

/** Real time, with timers that do not keep a process alive: whoever listens to the demo does that. */
export const unheldTimers: Timers = {
  nowMs: Date.now,
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs).unref();
    return () => clearTimeout(timer);
  },
};
