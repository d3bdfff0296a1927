import { steadyTimers, type Timers } from '../../timers.ts';

export const realTimers: Timers = {
  ...steadyTimers,
  after: (delayMs, callback) => {
    if (delayMs > 0) return steadyTimers.after(delayMs, callback);
    // A timer of 0 ms waits 1 ms; a key's frame should not.
    const immediate = setImmediate(callback);
    return () => clearImmediate(immediate);
  },
};
